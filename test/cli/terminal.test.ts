import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { itWithShared, mnist } from "../reference/shared.js";
import { itWithSignals } from "../systems.js";
import { withServer } from "../unit/data/server.js";
import { type Ended, ended, environment, main, start, temporaryDirectory, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
writeTinyData(directory);

/** A run that would take hours. */
const endless = ["train", "--data", directory, "--epochs", "1000000"];

describe("an interrupted run", () => {
  itWithSignals.each([[[]], [["--json"]], [["--save", join(directory, "interrupted.safetensors")]]])(
    "ends with status 130 and one line %j",
    async (args) => {
      const program = start([...endless, ...args]);
      const end = ended(program);
      program.stdout?.once("data", () => program.kill("SIGINT"));
      const { status, signal, stderr } = await end;
      expect({ status, signal }).toEqual({ status: 130, signal: null });
      expect(stderr).toMatch(/(^|\n)digitrain: interrupted\n$/);
      expect(existsSync(join(directory, "interrupted.safetensors"))).toBe(false);
    },
  );

  itWithSignals("ends with status 130 at a second interrupt too", async () => {
    const program = start(endless);
    const end = ended(program);
    program.stdout?.once("data", () => {
      program.kill("SIGINT");
      setImmediate(() => program.kill("SIGINT"));
    });
    expect(await end).toMatchObject({ status: 130, signal: null });
  });
});

it("a reader that goes away ends the run quietly, as SIGPIPE would", async () => {
  const program = start([...endless, "--json", "--log-every", "1"]);
  const end = ended(program);
  program.stdout?.once("data", () => program.stdout?.destroy());
  expect(await end).toMatchObject({ status: 141, stderr: "" });
});

// script(1) of util-linux runs a command on a pseudo terminal.
const hasScript = (() => {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
})();

(hasScript ? describe : describe.skip)("on a terminal (needs util-linux's script)", () => {
  /** Everything that a terminal so many columns wide is sent, with ␛ for the escape character. */
  const onTerminal = async (
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    columns = 100,
  ): Promise<Ended> => {
    const command = [process.execPath, main, ...args].map((word) => `'${word}'`).join(" ");
    const script = spawn("script", ["-qec", `stty cols ${columns}; ${command}`, "/dev/null"], {
      env: { ...environment(), TERM: "xterm-256color", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = await ended(script);
    return { ...end, stdout: end.stdout.replaceAll("\u001b", "␛") };
  };
  const longEnough = ["train", "--data", directory, "--epochs", "200", "--evaluate-every", "0"];
  const bar = /epoch \d+ .*[█░]+.* \d+ %.* left {2}loss [\d.e-]+ {2}[\d,]+ steps?\/s/;

  it("shows a progress bar under the lines and takes it away at the end", async () => {
    const { status, stdout } = await onTerminal(longEnough);
    expect(status).toBe(0);
    expect(stdout).toMatch(bar);
    expect(stdout.match(/epoch:\d+, step: 0, loss:/g)).toHaveLength(200);
    const last = stdout.lastIndexOf("█");
    // Erase to the end of the screen.
    expect(stdout.indexOf("␛[0J", last)).toBeGreaterThan(last);
    expect(stdout).toContain("␛[32m");
    expect(stdout.replaceAll("␛[?7l␛[?7h", "")).not.toContain("␛[?7l");
  });

  itWithShared("shows how fast a download is", async () => {
    const bytesOf = (url: string) => readFileSync(join(mnist, basename(url)));
    const { status, stdout } = await withServer(
      ({ url = "" }, response) => {
        const bytes = bytesOf(url);
        response.write(bytes.subarray(0, bytes.length / 2));
        setTimeout(() => response.end(bytes.subarray(bytes.length / 2)), 500);
      },
      (base) =>
        onTerminal(["train", "--data", "mnist", "--cache", join(directory, "cache"), "--epochs", "0"], {
          DIGITRAIN_MIRROR: base,
        }),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /train-images-idx3-ubyte\.gz .*[█░]+.* \d+ % {2}[\d.]+ MB\/s {2}[\d.]+ MB of 9\.9 MB/,
    );
  });

  it("uses no colour with NO_COLOR", async () => {
    const { stdout } = await onTerminal(longEnough, { NO_COLOR: "1" });
    expect(stdout).toMatch(bar);
    expect(stdout).not.toMatch(/␛\[[\d;]*m/);
  });

  it("keeps the bar narrower than a narrow terminal", async () => {
    const { stdout } = await onTerminal(longEnough, { NO_COLOR: "1" }, 30);
    const bars = stdout.match(/epoch \d+ [█░]*[^␛\r\n]*/g) ?? [];
    expect(bars.some((line) => line.includes("█"))).toBe(true);
    for (const line of bars)
      expect(line.startsWith("epoch") && line.includes("░") && line.length >= 30).toBe(false);
  });

  it.each([["--quiet"], ["--json"]])("shows no bar with %s", async (flag) => {
    const { status, stdout } = await onTerminal([...longEnough, flag]);
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/[█░␛]/);
  });

  it("shows no bar on a terminal that cannot move its cursor", async () => {
    const { stdout } = await onTerminal(longEnough, { TERM: "dumb" });
    expect(stdout).not.toMatch(/[█░␛]/);
    expect(stdout.match(/epoch:\d+, step: 0, loss:/g)).toHaveLength(200);
  });
});
