import { DigitrainError } from "../base/errors.js";
import { firstNotFinite } from "../base/finite.js";
import { show } from "../base/options.js";
import { MAX_LAYER_SIZE } from "../core/limits.js";
import { inTurns } from "../base/turns.js";
import { type Dataset, type Examples, inputsOf } from "./dataset.js";
import { measureRange, rangeOf } from "./range.js";

/** Examples from anywhere, before their check. */
export interface Unchecked {
  readonly images: Uint8Array | Float32Array;
  readonly labels: ArrayLike<number>;
  readonly shape?: readonly number[] | undefined;
  /** What error messages call the two arrays. */
  readonly called: { readonly images: string; readonly labels: string };
}

/** A data set from anywhere, before its check. */
export interface UncheckedDataset {
  readonly name: string;
  readonly train: Unchecked;
  readonly test: Unchecked | undefined;
  readonly validation?: Unchecked | undefined;
  /** Where it is left out, as many as there are names, else one more than the largest label. */
  readonly classes?: number | undefined;
  /** How many there are at least, where `classes` is left out. */
  readonly leastClasses?: number | undefined;
  readonly classNames?: readonly string[] | undefined;
}

/** How many classes images in a file have at least: those of 28x28 may be digits, not all of which are among them. */
export function leastClassesOf(shape: readonly number[]): number {
  return shape.join("x") === "28x28" ? 10 : 2;
}

function checkShape({ images, labels, shape, called }: Unchecked): readonly number[] {
  if (labels.length === 0)
    throw new DigitrainError(`${called.labels}: there are no examples; at least 1 is needed`);
  const inputs = images.length / labels.length;
  if (!Number.isInteger(inputs)) {
    throw new DigitrainError(
      `${called.images}: ${images.length} numbers can't be divided evenly among ${labels.length} labels; each image needs as many as the others`,
    );
  }
  if (inputs < 1 || inputs > MAX_LAYER_SIZE) {
    throw new DigitrainError(
      `${called.images}: an example has ${inputs} numbers, but a network takes 1 to ${MAX_LAYER_SIZE}`,
    );
  }
  if (!shape) return inputs === 784 ? [28, 28] : [inputs];
  const product = shape.reduce((size, next) => size * next, 1);
  if (product !== inputs || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new DigitrainError(
      `${called.images}: an example has ${inputs} numbers, which don't make the shape [${shape.join(", ")}]`,
    );
  }
  return shape;
}

function checkLabels({ labels, called }: Unchecked, classes: number): Int32Array {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (!Number.isInteger(label) || Number(label) < 0 || Number(label) >= classes) {
      throw new DigitrainError(
        `${called.labels}: the label at position ${i} is ${show(label)}, but labels are whole numbers from 0 to ${classes - 1}`,
      );
    }
  }
  return labels instanceof Int32Array ? labels : Int32Array.from(labels);
}

async function checkValues({ images, labels, called }: Unchecked, signal?: AbortSignal): Promise<void> {
  if (images instanceof Uint8Array) return;
  const inputs = images.length / labels.length;
  const look = (start: number, end: number) => {
    const found = firstNotFinite(images.subarray(start, end));
    if (found < 0) return;
    const i = start + found;
    throw new DigitrainError(
      `${called.images}: example ${Math.floor(i / inputs)} holds ${images[i] ?? NaN} at position ${i % inputs}, but numbers must be finite`,
    );
  };
  await inTurns(images.length, look, signal);
}

/**
 * Checks that the labels are classes and the numbers finite.
 * @returns the labels
 * @throws DigitrainError for the first that isn't; it names its position.
 */
export async function checkContents(
  unchecked: Unchecked,
  classes: number,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const labels = checkLabels(unchecked, classes);
  await checkValues(unchecked, signal);
  return labels;
}

async function toExamples(unchecked: Unchecked, classes: number, signal?: AbortSignal): Promise<Examples> {
  const { images } = unchecked;
  const shape = checkShape(unchecked);
  const labels = await checkContents(unchecked, classes, signal);
  await measureRange(images, signal);
  return { images, labels, count: labels.length, shape };
}

/**
 * Checks a data set from anywhere, without copying its images.
 * @throws DigitrainError for no examples, lengths and shapes that don't agree, labels outside the classes, and
 * numbers that are not finite; it names the first one.
 */
export async function toDataset(unchecked: UncheckedDataset, signal?: AbortSignal): Promise<Dataset> {
  const { name, classNames, leastClasses = 2 } = unchecked;
  const classes = unchecked.classes ?? classNames?.length ?? MAX_LAYER_SIZE;
  const train = await toExamples(unchecked.train, classes, signal);
  const other = async (part: Unchecked | undefined, what: string) => {
    const examples = part && (await toExamples(part, classes, signal));
    if (!examples || inputsOf(examples) === inputsOf(train)) return examples;
    throw new DigitrainError(
      `${name}: the training examples have ${inputsOf(train)} numbers each, but the ${what} examples ${inputsOf(examples)}; both must have as many`,
    );
  };
  const test = await other(unchecked.test, "test");
  const validation = await other(unchecked.validation, "validation");
  const parts = [train, ...(validation ? [validation] : []), ...(test ? [test] : [])];
  const largestLabel = Math.max(...parts.map(({ labels }) => rangeOf(labels).maximum));
  return {
    name,
    classes: unchecked.classes ?? classNames?.length ?? Math.max(leastClasses, largestLabel + 1),
    ...(classNames && { classNames }),
    train,
    ...(validation && { validation }),
    ...(test && { test }),
  };
}
