import type { spawn as spawnProgram } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { syntheticDigits, train } from "../../ts/index.js";
import { ended } from "../cli/command.js";

const root = join(import.meta.dirname, "../..");
/** Starts a program, also one that on Windows is a .cmd file, as npm and all in node_modules/.bin are. */
export const spawn = createRequire(import.meta.url)("cross-spawn") as typeof spawnProgram;

/** What `scripts/setup --all` installs. */
export const runtimes = join(import.meta.dirname, "runtimes");

/** A program that is one of the checkout's development dependencies. */
export const bin = (name: string) => join(root, "node_modules/.bin", name);

/** A program that `scripts/setup --all` installs. */
export const runtime = (name: string) => join(runtimes, "node_modules/.bin", name);

/** `describe` where that was installed; else the tests are skipped by name, except in continuous integration. */
export const describeWithRuntimes: jest.Describe =
  existsSync(join(runtimes, "node_modules")) || process.env.CI === "true" ? describe : describe.skip;

/** The packed package, installed in a directory with the fixtures beside it and nothing of the checkout. */
export class InstalledPackage {
  readonly directory: string;
  tarball = "";

  /** @param parent where to put the directory */
  constructor(parent: string = tmpdir()) {
    this.directory = mkdtempSync(join(parent, "digitrain-package-"));
  }

  async install(): Promise<void> {
    // So that npm installs here, and not in a directory above.
    writeFileSync(join(this.directory, "package.json"), "{}");
    const packed = await this.run("", "npm", "pack", root, "--silent", "--pack-destination", this.directory);
    this.tarball = join(this.directory, packed.trim().split("\n").at(-1) ?? "");
    cpSync(join(import.meta.dirname, "fixtures"), this.directory, { recursive: true });
    const types = readFileSync(join(root, "node_modules/@types/node/package.json"), "utf8");
    const { version } = JSON.parse(types) as { version: string };
    const flags = ["--silent", "--prefer-offline", "--no-audit"];
    await this.run("", "npm", "install", ...flags, this.tarball, `@types/node@${version}`);
  }

  /** Runs a program in a fixture's directory; what it printed. */
  async run(fixture: string, command: string, ...parameters: string[]): Promise<string> {
    // Whatever variant the tests are run with, here it is what a user has.
    const env = { ...process.env, NODE_OPTIONS: "", DIGITRAIN_VARIANT: "", DIGITRAIN_THREADS: "" };
    const program = spawn(command, parameters, { cwd: join(this.directory, fixture), env });
    const { status, stdout, stderr } = await ended(program);
    if (status !== 0) throw new Error(`${command} ${parameters.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The losses that every fixture's run has. */
export async function expectedLosses(): Promise<number[]> {
  const data = await syntheticDigits({ train: 600, test: 100 });
  const { history } = await train({ data, epochs: 2, deterministic: true });
  return [...history.losses];
}
