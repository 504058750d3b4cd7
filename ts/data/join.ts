import { concatenate } from "../base/concatenate.js";
import { DigitrainError } from "../base/errors.js";
import { inTurns } from "../base/turns.js";
import { type Dataset, type Examples, inputsOf } from "./dataset.js";
import { measureRange } from "./range.js";

/**
 * Several data sets as one: the training examples of all, and the validation and test examples of the first that has
 * such.
 * @throws DigitrainError where their images are not of the same size, or their classes are not the same.
 */
export async function joinDatasets(
  all: readonly [Dataset, ...Dataset[]],
  signal?: AbortSignal,
): Promise<Dataset> {
  const [first, ...others] = all;
  if (others.length === 0) return first;
  // Rows of numbers, as in a CSV file, have whatever shape the others have.
  const shaped = all.find(({ train }) => train.shape.length > 1) ?? first;
  for (const other of all) checkAlike(shaped, other);
  const { shape } = shaped.train;
  const test = all.find((data) => data.test?.count)?.test;
  const validation = all.find((data) => data.validation?.count)?.validation;
  const inks = new Set(all.map(({ ink }) => ink));
  const remarks = all.flatMap((data) => data.remarks ?? []);
  return {
    name: all.map(({ name }) => name).join(" + "),
    classes: first.classes,
    ...(first.classNames && { classNames: first.classNames }),
    train: { ...(await joinExamples(all.map(({ train }) => train), signal)), shape }, // prettier-ignore
    ...(validation && { validation: { ...validation, shape } }),
    ...(test && { test: { ...test, shape } }),
    ...(first.ink && inks.size === 1 && { ink: first.ink }),
    ...(remarks.length > 0 && { remarks }),
  };
}

function checkAlike(one: Dataset, other: Dataset): void {
  const differ = (what: string, here: string, there: string) => {
    throw new DigitrainError(
      `data of several sources takes ${what}, but ${one.name} has ${here}, and ${other.name} ${there}`,
    );
  };
  const [shape, otherShape] = [one.train.shape, other.train.shape].map((sizes) => sizes.join("x"));
  const isRow = other.train.shape.length === 1 && inputsOf(other.train) === inputsOf(one.train);
  if (shape !== otherShape && !isRow)
    differ("images of one size", `images of ${shape ?? ""}`, `of ${otherShape ?? ""}`);
  const [classes, otherClasses] = [one, other].map(classesInWords);
  if (classes !== otherClasses) differ("the same classes", classes ?? "", otherClasses ?? "");
}

function classesInWords({ classes, classNames }: Dataset): string {
  return `the classes ${classNames ? classNames.join(", ") : `0 to ${classes - 1}`}`;
}

/** All examples, one set after another. Pixels beside floating-point numbers become such: pixel / 255, as a network sees them. */
async function joinExamples(
  parts: readonly Examples[],
  signal?: AbortSignal,
): Promise<Omit<Examples, "shape">> {
  const arePixels = parts.every(({ images }) => images instanceof Uint8Array);
  const length = parts.reduce((sum, { images }) => sum + images.length, 0);
  const images = arePixels ? new Uint8Array(length) : new Float32Array(length);
  let done = 0;
  for (const part of parts) {
    const copy = (start: number, end: number) => {
      const numbers = part.images.subarray(start, end);
      const isToScale = numbers instanceof Uint8Array && !arePixels;
      images.set(isToScale ? Float32Array.from(numbers, (pixel) => pixel / 255) : numbers, done + start);
    };
    await inTurns(part.images.length, copy, signal);
    done += part.images.length;
  }
  await measureRange(images, signal);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const labels = concatenate(
    Int32Array,
    parts.map((part) => part.labels),
  );
  return { images, labels, count };
}
