import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quoted } from "../../ts/cli/typed.js";
import { itWithFullDevice } from "../systems.js";
import { run, temporaryDirectory, tiny, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
const data = ["--data", directory];
writeTinyData(directory);

const logLine = /^epoch:\d+, step: \d+, loss:[\d.e-]+$/;

describe("digitrain train", () => {
  it("prints the data's description and the walk-through's lines on stdout, the rest on stderr", async () => {
    const { status, stdout, stderr } = await run(["train", ...data, "--epochs", "2", "--log-every", "2"]);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    const log = lines.filter((line) => line.startsWith("epoch:"));
    // 300 images are 3 batches of 128: steps 0 and 2 are printed.
    expect(log.map((line) => line.slice(0, line.indexOf(", loss")))).toEqual([
      "epoch:0, step: 0",
      "epoch:0, step: 2",
      "epoch:1, step: 0",
      "epoch:1, step: 2",
    ]);
    for (const line of log) expect(line).toMatch(logLine);
    expect(lines.indexOf(log[0] ?? "")).toBe(lines.length - 4);
    expect(stdout).toContain("(300, 28, 28)");
    expect(stderr).toMatch(/^network 784-256-128-10, .*(simd|relaxed)(-threads)?, \d+ threads?$/m);
    expect(stderr).toMatch(/^epoch 0: mean loss \d.*, test loss \d.*, test accuracy [\d.]+ %, [\d.]+ s$/m);
    expect(stderr).toMatch(/^epoch 1: /m);
    expect(stderr).toMatch(/^[\d.]+ % of \d+ test images in [\d.]+ s \(\d+ threads?\)$/m);
    const other = `digitrain train --data ${quoted(directory)} --recipe fast`;
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(`next: ${other}, digitrain demo`);
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("gives the same lines for the same seed, and others for another", async () => {
    const losses = async (seed: string) =>
      (await run(["train", ...data, "--epochs", "1", "--log-every", "1", "--seed", seed])).stdout;
    const [once, again, other] = await Promise.all([losses("5"), losses("5"), losses("6")]);
    expect(again).toBe(once);
    expect(other).not.toBe(once);
  });

  /** With so low a learning rate nothing changes, and no epoch is better than the first. */
  const still = ["--learning-rate", "1e-30", "--validation-fraction", "0.2", "--early-stopping", "2"];

  it("says why it stopped and which epoch was the best, by the names that the log has for epochs", async () => {
    const walkThrough = await run(["train", ...data, ...still]);
    expect(walkThrough.stderr).toMatch(
      /^trains on 240 images, and judges each epoch by 60 validation images$/m,
    );
    expect(walkThrough.stderr).toMatch(
      /^epoch 2: mean loss [\d.]+, validation loss [\d.]+, validation accuracy [\d.]+ %, test loss/m,
    );
    expect(walkThrough.stderr).toContain(
      "stopped after epoch 2: 2 epochs without a lower validation loss\nthe best was epoch 0; --keep-best gives the model as it was after it\n",
    );
    const others = await run([
      "train",
      ...data,
      "--recipe",
      "fast",
      "--epochs",
      "10",
      "--keep-best",
      ...still,
    ]);
    expect(others.stdout).toMatch(
      /^epoch {2}3\/10 {2}loss [\d.]+ {2}validation [\d.]+, [\d.]+ % {2}test [\d.]+ % /m,
    );
    expect(others.stderr).toContain(
      "stopped after epoch 3/10: 2 epochs without a lower validation loss\nthe best was epoch 1/10; the model is as it was after it\n",
    );
    const all = await run(["train", ...data, "--epochs", "2", "--keep-best", "--early-stopping", "none"]);
    expect(all.stderr).toContain("the best was epoch 1, the last\n");
    expect(all.stderr).not.toContain("stopped");
  });

  it("prints every 100th step without --log-every", async () => {
    const { stdout } = await run(["train", ...data, "--epochs", "1", "--batch-size", "1"]);
    expect(stdout.match(/step: \d+/g)).toEqual(["step: 0", "step: 100", "step: 200"]);
  });

  it("prints nothing with --quiet, and saves all the same", async () => {
    const file = join(directory, "quiet.safetensors");
    const ended = await run(["train", ...data, "--epochs", "1", "--quiet", "--save", file]);
    expect(ended).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(existsSync(file)).toBe(true);
  });

  it("says nothing of a test where there is no test part, or none was asked for", async () => {
    const trainOnly = join(directory, "train-only");
    mkdirSync(trainOnly);
    writeTinyData(trainOnly, ["train"]);
    const without = await run(["train", "--data", trainOnly, "--epochs", "1"]);
    const never = await run(["train", ...data, "--epochs", "1", "--evaluate-every", "0"]);
    for (const { status, stderr } of [without, never]) {
      expect(status).toBe(0);
      expect(stderr).toMatch(/^epoch 0: mean loss [\d.]+, [\d.]+ s$/m);
    }
  });

  it("fails with one sentence and status 1 when the loss is no longer finite", async () => {
    const { status, stderr } = await run(["train", ...data, "--learning-rate", "1e30"]);
    expect(status).toBe(1);
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^digitrain: .*lower/);
    expect(stderr).not.toContain("    at ");
  });
});

describe("digitrain train --json", () => {
  interface Event {
    event: string;
    [field: string]: unknown;
  }

  const events = async (args: readonly string[]): Promise<Event[]> => {
    const { status, stdout, stderr } = await run(["train", ...data, "--json", ...args]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Event);
  };

  it("prints start, step, epoch and end events, with all their fields and no others", async () => {
    const file = join(directory, "json.safetensors");
    const args = [
      "--epochs",
      "2",
      "--log-every",
      "2",
      "--limit",
      "257",
      "--hidden",
      "8",
      "--seed",
      "3",
      "--save",
      file,
    ];
    const all = await events(args);
    expect(all.map(({ event }) => event).join(" ")).toBe("start step step epoch step step epoch end");
    const number = expect.any(Number) as number;
    expect(all[0]).toEqual({
      event: "start",
      data: { name: expect.any(String) as string, train: 257, test: tiny.test },
      network: [784, 8, 10],
      options: {
        recipe: "tutorial",
        hidden: [8],
        outputActivation: "linear",
        loss: "mse",
        optimizer: "sgd",
        learningRate: 0.001,
        schedule: "constant",
        momentum: 0,
        weightDecay: 0,
        dropout: 0,
        augment: false,
        batchSize: 128,
        epochs: 2,
        shuffle: false,
        seed: 3,
        initialization: "truncated-normal",
        initialStandardDeviation: 0.1,
        limit: 257,
        validationFraction: 0,
        earlyStopping: null,
        keepBest: false,
        logEvery: 2,
        evaluateEvery: 1,
        threads: "auto",
        deterministic: false,
      },
      remarks: [],
      runtime: {
        variant: expect.stringMatching(/^(simd|relaxed)(-threads)?$/) as string,
        threads: number,
        why: expect.any(String) as string,
      },
    });
    expect(all[1]).toEqual({ event: "step", epoch: 0, step: 0, loss: number });
    expect(all[2]).toEqual({ event: "step", epoch: 0, step: 2, loss: number });
    const last = {
      event: "epoch",
      epoch: 1,
      seconds: number,
      meanLoss: number,
      testLoss: number,
      testAccuracy: number,
    };
    expect(all[6]).toEqual(last);
    expect(all[7]).toEqual({
      event: "end",
      seconds: Number(all[3]?.seconds) + Number(all[6]?.seconds),
      testAccuracy: all[6]?.testAccuracy,
      stopped: { why: "finished", epoch: 1, step: 2 },
      saved: file,
      runtime: all[0]?.runtime,
    });
  });

  it("tells of validation, and of an early end", async () => {
    const validation = ["--validation-fraction", "0.2", "--early-stopping", "1", "--keep-best"];
    const all = await events(["--learning-rate", "1e-30", "--epochs", "9", ...validation]);
    const [start] = all;
    expect(start?.data).toEqual({
      name: expect.any(String) as string,
      train: 240,
      validation: 60,
      test: tiny.test,
    });
    expect(start?.options).toMatchObject({
      validationFraction: 0.2,
      earlyStopping: { patience: 1, minimumImprovement: 0 },
      keepBest: true,
    });
    const epochs = all.filter(({ event }) => event === "epoch");
    expect(epochs).toHaveLength(2);
    for (const epoch of epochs) {
      expect(epoch.validationLoss).toBeGreaterThan(0);
      expect(epoch.validationAccuracy).toBeGreaterThanOrEqual(0);
    }
    const stopped = { why: "early-stopping", epoch: 1, step: 1 };
    expect(all.at(-1)).toMatchObject({
      event: "end",
      stopped,
      bestEpoch: 0,
      testAccuracy: epochs[0]?.testAccuracy,
    });
  });

  it("takes Adam and He's initialization with any recipe", async () => {
    const args = ["--recipe", "fast", "--optimizer", "adam", "--initialization", "he", "--epochs", "1"];
    const [start] = await events(args);
    const options = {
      optimizer: "adam",
      initialization: "he",
      learningRate: 0.001,
      momentum: 0,
      weightDecay: 0,
    };
    expect(start).toMatchObject({ options });
  });

  it("prints the losses that the lines print, each a float32 at full precision", async () => {
    const args = ["--epochs", "1", "--log-every", "1"];
    const { stdout } = await run(["train", ...data, ...args]);
    const printed = [...stdout.matchAll(/loss:(.*)/g)].map((match) => Number(match[1]));
    const steps = (await events(args)).filter(({ event }) => event === "step");
    const losses = steps.map(({ loss }) => loss as number);
    expect(printed).toEqual(losses);
    expect(losses).toHaveLength(3);
    expect(losses.map(Math.fround)).toEqual(losses);
  });

  it("names no saved file without --save, and passes every option on", async () => {
    const all = await events([
      ...["--recipe", "fast", "--hidden", "none", "--output-activation", "relu", "--loss", "mse"],
      ...["--learning-rate", "1e-2", "--schedule", "constant", "--momentum", ".5", "--weight-decay", "0.001"],
      ...["--optimizer", "sgd", "--dropout", "0.25", "--augment", "rotation=10,shift=1.5"],
      ...["--batch-size", "50", "--epochs", "1", "--no-shuffle", "--seed", "9", "--deterministic"],
      ...[
        "--initial-standard-deviation",
        "0.2",
        "--limit",
        "120",
        "--log-every",
        "7",
        "--evaluate-every",
        "2",
      ],
    ]);
    expect(all[0]).toMatchObject({
      network: [784, 10],
      options: {
        recipe: "fast",
        hidden: [],
        outputActivation: "relu",
        loss: "mse",
        optimizer: "sgd",
        learningRate: 0.01,
        schedule: "constant",
        momentum: 0.5,
        weightDecay: 0.001,
        dropout: 0.25,
        augment: { rotation: 10, scale: 0, shear: 0, shift: 1.5, elastic: 0, thickness: 0 },
        batchSize: 50,
        epochs: 1,
        shuffle: false,
        seed: 9,
        initialization: "truncated-normal",
        initialStandardDeviation: 0.2,
        limit: 120,
        logEvery: 7,
        evaluateEvery: 2,
        deterministic: true,
      },
      runtime: { variant: "simd" },
    });
    expect(all.at(-1)).not.toHaveProperty("saved");
  });

  it("--augment alone is all amounts, and --no-augment none", async () => {
    const augmentOf = async (flags: string[]) => (await events(["--epochs", "1", ...flags]))[0]?.options;
    const amounts = { rotation: 15, scale: 0.18, shear: 0.2, shift: 1.5, elastic: 1.5, thickness: 0.7 };
    expect(await augmentOf(["--augment"])).toMatchObject({ augment: amounts });
    expect(await augmentOf(["--augment", "--no-augment"])).toMatchObject({ augment: false });
  });

  it("--shuffle overrides a recipe that does not shuffle", async () => {
    const [start] = await events(["--epochs", "1", "--shuffle"]);
    expect(start).toMatchObject({ options: { recipe: "tutorial", shuffle: true } });
  });
});

describe("digitrain train --save and --initial", () => {
  it("starts from a saved network, and evaluate finds what train found", async () => {
    const file = join(directory, "round-trip.safetensors");
    const train = await run([
      "train",
      ...data,
      "--json",
      "--epochs",
      "3",
      "--learning-rate",
      "0.1",
      "--log-every",
      "1",
      "--save",
      file,
    ]);
    const end = JSON.parse(train.stdout.trimEnd().split("\n").at(-1) ?? "") as { testAccuracy: number };
    const evaluated = await run(["evaluate", file, ...data, "--json"]);
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ accuracy: end.testAccuracy });

    const again = await run(["train", ...data, "--epochs", "1", "--initial", file]);
    const loss = (stdout: string) => Number(/loss:(.*)/.exec(stdout)?.[1]);
    const first = JSON.parse(train.stdout.split("\n")[1] ?? "") as { loss: number };
    expect(again.status).toBe(0);
    expect(loss(again.stdout)).toBeLessThan(first.loss);
  });

  async function refusesToSave(_: string, file: () => string, reason: string): Promise<void> {
    const { status, stdout, stderr } = await run(["train", ...data, "--save", file()]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^digitrain: [^\n]*\n$/);
    expect(stderr).toContain(reason);
  }

  it("replaces the file whole and leaves nothing else behind", async () => {
    const folder = join(directory, "atomic");
    const file = join(folder, "model.safetensors");
    mkdirSync(folder);
    writeFileSync(file, "an older file");
    const { status } = await run(["train", ...data, "--epochs", "1", "--save", file]);
    expect(status).toBe(0);
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
    expect(readFileSync(file).length).toBeGreaterThan(4 * 784 * 256);
  });

  it.each([
    ["a directory that is missing", () => join(directory, "no", "where.safetensors"), "create it first"],
    ["a directory that is a file", () => join(directory, "t10k-labels-idx1-ubyte", "x"), "create it first"],
    ["a directory in the file's place", () => directory, "is a directory"],
  ])("refuses to save to %s before it trains", refusesToSave);

  itWithFullDevice.each([
    // Not even root can create a file there.
    ["a directory that takes no files", () => "/proc/model.safetensors", "cannot be saved"],
    [
      "a device that is full",
      () => "/dev/full",
      "/dev/full: the model cannot be saved: no space left on device",
    ],
  ])("refuses to save to %s before it trains", refusesToSave);

  it("refuses to save the model where the report goes", async () => {
    const report = join(directory, "both");
    const file = join(report, "report.html");
    const { status, stderr } = await run(["train", ...data, "--save", file, "--report", report]);
    expect(status).toBe(2);
    expect(stderr).toContain(`--save and --report both write ${file}; name another file for the model`);
  });

  it("refuses to save the model over the data", async () => {
    const table = join(directory, "table.csv");
    writeFileSync(table, "label,a\n0,1\n1,2\n");
    for (const source of [table, `synthetic,${table}`]) {
      const { status, stderr } = await run(["train", "--data", source, "--save", table]);
      expect(status).toBe(2);
      expect(stderr).toContain(`--save would overwrite the data, ${table}; name another file for the model`);
    }
  });

  it("says of data whose name is too long what it says without --save", async () => {
    const source = ["train", "--data", join(directory, "x".repeat(300))];
    const { status, stderr } = await run([...source, "--save", join(directory, "model.safetensors")]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: (await run(source)).stderr });
    expect(stderr).not.toContain("unexpected");
  });

  it("names an initial file that is missing, or is no network", async () => {
    const missing = await run(["train", ...data, "--initial", join(directory, "missing.safetensors")]);
    expect(missing).toMatchObject({ status: 1, stdout: "" });
    expect(missing.stderr).toMatch(/^digitrain: .*missing\.safetensors: .*no such file or directory\n$/);
    const wrong = await run(["train", ...data, "--initial", join(directory, "train-labels-idx1-ubyte")]);
    expect(wrong).toMatchObject({ status: 1, stdout: "" });
    expect(wrong.stderr).toMatch(/^digitrain: .*train-labels-idx1-ubyte.*\n$/);
  });
});
