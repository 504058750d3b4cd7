import { type Examples, imageSize, type ImageSize } from "./dataset.js";

/** So many examples tell what a set looks like. A prime: labels that recur after a round number don't recur in step with it. */
const MOST = 257;

/** The places of at most so many examples, spread evenly over all. */
export function sampleOf(count: number, most = MOST): number[] {
  const length = Math.min(count, most);
  return Array.from({ length }, (_, i) => Math.floor((i * count) / length));
}

/** Rows of fewer numbers are hardly images that lost their shape. */
const LEAST_PIXELS = 49;

/**
 * The size of examples that are grey images, also of those whose rows came without a shape, such as [64] for 8x8;
 * undefined where they are none.
 */
export function sizeOf({ shape }: Pick<Examples, "shape">): ImageSize | undefined {
  const [length = 0, ...others] = shape;
  if (others.length > 0) return imageSize(shape);
  const side = Math.sqrt(length);
  return length >= LEAST_PIXELS && Number.isInteger(side) ? { height: side, width: side } : undefined;
}

/** One example's numbers. */
export function rowOf({ images, count }: Examples, example: number): Examples["images"] {
  const inputs = images.length / count;
  return images.subarray(example * inputs, (example + 1) * inputs);
}
