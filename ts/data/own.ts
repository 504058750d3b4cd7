import { DigitrainError, OptionError } from "../errors.js";
import { inTurns } from "../runtime/turns.js";
import type { Dataset, Examples, OwnData } from "./dataset.js";
import { measureRange, rangeOf } from "./range.js";

const MOST_INPUTS = 65_536;
const MOST_CLASSES = 65_536;

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
  /** One more than the largest label where it is left out. */
  readonly classes: number | undefined;
}

/** The classes of images in a file, where their size tells: images of 28x28 are digits. */
export function classesOfImages(shape: readonly number[] | undefined): number | undefined {
  return shape?.join("x") === "28x28" ? 10 : undefined;
}

function checkShape({ images, labels, shape, called }: Unchecked): readonly number[] {
  if (labels.length === 0)
    throw new DigitrainError(`${called.labels}: there are no examples; at least 1 is needed`);
  const inputs = images.length / labels.length;
  if (!Number.isInteger(inputs)) {
    throw new DigitrainError(
      `${called.images}: ${images.length} numbers are no whole number of numbers for each of the ${labels.length} labels`,
    );
  }
  if (inputs < 1 || inputs > MOST_INPUTS) {
    throw new DigitrainError(
      `${called.images}: an example has ${inputs} numbers, but a network takes 1 to ${MOST_INPUTS}`,
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
        `${called.labels}: the label at position ${i} is ${String(label)}, but labels are whole numbers from 0 to ${classes - 1}`,
      );
    }
  }
  return labels instanceof Int32Array ? labels : Int32Array.from(labels);
}

async function checkValues({ images, labels, called }: Unchecked, signal?: AbortSignal): Promise<void> {
  if (images instanceof Uint8Array) return;
  const inputs = images.length / labels.length;
  const look = (start: number, end: number) => {
    for (let i = start; i < end; i++) {
      if (Number.isFinite(images[i])) continue;
      throw new DigitrainError(
        `${called.images}: example ${Math.floor(i / inputs)} holds ${images[i] ?? NaN} at position ${i % inputs}, but numbers must be finite`,
      );
    }
  };
  await inTurns(images.length, look, signal);
}

async function checkExamples(unchecked: Unchecked, classes: number, signal?: AbortSignal): Promise<Examples> {
  const { images } = unchecked;
  const shape = checkShape(unchecked);
  const labels = checkLabels(unchecked, classes);
  await checkValues(unchecked, signal);
  await measureRange(images, signal);
  return { images, labels, count: labels.length, shape };
}

/**
 * Checks a data set from anywhere, without copying its images.
 * @throws DigitrainError for no examples, lengths and shapes that don't agree, labels outside the classes, and
 * numbers that are not finite; it names the first one.
 */
export async function toDataset(unchecked: UncheckedDataset, signal?: AbortSignal): Promise<Dataset> {
  const { name, classes = MOST_CLASSES } = unchecked;
  const train = await checkExamples(unchecked.train, classes, signal);
  const test = unchecked.test && (await checkExamples(unchecked.test, classes, signal));
  if (test && test.images.length / test.count !== train.images.length / train.count) {
    throw new DigitrainError(
      `${name}: the training examples have ${train.images.length / train.count} numbers each, but the test examples ${test.images.length / test.count}; both must have as many`,
    );
  }
  const largestLabel = Math.max(rangeOf(train.labels).maximum, test ? rangeOf(test.labels).maximum : 0);
  return {
    name,
    classes: unchecked.classes ?? Math.max(2, largestLabel + 1),
    train,
    ...(test && { test }),
  };
}

function takes(option: string, what: string, got: unknown): OptionError {
  const type = Object.prototype.toString.call(got).slice("[object ".length, -1);
  return new OptionError(`${option} takes ${what}, got ${typeof got === "number" ? got : type}`);
}

/** Whether a value is an object of any kind. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What TypeScript says of OwnExamples, said again for callers that it doesn't reach. */
function ownExamples(examples: unknown, option: string): Unchecked {
  if (!isObject(examples)) throw takes(option, "{ images, labels }", examples);
  const { images, labels, shape } = examples;
  if (!(images instanceof Uint8Array || images instanceof Float32Array))
    throw takes(`${option}.images`, "a Uint8Array or a Float32Array", images);
  const listed =
    labels instanceof Uint8Array || labels instanceof Uint16Array || labels instanceof Int32Array;
  if (!listed && !Array.isArray(labels))
    throw takes(
      `${option}.labels`,
      "a Uint8Array, a Uint16Array, an Int32Array or an array of numbers",
      labels,
    );
  if (shape !== undefined && !Array.isArray(shape))
    throw takes(`${option}.shape`, "an array of numbers", shape);
  const called = { images: `${option}.images`, labels: `${option}.labels` };
  return { images, labels: labels as ArrayLike<number>, shape: shape as number[] | undefined, called };
}

/**
 * Checks a caller's own arrays. They become part of the data set as they are, not copied.
 * @throws OptionError where an array is missing or of a wrong type.
 * @throws DigitrainError for what the arrays hold, as {@link toDataset}.
 */
export async function fromOwnData(data: OwnData, signal?: AbortSignal): Promise<Dataset> {
  if (!isObject(data)) throw takes("data", "a name, a path or { train: { images, labels } }", data);
  const { name = "own data", classes } = data;
  if (classes !== undefined && !(Number.isInteger(classes) && classes >= 2 && classes <= MOST_CLASSES))
    throw takes("data.classes", `a whole number from 2 to ${MOST_CLASSES}`, classes);
  const train = ownExamples(data.train, "data.train");
  const test = data.test === undefined ? undefined : ownExamples(data.test, "data.test");
  return toDataset({ name, train, test, classes }, signal);
}
