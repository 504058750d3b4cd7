import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built command. */
export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts `digitrain ...args`. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  if (!existsSync(main)) throw new Error("dist/cli/main.js is missing: run `npm run build` first");
  return spawn(process.execPath, [main, ...args], { env: { ...environment(), ...env } });
}

/** Runs `digitrain ...args` to its end. */
export function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return ended(start(args, env));
}

/** Waits for a program's end; collects what it prints from now on. */
export function ended(program: ChildProcess): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    program[stream]?.setEncoding("utf8").on("data", (text: string) => (output[stream] += text));
  }
  return new Promise((resolve, reject) => {
    program.on("error", reject);
    program.on("close", (status, signal) => {
      resolve({ status, signal, ...output });
    });
  });
}

/** This environment without what would change the command's behaviour, or jest's own Node options. */
export function environment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of [
    "CI",
    "NODE_OPTIONS",
    "NO_COLOR",
    "FORCE_COLOR",
    "DIGITRAIN_DEBUG",
    "DIGITRAIN_VARIANT",
    "npm_lifecycle_event",
  ]) {
    Reflect.deleteProperty(env, name);
  }
  return env;
}

/** A new temporary directory, removed after the test file's last test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "digitrain-cli-"));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** How many images the tiny data has, and of how many classes, all equally frequent. */
export const tiny = { train: 300, test: 60, classes: 10 };

/**
 * Writes 28x28 images as IDX files: class k has its ink in rows 2k and 2k + 1, in a pattern of each image's own, so that
 * a network can learn them.
 */
export function writeTinyData(
  directory: string,
  parts: readonly ("train" | "t10k")[] = ["train", "t10k"],
): void {
  for (const part of parts) {
    const count = part === "train" ? tiny.train : tiny.test;
    const images = Buffer.alloc(16 + count * 784);
    const labels = Buffer.alloc(8 + count);
    [0x803, count, 28, 28].forEach((value, index) => images.writeUInt32BE(value, 4 * index));
    [0x801, count].forEach((value, index) => labels.writeUInt32BE(value, 4 * index));
    // No test image is a training image.
    const ink = part === "train" ? 255 : 250;
    for (let example = 0; example < count; example++) {
      const label = example % tiny.classes;
      labels[8 + example] = label;
      for (let pixel = 0; pixel < 2 * 28; pixel++) {
        images[16 + example * 784 + label * 2 * 28 + pixel] = (pixel * (example + 7)) % 3 === 0 ? ink : 0;
      }
    }
    writeFileSync(join(directory, `${part}-images-idx3-ubyte`), images);
    writeFileSync(join(directory, `${part}-labels-idx1-ubyte`), labels);
  }
}
