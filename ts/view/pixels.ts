import { type Examples, imageSize } from "../data/dataset.js";

/** A grey image, 0 = background to 255 = ink. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly pixels: Uint8Array;
}

/** One of the examples as an image, where they are images; other numbers than pixels are stretched to 0..255. */
export function imageOf(examples: Examples, example: number): GreyImage | undefined {
  const size = imageSize(examples.shape);
  if (!size) return undefined;
  const length = size.width * size.height;
  const values = examples.images.subarray(example * length, (example + 1) * length);
  if (values instanceof Uint8Array) return { ...size, pixels: values };
  const minimum = values.reduce((low, value) => Math.min(low, value), Infinity);
  const range = values.reduce((high, value) => Math.max(high, value), -Infinity) - minimum;
  const pixels = Uint8Array.from(values, (value) => Math.round((255 * (value - minimum)) / (range || 1)));
  return { ...size, pixels };
}
