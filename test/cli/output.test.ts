import { execFileSync, spawn } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { itOnUnix, itWithFullDevice, itWithLinks, itWithSignals } from "../systems.js";
import { ended, environment, main, run, start, temporaryDirectory, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
writeTinyData(directory);
const train = ["train", "--data", directory, "--epochs", "1", "--quiet"];
const place = (name: string) => join(directory, name);

describe("what is saved", () => {
  itWithLinks("goes where a link leads, and the link stays", async () => {
    mkdirSync(place("models"));
    writeFileSync(place("models/one"), "old");
    symlinkSync(place("models/one"), place("link"));
    expect(await run([...train, "--save", place("link")])).toMatchObject({ status: 0, stderr: "" });
    expect(lstatSync(place("link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(place("models/one")).length).toBeGreaterThan(1000);
  });

  itOnUnix("goes into a pipe, which stays one", async () => {
    execFileSync("mkfifo", [place("pipe")]);
    const reader = ended(spawn("wc", ["-c", place("pipe")]));
    expect(await run([...train, "--save", place("pipe")])).toMatchObject({ status: 0, stderr: "" });
    expect(Number((await reader).stdout.split(" ")[0])).toBeGreaterThan(1000);
    expect(lstatSync(place("pipe")).isFIFO()).toBe(true);
  });

  itOnUnix("goes into no pipe that nobody reads, which is said before anything is trained", async () => {
    mkdirSync(place("page"));
    for (const pipe of ["unread.onnx", "page/report.html"]) execFileSync("mkfifo", [place(pipe)]);
    const model = place("model.safetensors");
    expect(await run([...train, "--save", model])).toMatchObject({ status: 0 });
    for (const [what, pipe, command] of [
      ["the model", "unread.onnx", [...train, "--save", place("unread.onnx")]],
      ["the report", "page/report.html", [...train, "--report", place("page")]],
      ["the model", "unread.onnx", ["export", model, "--to", place("unread.onnx")]],
    ] as const) {
      const why = `${what} cannot be saved: nobody reads this pipe; start its reader first`;
      expect(await run(command)).toMatchObject({
        status: 1,
        stdout: "",
        stderr: `digitrain: ${place(pipe)}: ${why}\n`,
      });
    }
  });

  itWithSignals("waits for a pipe's reader no longer than until SIGTERM", async () => {
    execFileSync("mkfifo", [place("stalled")]);
    const takesOneByte = `exec < "$1"; head -c 1 > /dev/null; echo begun; exec sleep 600`;
    const reader = spawn("sh", ["-c", takesOneByte, "sh", place("stalled")]);
    try {
      const program = start([...train, "--save", place("stalled")]);
      reader.stdout.once("data", () => program.kill("SIGTERM"));
      expect(await ended(program)).toMatchObject({ status: 143, stderr: "digitrain: interrupted\n" });
    } finally {
      reader.kill();
    }
  });
});

itWithFullDevice("a full disk under stdout ends the run with an error", async () => {
  const command = `"$@" > /dev/full`;
  const args = [process.execPath, main, "train", "--data", directory, "--epochs", "100000", "--json"];
  const { status, stderr } = await ended(spawn("sh", ["-c", command, "sh", ...args], { env: environment() }));
  expect(stderr).toBe("digitrain: stdout can't be written to: no space left on device\n");
  expect(status).toBe(1);
});

itWithLinks("a link to a class's directory is followed", async () => {
  mkdirSync(place("elsewhere"));
  expect(await run(["digits", "--save", place("elsewhere/1.png"), "--count", "1"])).toMatchObject({
    status: 0,
  });
  mkdirSync(place("classes/a"), { recursive: true });
  writeFileSync(place("classes/a/1.png"), readFileSync(place("elsewhere/1.png")));
  symlinkSync(place("elsewhere"), place("classes/b"));
  const { stdout } = await run(["train", "--data", place("classes"), "--epochs", "0", "--json"]);
  expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({
    data: { train: 2 },
    network: [784, 256, 128, 2],
  });
});

itOnUnix("what comes from files and names is printed with its control characters as escapes", async () => {
  const name = "\u001b]0;title\u0007";
  const data = place(`${name}.csv`);
  const rows = Array.from({ length: 20 }, (_, i) => `${i % 2 ? name : "plain"},${i},2,3,4`);
  writeFileSync(data, `${rows.join("\n")}\n`);
  const model = place("names.safetensors");
  const commands = [
    ["train", "--data", data, "--epochs", "1", "--save", model],
    ["train", "--data", data, "--epochs", "1", "--json"],
    ["evaluate", model, "--data", data, "--worst", "3"],
    ["predict", model, data],
    ["info", model],
    ["train", "--data", place(`none${name}`)],
    ["predict", model, place(`none${name}`)],
    [name],
  ];
  for (const command of commands) {
    const { stdout, stderr } = await run(command);
    // eslint-disable-next-line no-control-regex -- they are what must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stdout + stderr).toContain("\\u001b]0;title\\u0007");
  }
});

itOnUnix("pipes and devices are not waited for", async () => {
  execFileSync("mkfifo", [place("waiting")]);
  for (const path of [place("waiting"), "/dev/zero"]) {
    for (const command of [
      ["train", "--initial", path],
      ["info", path],
      ["predict", path, "x.png"],
    ]) {
      const { status, stderr } = await run(command);
      expect(stderr).toContain(`${path}: the model cannot be read: this is a pipe or a device, not a file\n`);
      expect(status).toBe(1);
    }
    const { stderr } = await run(["train", "--data", path, "--epochs", "0"]);
    expect(stderr).toContain(path);
  }
});
