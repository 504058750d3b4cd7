import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type CheckpointOptions, Model, train, type TrainOptions } from "../../../ts/index.js";

const count = 50;
const data = {
  train: {
    images: Float32Array.from({ length: count * 6 }, (_, i) => ((i * 37) % 19) / 19),
    labels: Array.from({ length: count }, (_, i) => i % 3),
    shape: [2, 3],
  },
  test: {
    images: Float32Array.from({ length: 60 }, (_, i) => ((i * 31) % 17) / 17),
    labels: Array(10).fill(1),
    shape: [2, 3],
  },
};
/** 7 steps an epoch, 3 epochs. */
const options: TrainOptions = {
  data,
  hidden: [9],
  loss: "cross-entropy",
  schedule: "one-cycle",
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 1e-3,
  batchSize: 8,
  epochs: 3,
  shuffle: true,
  logEvery: 1,
};

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "digitrain-")), "run");
});
afterEach(() => rm(join(directory, ".."), { recursive: true }));

/** Trains until so many steps have run in all, then ends as Ctrl-C or `stop()` does - unless they have run before. */
async function interrupted(
  steps: number,
  more: TrainOptions = {},
  by: "abort" | "stop" = "abort",
): Promise<void> {
  const abort = new AbortController();
  let stepsPerEpoch = 0;
  const run = train({
    ...options,
    checkpoint: directory,
    ...more,
    signal: abort.signal,
    onStart: (event) => ({ stepsPerEpoch } = event),
    onStep: ({ epoch, step, stop }) => {
      if (epoch * stepsPerEpoch + step + 1 !== steps) return;
      if (by === "stop") stop();
      else abort.abort(new Error("stopped"));
    },
  });
  await run.catch((error: unknown) => {
    expect(error).toBe(abort.signal.reason);
  });
}

function resumed(more: TrainOptions = {}, checkpoint: Partial<CheckpointOptions> = {}) {
  return train({ ...options, ...more, checkpoint: { directory, resume: true, ...checkpoint } });
}

function names(): Promise<string[]> {
  return readdir(directory);
}

/** What of a run must not depend on its having been stopped. */
function outcome({ model, history, runtime, ...how }: Awaited<ReturnType<typeof train>>) {
  return {
    ...how,
    model: model.toSafetensors(),
    losses: history.losses,
    epochs: history.epochs.map((record) => ({ ...record, seconds: 0 })),
    threads: runtime.threads,
  };
}

test("a run that was stopped anywhere, any number of times, ends as one that was let alone", async () => {
  const judging: TrainOptions[] = [
    {},
    { keepBest: true },
    { validationFraction: 0.2, keepBest: true, evaluateEvery: 2 },
    { validationFraction: 0.1, earlyStopping: 1 },
    { earlyStopping: { patience: 1, minimumImprovement: 1 }, keepBest: true },
  ];
  const settings = fc.record({
    optimization: fc.constantFrom<TrainOptions>({ momentum: 0 }, {}, { optimizer: "adam", momentum: 0 }),
    judgement: fc.constantFrom(...judging),
    dropout: fc.constantFrom(0, 0.3),
    augment: fc.boolean(),
    shuffle: fc.boolean(),
    schedule: fc.constantFrom("constant" as const, "one-cycle" as const),
    batchSize: fc.constantFrom(1, 8),
    // Within the run's steps, most of the time: an epoch has 7, fewer with validation, or as many as examples.
    stops: fc.uniqueArray(fc.integer({ min: 1, max: 21 }), { minLength: 1, maxLength: 3 }),
    by: fc.constantFrom("abort" as const, "stop" as const),
  });
  await fc.assert(
    fc.asyncProperty(settings, async ({ stops, by, optimization, judgement, ...others }) => {
      const setting = { ...others, ...optimization, ...judgement };
      await rm(directory, { recursive: true, force: true });
      const expected = outcome(await train({ ...options, ...setting }));
      for (const place of stops.sort((a, b) => a - b)) {
        const steps = setting.batchSize === 1 ? 7 * place : place;
        const checkpoint = { directory, resume: true, everySteps: 1 };
        await interrupted(steps, { ...setting, checkpoint }, by);
      }
      expect(outcome(await resumed(setting))).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

test("a run tells where it resumes, and an ended one has nothing left to do", async () => {
  await interrupted(9);
  const starts: unknown[] = [];
  const steps: number[] = [];
  const more: TrainOptions = {
    onStart: ({ resumed }) => starts.push(resumed),
    onStep: ({ epoch, step }) => steps.push(epoch * 7 + step),
  };
  const first = await resumed(more);
  expect(starts[0]).toMatchObject({ epoch: 1, skipped: [] });
  expect(steps[0]).toBeGreaterThanOrEqual(9);
  expect(steps.at(-1)).toBe(20);
  const again = await resumed({ ...more, onStep: () => steps.push(-1) });
  expect(steps).not.toContain(-1);
  expect(outcome(again)).toEqual(outcome(first));
  expect(starts[1]).toMatchObject({ epoch: 3, step: 0 });
});

test("the newest are kept; the last is a model, too", async () => {
  const { model } = await train({ ...options, checkpoint: { directory, keep: 2 } });
  expect(await names()).toEqual(["checkpoint-0000000014.safetensors", "checkpoint-0000000021.safetensors"]);
  const last = await readFile(join(directory, "checkpoint-0000000021.safetensors"));
  expect(Model.fromSafetensors(last).toSafetensors()).toEqual(model.toSafetensors());
});

test("a directory without a checkpoint is begun anew when resuming", async () => {
  expect(outcome(await resumed())).toEqual(outcome(await train(options)));
});

test("checkpoints of an earlier run are not overwritten", async () => {
  await train({ ...options, checkpoint: directory });
  const before = await names();
  await expect(train({ ...options, checkpoint: directory })).rejects.toThrow(
    `checkpoint takes an empty directory, or resume (--resume) to continue from what is there; ${directory} holds checkpoints`,
  );
  expect(await names()).toEqual(before);
});

test("a damaged checkpoint is skipped with a word about it", async () => {
  const expected = outcome(await train({ ...options, checkpoint: directory }));
  const damage = async (name: string, change: (bytes: Buffer) => Buffer) => {
    await writeFile(join(directory, name), change(await readFile(join(directory, name))));
  };
  await damage("checkpoint-0000000021.safetensors", (bytes) => bytes.subarray(0, bytes.length - 4));
  await damage("checkpoint-0000000014.safetensors", (bytes) => {
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 30) ^ 1, bytes.length - 30);
    return bytes;
  });
  let skipped: unknown;
  const result = await resumed({ onStart: (event) => (skipped = event.resumed?.skipped) });
  expect(skipped).toEqual([
    {
      file: join(directory, "checkpoint-0000000021.safetensors"),
      why: "the checkpoint is damaged: its contents don't have the digest it names",
    },
    {
      file: join(directory, "checkpoint-0000000014.safetensors"),
      why: "the checkpoint is damaged: its contents don't have the digest it names",
    },
  ]);
  expect(outcome(result)).toEqual(expected);
});

test("what is saved stays, though a damaged checkpoint is of a later step", async () => {
  await train({ ...options, checkpoint: directory });
  await writeFile(join(directory, "checkpoint-0000000014.safetensors"), "");
  await writeFile(join(directory, "checkpoint-0000000021.safetensors"), "");
  const abort = new AbortController();
  const onEpoch = () => {
    abort.abort();
  };
  await expect(resumed({ signal: abort.signal, onEpoch }, { keep: 1 })).rejects.toThrow();
  expect(await names()).toEqual(["checkpoint-0000000014.safetensors"]);
  const { history } = await resumed();
  expect(history.losses).toHaveLength(21);
});

test("they are made after every N steps, however quick steps and short epochs are", async () => {
  const steps = async (everySteps: number, batchSize: number) => {
    await rm(directory, { recursive: true, force: true });
    await train({ ...options, batchSize, checkpoint: { directory, everySteps, keep: 100 } });
    return (await names()).map((name) => Number(/\d+/.exec(name)?.[0]));
  };
  expect(await steps(3, 8)).toEqual([3, 6, 7, 9, 12, 14, 15, 18, 21]);
  expect(await steps(5, 13)).toEqual([4, 5, 8, 10, 12]);
  expect(await steps(3, 25)).toEqual([2, 3, 4, 6]);
});

test("a loss that is no number is told of, whatever is to be saved", async () => {
  const run = train({
    ...options,
    loss: "mse",
    learningRate: 1e30,
    checkpoint: { directory, everySteps: 1 },
  });
  await expect(run).rejects.toThrow(
    /^the loss became (NaN|infinite) at epoch 0, step \d+; try a learning rate/,
  );
});

test("where all checkpoints are damaged, that is an error", async () => {
  await train({ ...options, epochs: 1, checkpoint: directory });
  await writeFile(join(directory, "checkpoint-0000000007.safetensors"), "");
  await expect(resumed({ epochs: 1 })).rejects.toThrow(
    /its only checkpoint cannot be read, the newest because/,
  );
});

test("a model is no checkpoint", async () => {
  const { model } = await train({ ...options, epochs: 1, checkpoint: directory });
  await writeFile(join(directory, "checkpoint-0000000007.safetensors"), model.toSafetensors());
  await expect(resumed({ epochs: 1 })).rejects.toThrow("because this is no checkpoint");
});

const otherImages = data.train.images.map((value) => value / 2);
test.each<[string, TrainOptions, string]>([
  ["options", { momentum: 0.8 }, "momentum is 0.9 there and 0.8 here"],
  ["layers", { hidden: [8] }, "hidden is [9] there and [8] here"],
  [
    "data",
    { data: { ...data, train: { ...data.train, images: otherImages } } },
    "it was trained or tested on other data",
  ],
  ["validation data", { data: { ...data, validation: data.test } }, "it was trained or tested on other data"],
  ["test data", { data: { train: data.train } }, "it was trained or tested on other data"],
])("a checkpoint of other %s is refused, with the difference", async (_, more, difference) => {
  await interrupted(8);
  await expect(resumed(more)).rejects.toThrow(
    `this checkpoint is of another run: ${difference}; resume with`,
  );
});

test("threads and reports may change when a run resumes", async () => {
  await interrupted(8);
  const result = await resumed({ threads: 1, logEvery: 5 });
  expect(outcome(result)).toEqual(outcome(await train(options)));
});

test("a directory that vanishes ends the run", async () => {
  const run = train({
    ...options,
    checkpoint: directory,
    onStart: () => rm(directory, { recursive: true }),
  });
  await expect(run).rejects.toThrow(
    `${directory}: checkpoints cannot be written here: no such file or directory`,
  );
});

test("a directory that can't be made is told of before training", async () => {
  const file = join(directory, "..", "file");
  await writeFile(file, "");
  const onStep = () => {
    throw new Error("trained");
  };
  await expect(train({ ...options, onStep, checkpoint: join(file, "run") })).rejects.toThrow(
    `${join(file, "run")}: checkpoints cannot be made here: not a directory`,
  );
});

test.each<[unknown, string]>([
  [7, "checkpoint takes a directory's path, or an object of directory, resume"],
  [{ directory: "" }, 'checkpoint.directory takes a directory\'s path, got ""'],
  [{ directory: "x", keep: 0 }, "checkpoint.keep takes a whole number of at least 1, got 0"],
  [{ directory: "x", everySteps: 1.5 }, "checkpoint.everySteps takes a whole number of at least 1, got 1.5"],
  [{ directory: "x", everySeconds: 0 }, "checkpoint.everySeconds takes a number above 0, got 0"],
  [{ directory: "x", resume: 1 }, "checkpoint.resume takes true or false, got 1"],
  [{ directory: "x", kep: 1 }, 'there is no option "checkpoint.kep"; did you mean "checkpoint.keep"?'],
])("the option %j is refused", async (checkpoint, message) => {
  await expect(train({ ...options, checkpoint: checkpoint as string })).rejects.toThrow(message);
});
