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

/** Which examples are for testing: of each class the same fraction, to the nearest example. */
function chooseForTest(labels: Int32Array, fraction: number, seed: number): Set<number> {
  const random = generator(seed);
  const byClass = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const members = byClass.get(label);
    if (members) members.push(i);
    else byClass.set(label, [i]);
  });
  const chosen = new Set<number>();
  for (const members of byClass.values()) {
    const count = Math.round(fraction * members.length);
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
  const chosen = chooseForTest(data.train.labels, fraction, seed);
  if (chosen.size === 0 || chosen.size === data.train.count) {
    throw new DigitrainError(
      `${data.name}: a test fraction of ${fraction} leaves ${chosen.size} of ${data.train.count} examples for testing; both training and testing need some`,
    );
  }
  const all = [...data.train.labels.keys()];
  const train = await pick(
    data.train,
    all.filter((i) => !chosen.has(i)),
    signal,
  );
  const test = await pick(
    data.train,
    all.filter((i) => chosen.has(i)),
    signal,
  );
  return { ...data, train, test };
}
