import { DigitrainError, OptionError } from "../base/errors.js";
import { inTurns } from "../base/turns.js";
import { type Dataset, type Examples, inputsOf } from "./dataset.js";
import { measureRange } from "./range.js";

/** Numbers from 0 up to, not including, 1: the generator mulberry32. */
function generator(seed: number): () => number {
  // Both halves of a seed of 53 bits count.
  let state = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The examples of each class. */
function byClass(labels: Int32Array): Map<number, number[]> {
  const classes = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const members = classes.get(label);
    if (members) members.push(i);
    else classes.set(label, [i]);
  });
  return classes;
}

/** How many examples of a class are set aside: the nearest whole number. */
function shareOf(members: readonly number[], fraction: number): number {
  return Math.round(fraction * members.length);
}

/** Which examples are set aside: of each class the same fraction. */
function choose(classes: ReadonlyMap<number, number[]>, fraction: number, seed: number): Set<number> {
  const random = generator(seed);
  const chosen = new Set<number>();
  for (const members of classes.values()) {
    const count = shareOf(members, fraction);
    for (let i = 0; i < count; i++) {
      const j = i + Math.floor(random() * (members.length - i));
      const [there, here] = [members[j] ?? 0, members[i] ?? 0];
      members[j] = here;
      chosen.add(there);
    }
  }
  return chosen;
}

async function pick(from: Examples, indices: readonly number[], signal?: AbortSignal): Promise<Examples> {
  const inputs = inputsOf(from);
  const length = indices.length * inputs;
  const images = from.images instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  const labels = new Int32Array(indices.length);
  const copy = (start: number, end: number) => {
    for (let i = start; i < end; i++) {
      const index = indices[i] ?? 0;
      images.set(from.images.subarray(index * inputs, (index + 1) * inputs), i * inputs);
      labels[i] = from.labels[index] ?? 0;
    }
  };
  await inTurns(indices.length, copy, signal);
  await measureRange(images, signal);
  return { images, labels, count: indices.length, shape: from.shape };
}

/** The examples that are left, and those that are set aside, each in their order. */
async function separate(
  from: Examples,
  chosen: ReadonlySet<number>,
  signal?: AbortSignal,
): Promise<{ rest: Examples; aside: Examples }> {
  const all = [...from.labels.keys()];
  const rest = all.filter((i) => !chosen.has(i));
  const aside = all.filter((i) => chosen.has(i));
  return { rest: await pick(from, rest, signal), aside: await pick(from, aside, signal) };
}

/** @throws OptionError where the fraction is not above 0 and below 1, or the seed is none. */
export function checkSplit(testFraction: number, splitSeed: number): void {
  if (!(typeof testFraction === "number" && testFraction > 0 && testFraction < 1))
    throw new OptionError(`testFraction takes a number above 0 and below 1, got ${String(testFraction)}`);
  if (!(Number.isSafeInteger(splitSeed) && splitSeed >= 0))
    throw new OptionError(`splitSeed takes a whole number from 0 to 2^53 - 1, got ${String(splitSeed)}`);
}

/**
 * Sets a part of the training examples aside for testing, of each class the same fraction: those that the seed decides.
 * @throws DigitrainError where there are too few for both.
 */
export async function splitForTest(
  data: Dataset,
  fraction: number,
  seed: number,
  signal?: AbortSignal,
): Promise<Dataset> {
  const chosen = choose(byClass(data.train.labels), fraction, seed);
  if (chosen.size === 0 || chosen.size === data.train.count) {
    throw new DigitrainError(
      `${data.name}: a test fraction of ${fraction} leaves ${chosen.size} of ${data.train.count} examples for testing; both training and testing need some`,
    );
  }
  const { rest: train, aside: test } = await separate(data.train, chosen, signal);
  return { ...data, train, test };
}

/** Decides which examples are for validation: the same ones in every run, so that runs can be compared. */
const VALIDATION_SEED = 0;

/**
 * Sets a part of a data set's training examples aside for validation, of each class the same fraction.
 * @throws OptionError where a class has none left to train on, or none set aside.
 */
export async function splitForValidation(
  { train, classNames }: Dataset,
  fraction: number,
  signal?: AbortSignal,
): Promise<{ train: Examples; validation: Examples }> {
  const classes = byClass(train.labels);
  for (const [label, members] of classes) {
    const count = shareOf(members, fraction);
    if (count > 0 && count < members.length) continue;
    const what = `${count} of the ${members.length} training examples of class ${classNames?.[label] ?? label}`;
    throw new OptionError(
      `validationFraction takes a number that sets some examples of each class aside and leaves some, got ${fraction}, which sets aside ${what}`,
    );
  }
  const chosen = choose(classes, fraction, VALIDATION_SEED);
  const { rest, aside } = await separate(train, chosen, signal);
  return { train: rest, validation: aside };
}
