import type { Examples } from "./dataset.js";

/** So many examples tell what a set looks like. A prime: labels that recur after a round number don't recur in step with it. */
const MOST = 257;

/** The places of at most so many examples, spread evenly over all. */
export function sampleOf(count: number, most = MOST): number[] {
  const length = Math.min(count, most);
  return Array.from({ length }, (_, i) => Math.floor((i * count) / length));
}

/** An image's height and width. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Rows of fewer numbers are hardly images that lost their shape. */
const LEAST_PIXELS = 49;

/**
 * The size of examples that are grey images, also of those whose rows came without a shape, such as [64] for 8x8;
 * undefined where they are none.
 */
export function sizeOf({ shape }: Pick<Examples, "shape">): ImageSize | undefined {
  const [height = 0, width, channels = 1, ...more] = shape;
  if (width !== undefined) return channels === 1 && more.length === 0 ? { height, width } : undefined;
  const side = Math.sqrt(height);
  return height >= LEAST_PIXELS && Number.isInteger(side) ? { height: side, width: side } : undefined;
}

/** One example's numbers. */
export function rowOf({ images, count }: Examples, example: number): Examples["images"] {
  const inputs = images.length / count;
  return images.subarray(example * inputs, (example + 1) * inputs);
}
