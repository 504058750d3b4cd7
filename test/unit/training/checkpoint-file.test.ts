import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { DigitrainError, train, type TrainOptions } from "../../../ts/index.js";
import { readCheckpoint } from "../../../ts/training/checkpoint.js";
import { digestOf } from "../../../ts/training/digest.js";
import { read, type Tensor, write } from "../../../ts/model/safetensors.js";
import { itWithShared, sharedDirectory } from "../../reference/shared.js";

/** The run of the shared checkpoints: 5 steps an epoch. */
const options: TrainOptions = {
  data: {
    train: {
      images: Uint8Array.from({ length: 40 }, (_, i) => i * 6),
      labels: Array.from({ length: 10 }, (_, i) => i % 2),
    },
  },
  hidden: [3],
  batchSize: 2,
  epochs: 4,
  momentum: 0.5,
};
const NAMES = [5, 10, 15, 20].map(
  (step) => `checkpoint-00000000${String(step).padStart(2, "0")}.safetensors`,
);
const LAST = NAMES[3] ?? "";

let directory: string;
let whole: Uint8Array;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "digitrain-")), "run");
  await train({ ...options, checkpoint: { directory, keep: 9 } });
  whole = await readFile(join(directory, LAST));
});
afterEach(() => rm(join(directory, ".."), { recursive: true }));

/** The description, as far as the tests change it. */
interface Description {
  [field: string]: unknown;
  options: Record<string, unknown>;
  progress: { [field: string]: unknown; epochs: Record<string, unknown>[] };
}

/** Where the digest's 64 digits stand. */
const DIGEST = 8 + '{"__metadata__":{"digest":"'.length;

/** A checkpoint whose digest is right, whatever it holds. */
async function crafted(
  change: (description: Description, tensors: Map<string, Tensor>) => Description | undefined,
): Promise<Uint8Array> {
  const { tensors, metadata } = read(whole, "whole");
  const description = JSON.parse(metadata.get("checkpoint") ?? "") as Description;
  const changed = new Map(tensors);
  const result = change(description, changed) ?? description;
  const text = typeof result === "string" ? result : JSON.stringify(result);
  const bytes = write(changed, new Map([...metadata, ["checkpoint", text]]));
  const digest = await digestOf(bytes.subarray(0, DIGEST), bytes.subarray(DIGEST + 64));
  bytes.set(new TextEncoder().encode(digest), DIGEST);
  return bytes;
}

/** Resumes from a file in the place of the last checkpoint; returns why it was skipped. */
async function skippedBecause(bytes: Uint8Array): Promise<string | undefined> {
  await writeFile(join(directory, LAST), bytes);
  let why: string | undefined;
  const onStart: TrainOptions["onStart"] = ({ resumed }) => {
    why = resumed?.skipped.map((skipped) => skipped.why).join();
  };
  const { history } = await train({ ...options, onStart, checkpoint: { directory, resume: true, keep: 9 } });
  expect(history.losses).toHaveLength(20);
  expect(history.epochs).toHaveLength(4);
  return why;
}

const flipped = (bytes: Uint8Array, bit: number) => {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

test("every flipped bit is told of", async () => {
  const bits = [...Array(8 * whole.length).keys()];
  const errors = await Promise.all(
    bits.map((bit) => readCheckpoint(flipped(whole, bit), "file").catch((error: unknown) => error)),
  );
  expect(errors.findIndex((error) => !(error instanceof DigitrainError))).toBe(-1);
});

test("a run resumes from the checkpoint before a damaged one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 8 * whole.length - 1 }), async (bit) => {
      expect(await skippedBecause(flipped(whole, bit))).toMatch(/^\w/);
    }),
    { numRuns: 30 },
  );
});

const tensor = (...shape: number[]): Tensor => {
  return { shape, values: new Float32Array(shape.reduce((product, side) => product * side, 1)) };
};

test.each<[string, Parameters<typeof crafted>[0], string]>([
  ["no JSON", () => "{" as unknown as Description, "its description is not JSON"],
  ["no object", () => 5 as unknown as Description, 'its field "" is 5, not an object'],
  [
    "an epoch in quotes",
    ({ progress }) => void (progress.epoch = "1"),
    'its field "progress.epoch" is "1", not a whole number of at least 0',
  ],
  [
    "an epoch and a half",
    ({ progress }) => void (progress.epoch = 1.5),
    'its field "progress.epoch" is 1.5, not a whole number of at least 0',
  ],
  [
    "an epoch before the first",
    ({ progress }) => void (progress.epoch = -1),
    'its field "progress.epoch" is -1, not a whole number of at least 0',
  ],
  [
    "an epoch after the last",
    ({ progress }) => void (progress.epoch = 5),
    'its field "progress.epoch" is not at most the run\'s number of epochs',
  ],
  [
    "an epoch that hasn't ended",
    ({ progress }) => void (progress.epoch = 3),
    'its field "progress.epochs" is not a list of the epochs that have ended',
  ],
  [
    "200,000 epochs",
    ({ options, progress }) => {
      Object.assign(options, { epochs: 200_000 });
      const [record] = progress.epochs;
      const epochs = Array.from({ length: 200_000 }, (_, epoch) => ({ ...record, epoch }));
      Object.assign(progress, { epoch: 200_000, epochs });
      return undefined;
    },
    'its tensor "losses" should hold the finite losses of 1000000 steps',
  ],
  [
    "a step that no epoch has",
    ({ progress }) => void (progress.step = 1e9),
    'its field "progress.step" is not a step of an epoch of the run',
  ],
  [
    "an infinite time",
    ({ progress }) => void (progress.seconds = "Infinity"),
    'its field "progress.seconds" is "Infinity", not a finite number',
  ],
  ["no progress", (all) => ({ ...all, progress: undefined }) as never, 'its field "progress" is missing'],
  [
    "progress that is null",
    (all) => ({ ...all, progress: null }) as never,
    'its field "progress" is null, not an object',
  ],
  [
    "no epochs",
    ({ progress }) => {
      Reflect.deleteProperty(progress, "epochs");
      return undefined;
    },
    'its field "progress.epochs" is missing',
  ],
  [
    "an epoch's loss of null",
    ({ progress }) => void Object.assign(progress.epochs[2] ?? {}, { meanLoss: null }),
    'its field "progress.epochs.2.meanLoss" is null, not a finite number',
  ],
  [
    "an accuracy of 2",
    ({ progress }) => void Object.assign(progress.epochs[1] ?? {}, { testAccuracy: 2 }),
    'its field "progress.epochs.1.testAccuracy" is 2, not a number from 0 to 1',
  ],
  ["an unknown field", (all) => void (all.more = 1), 'it has a field "more", which is unknown'],
  [
    "no steps",
    (all) => void (all.stepsPerEpoch = 0),
    'its field "stepsPerEpoch" is 0, not a whole number of at least 1',
  ],
  ["other layers", (all) => void (all.layers = [4, 2]), "its layers are [4, 3, 2], but should be [4, 2]"],
  [
    "losses that are NaN",
    (_, tensors) => void tensors.set("losses", { shape: [20], values: new Float32Array(20).fill(NaN) }),
    'its tensor "losses" should hold the finite losses of 20 steps',
  ],
  [
    "velocities of swapped shapes",
    (_, tensors) => void tensors.set("moment1.w1", tensor(1)).set("moment1.w2", tensor(17)),
    'the tensor "moment1.w1" has the shape [1], but should have [4, 3]',
  ],
  [
    "an infinite velocity",
    (_, tensors) => void tensors.set("moment1.b2", { shape: [2], values: Float32Array.of(0, Infinity) }),
    'the tensor "moment1.b2" holds Infinity at position 1, but should hold finite numbers',
  ],
  [
    "no best parameters, which its options ask for",
    ({ options }) => void (options.keepBest = true),
    'the tensor "best.w1" is missing',
  ],
  [
    "best parameters that nobody asked for",
    (_, tensors) => void tensors.set("best.w1", tensor(4, 3)),
    "it holds tensors that a checkpoint of its options has no use for",
  ],
  [
    "epochs without the validation that its options ask for",
    ({ options }) => void (options.validationFraction = 0.1),
    'its field "progress.epochs" is not a list of epochs that were validated as the options say',
  ],
  ["no velocity", (_, tensors) => void tensors.delete("moment1.b1"), 'the tensor "moment1.b1" is missing'],
  [
    "a tensor too many",
    (_, tensors) => void tensors.set("moment2.b1", tensor(3)),
    "it holds tensors that a checkpoint of its options has no use for",
  ],
])("a checkpoint with %s is skipped, with the reason", async (_, change, why) => {
  expect(await skippedBecause(await crafted(change))).toContain(why);
});

test("a long run is resumed as any other", async () => {
  const epochs = 130_001;
  const bytes = await crafted(({ options, progress, ...rest }, tensors) => {
    tensors.set("losses", tensor(5 * (epochs - 1)));
    const [record] = progress.epochs;
    const ended = Array.from({ length: epochs - 1 }, (_, epoch) => ({ ...record, epoch }));
    return {
      ...rest,
      options: { ...options, epochs },
      progress: { ...progress, epoch: epochs - 1, epochs: ended },
    };
  });
  await rm(directory, { recursive: true });
  await mkdir(directory);
  await writeFile(join(directory, "checkpoint-0000650000.safetensors"), bytes);
  const { history } = await train({ ...options, epochs, checkpoint: { directory, resume: true } });
  expect(history.epochs).toHaveLength(epochs);
  expect(history.losses).toHaveLength(5 * epochs);
});

const attacks = (kind: string) => join(sharedDirectory, "attacks", kind);
itWithShared("checkpoints of the first format are refused in one sentence", async () => {
  for (const kind of ["checkpoints", "flips"]) {
    for (const name of await readdir(attacks(kind))) {
      await rm(directory, { recursive: true });
      await mkdir(directory);
      await writeFile(join(directory, LAST), await readFile(join(attacks(kind), name)));
      await expect(train({ ...options, checkpoint: { directory, resume: true } })).rejects.toThrow(
        `${directory}: its only checkpoint cannot be read, the newest because this is a checkpoint of digitrain 0.1, which alone can resume it; train anew in another directory`,
      );
    }
  }
});
