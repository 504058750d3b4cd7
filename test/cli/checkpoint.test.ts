import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { itOnUnix, itWithSignals } from "../systems.js";
import { ended, run, start, temporaryDirectory, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
writeTinyData(directory);
const train = ["train", "--data", directory, "--momentum", "0.9", "--shuffle", "--epochs", "30"];

function place(name: string): string {
  return join(directory, name);
}

describe("checkpoints", () => {
  /** A run that a signal ends, and the one that resumes it. */
  async function endAndResume(signal: NodeJS.Signals, status: number | null): Promise<void> {
    expect((await run([...train, "--quiet", "--save", place("whole")])).status).toBe(0);
    const checkpoint = ["--checkpoint", place(signal), "--checkpoint-every-steps", "2"];
    const program = start([...train, ...checkpoint]);
    const end = ended(program);
    // A line of an epoch's end, which may be in the making of its checkpoint.
    program.stderr?.on("data", (text: string) => /epoch [5-9]:/.test(text) && program.kill(signal));
    const stopped = await end;
    expect(stopped).toMatchObject(status === null ? { signal } : { status });
    expect(readdirSync(place(signal))).not.toHaveLength(0);
    const resumed = await run([...train, ...checkpoint, "--resume", "--save", place(`${signal}-model`)]);
    expect(resumed.status).toBe(0);
    expect(resumed.stderr).toMatch(
      /\nresuming at epoch \d+, step \d+, from .*checkpoint-\d{10}\.safetensors\n/,
    );
    expect(readFileSync(place(`${signal}-model`))).toEqual(readFileSync(place("whole")));
    expect(readdirSync(place(signal))).toHaveLength(3);
  }

  itWithSignals.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s and resuming end with the bits of one run", endAndResume);

  it("a sudden end and resuming end with the bits of one run", () => endAndResume("SIGKILL", null));

  it.each([
    ["a file", () => join(directory, "t10k-labels-idx1-ubyte"), "file already exists"],
    ["a directory below a file", () => join(directory, "t10k-labels-idx1-ubyte", "x"), "not a directory"],
    ["an earlier run's directory", () => place("full"), "holds checkpoints"],
  ])("%s is refused before there is data", async (_, path, why) => {
    mkdirSync(place("full"), { recursive: true });
    writeFileSync(place("full/checkpoint-0000000001.safetensors"), "");
    const data = ["--data", join(directory, "missing")];
    const { stdout, stderr } = await run(["train", ...data, "--checkpoint", path()]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^digitrain: [^\n]*\n$/);
    expect(stderr).toContain(why);
  });

  itOnUnix("a pipe in a checkpoint's place is skipped", async () => {
    mkdirSync(place("pipes"));
    execFileSync("mkfifo", [place("pipes/checkpoint-0000000001.safetensors")]);
    const { status, stderr } = await run([...train, "--checkpoint", place("pipes"), "--resume"]);
    expect(status).toBe(1);
    expect(stderr).toContain("its only checkpoint cannot be read");
    expect(stderr).toContain("this is a pipe or a device, not a file");
  });

  it("tells programs where a run resumes", async () => {
    const short = ["train", "--data", directory, "--epochs", "1", "--json", "--checkpoint", place("json")];
    await run(short);
    const { stdout } = await run([...short, "--resume"]);
    const [begun, ...others] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(begun).toMatchObject({ event: "start", resumed: { epoch: 1, step: 0, skipped: [] } });
    expect(others.map(({ event }) => event)).toEqual(["end"]);
  });

  it.each([
    [["--resume"], "--resume takes effect with --checkpoint DIRECTORY only; name the directory, too"],
    [["--checkpoint-keep", "2"], "--checkpoint-keep takes effect with --checkpoint DIRECTORY only; name the"],
    [["--checkpoint", "x", "--checkpoint-keep", "0"], "--checkpoint-keep takes a whole number of at least 1"],
  ])("refuses %j", async (flags, message) => {
    const { status, stderr } = await run([...train, ...flags]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
