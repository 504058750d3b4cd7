import type { Ink } from "./pictures/contrast.js";
import type { Remark } from "./remark.js";

/** Examples of one kind: images (or any rows of numbers) with a label each. */
export interface Examples {
  /**
   * One row an example, `count * inputs` numbers. A Uint8Array holds pixels, 0 = background to 255 = ink, which the
   * network sees divided by 255; a Float32Array is used as it is.
   */
  readonly images: Uint8Array | Float32Array;
  /** The class of each example, 0 up to classes - 1. */
  readonly labels: Int32Array;
  readonly count: number;
  /** The shape of one example: [28, 28] for MNIST. Its product is the number of the network's inputs. */
  readonly shape: readonly number[];
}

/** Whether images show dark ink on light paper, or light on dark, as a network takes them. */
export type KnownInk = Exclude<Ink, "auto">;

/** What a network learns from and, where there is a test set, what it is tested on. */
export interface Dataset {
  readonly name: string;
  readonly classes: number;
  /** What the classes are called, one name each; absent where they are digits or plain numbers. */
  readonly classNames?: readonly string[];
  readonly train: Examples;
  readonly test?: Examples;
  /** What the data sets aside for validation: a run judges its epochs by it, unless it takes a part of the training images. */
  readonly validation?: Examples;
  /** Where its training images were judged or said to be dark on light, or said not to be: the former have been turned. */
  readonly ink?: KnownInk;
  /** What was left out, changed or guessed when it was loaded; absent where nothing was. */
  readonly remarks?: readonly Remark[];
}

/** A caller's own examples, as {@link loadDataset} and `train` take them. */
export interface OwnExamples {
  /** Pixels 0..255 in a Uint8Array, or numbers used as they are in a Float32Array; one row an example. */
  readonly images: Uint8Array | Float32Array;
  /** The class of each example: whole numbers from 0. */
  readonly labels: Uint8Array | Uint16Array | Int32Array | readonly number[];
  /** The shape of one example; [28, 28] where a row has 784 numbers, else [numbers in a row]. */
  readonly shape?: readonly number[];
}

/** A caller's own data. */
export interface OwnData {
  readonly name?: string;
  readonly train: OwnExamples;
  readonly test?: OwnExamples;
  /** What a run judges its epochs by, unless it takes a part of the training images. */
  readonly validation?: OwnExamples;
  /** The number of classes; one more than the largest label where it is left out. */
  readonly classes?: number;
  /** What the classes are called, one name each. */
  readonly classNames?: readonly string[];
}

/** How many numbers one example has. */
export function inputsOf(examples: Examples): number {
  return examples.shape.reduce((product, size) => product * size, 1);
}

/** A data set whose parts have been changed alike. */
export async function withParts(
  data: Dataset,
  change: (examples: Examples) => Examples | Promise<Examples>,
): Promise<Dataset> {
  const { train, validation, test } = data;
  return {
    ...data,
    train: await change(train),
    ...(validation && { validation: await change(validation) }),
    ...(test && { test: await change(test) }),
  };
}

/** The first so many examples: all, where there are fewer. */
export function firstOf(examples: Examples, most: number): Examples {
  const count = Math.min(examples.count, most);
  const images = examples.images.subarray(0, count * inputsOf(examples));
  return { ...examples, images, labels: examples.labels.subarray(0, count), count };
}

/** An image's height and width. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Height and width of examples that are grey images, [height, width] or [height, width, 1]; else undefined. */
export function imageSize(shape: readonly number[]): ImageSize | undefined {
  const [height, width, channels = 1, ...more] = shape;
  if (height === undefined || width === undefined || channels !== 1 || more.length > 0) return undefined;
  return { width, height };
}
