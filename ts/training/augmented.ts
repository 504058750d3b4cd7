import { append } from "../data/examples.js";
import { type Examples, firstOf, imageSize, inputsOf } from "../data/dataset.js";
import { DigitrainError, OptionError } from "../base/errors.js";
import { loadCore } from "../core/core.js";
import type { TrainOptions } from "./options.js";
import { resolveOptions } from "./resolve.js";

/** Which images to give, and how they are changed. */
export interface AugmentedOptions extends Pick<TrainOptions, "augment" | "limit" | "seed"> {
  /** From 0. Default 0. */
  epoch?: number;
}

/** So many images at once: they are floats in the core, and its memory never shrinks. */
const CHUNK = 1000;

/**
 * Images as a run of these options sees them in one of its epochs, where they are the first of its training images. It
 * takes some 10 microseconds an image of 28x28.
 * @param options augment's default is true here
 * @returns pixels where the examples have pixels, else floats
 * @throws OptionError for an option that has a value that it doesn't take.
 * @throws DigitrainError where the examples are no images.
 * @example
 * const { images } = augmented(data.train, { augment: { rotation: 10 }, epoch: 3, limit: 100 });
 */
export function augmented(examples: Examples, options: AugmentedOptions = {}): Examples {
  const { epoch = 0, ...given } = options;
  if (!Number.isInteger(epoch) || epoch < 0 || epoch >= 1_000_000)
    throw new OptionError(`epoch takes a whole number from 0 to 999,999, got ${String(epoch)}`);
  const { augment, limit, seed } = resolveOptions({ augment: true, ...given });
  const width = imageWidth(examples);
  const first = firstOf(examples, limit ?? Infinity);
  if (!augment) return first;
  const core = loadCore();
  const inputs = inputsOf(first);
  const isPixels = first.images instanceof Uint8Array;
  const images = isPixels ? new Uint8Array(first.images.length) : new Float32Array(first.images.length);
  const compressed = new core.CompressedExamples(inputs, 1, first.count);
  try {
    append(compressed, { ...first, labels: new Int32Array(first.count) }, [0, first.count], 1, "images");
    for (let start = 0; start < first.count; start += CHUNK) {
      const end = Math.min(first.count, start + CHUNK);
      const changed = compressed.augmented({ ...augment, width }, seed, epoch, start, end);
      images.set(isPixels ? changed.map((ink) => Math.round(255 * ink)) : changed, start * inputs);
    }
    return { ...first, images };
  } finally {
    compressed.free();
  }
}

/**
 * The width of examples that are images.
 * @param what what error messages call them
 * @param remedy what these say can be done
 * @throws DigitrainError where they are none.
 */
export function imageWidth({ shape }: Examples, what = "the examples", remedy = ""): number {
  const size = imageSize(shape);
  if (size) return size.width;
  throw new DigitrainError(
    `augment changes images of the shape [height, width], but ${what} have [${shape.join(", ")}]${remedy}`,
  );
}
