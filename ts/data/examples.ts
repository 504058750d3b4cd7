import { type Examples, inputsOf } from "./dataset.js";
import { DigitrainError } from "../base/errors.js";
import { firstNotFinite } from "../base/finite.js";
import type { CompressedExamples } from "../core/core.js";
import { rowOf, sampleOf } from "./sample.js";

/**
 * Checks that examples hold what they say, as rows that a network takes.
 * @param what what error messages call them
 * @throws DigitrainError
 */
export function checkSizes(examples: Examples, inputs: number, what: string): void {
  const { images, labels, count } = examples;
  if (inputsOf(examples) !== inputs) {
    throw new DigitrainError(
      `${what} have ${inputsOf(examples)} numbers each, but the network takes ${inputs}`,
    );
  }
  if (images.length !== count * inputs || labels.length !== count) {
    const takes = `${count} ${what} of ${inputs} numbers take ${count * inputs} numbers and ${count} labels`;
    throw new DigitrainError(`${takes}, got ${images.length} and ${labels.length}`);
  }
}

/** About what examples take of the core's memory, compressed: a place and a value for each number that isn't zero. */
export function compressedBytes(examples: Examples, count = examples.count): number {
  const sample = sampleOf(count);
  let present = 0;
  for (const example of sample)
    for (const number of rowOf(examples, example)) present += Number(number !== 0);
  const presentInEach = sample.length === 0 ? 0 : present / sample.length;
  return count * (6 + presentInEach * (2 + examples.images.BYTES_PER_ELEMENT));
}

/**
 * Adds the examples from `start` up to `end` to a compressed set.
 * @param classes how many classes the set has
 * @param what what error messages call the examples
 * @throws DigitrainError for a label that is none of the classes, or a number that is not finite.
 */
export function append(
  compressed: CompressedExamples,
  examples: Examples,
  [start, end]: readonly [start: number, end: number],
  classes: number,
  what: string,
): void {
  const inputs = inputsOf(examples);
  const images = examples.images.subarray(start * inputs, end * inputs);
  const labels = examples.labels.subarray(start, end);
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) {
    const found = `the label of example ${start + wrong} is ${String(labels[wrong])}`;
    throw new DigitrainError(`${what}: ${found}, but there are only the classes 0 to ${classes - 1}`);
  }
  if (images instanceof Uint8Array) {
    compressed.appendPixels(images, Uint16Array.from(labels));
    return;
  }
  try {
    compressed.appendValues(images, Uint16Array.from(labels));
  } catch (error) {
    // The core looks at every number much faster than this does, so it looks first.
    const bad = firstNotFinite(images);
    if (bad < 0) throw error;
    const where = `number ${bad % inputs} of example ${start + Math.floor(bad / inputs)}`;
    throw new DigitrainError(
      `${what}: ${where} is ${String(images[bad])}, but only finite numbers can be used`,
    );
  }
}
