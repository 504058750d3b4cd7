import type { Tensor } from "../model/safetensors.js";
import type { GreyImage } from "./pixels.js";
import { pngUrl } from "./png.js";

/** An image as a PNG in a data URL, ink black on white. */
export function greyPicture({ width, height, pixels }: GreyImage): string {
  const data = new Uint8Array(4 * pixels.length).fill(255);
  pixels.forEach((ink, i) => data.fill(255 - ink, 4 * i, 4 * i + 3));
  return pngUrl({ width, height, data });
}

const RED = [220, 50, 40] as const;
const BLUE = [20, 110, 220] as const;

/** An image of red, green, blue and alpha. */
export interface ColourImage {
  readonly width: number;
  readonly height: number;
  /** Row by row. Of an ArrayBuffer, as ImageData takes it: a type which TypeScript before 5.7 has no name for. */
  readonly data: ReturnType<typeof Uint8ClampedArray.from>;
}

/**
 * Signed numbers as an image: red for positive, blue for negative, and the more opaque the larger.
 * @param values as many as the image has pixels
 * @param largest what is fully opaque; the largest of the values where it is left out
 */
export function signedImage(
  values: ArrayLike<number>,
  { width, height }: { width: number; height: number },
  largest = largestOf(values),
): ColourImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const value = values[i] ?? 0;
    data.set(value > 0 ? RED : BLUE, 4 * i);
    data[4 * i + 3] = (255 * Math.abs(value)) / Math.max(largest, Number.MIN_VALUE);
  }
  return { width, height, data };
}

function largestOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/**
 * The weights of the first layer's units as images side by side, a pixel apart: red for positive, blue for negative, and
 * the more opaque the larger, each unit by its own largest.
 * @param weights [inputs, units]
 * @param size of the images that the inputs are
 * @param most how many units at most
 * @param columns how many stand in a row; as many as there are rows where it is left out
 */
export function weightsImage(
  weights: Tensor,
  { width, height }: { width: number; height: number },
  most: number,
  columns?: number,
): ColourImage {
  const { values, shape } = weights;
  const [inputs = 0, units = 0] = shape;
  const shown = Math.min(units, most);
  const across = columns ?? Math.ceil(Math.sqrt(shown));
  const [tileWidth, tileHeight] = [width + 1, height + 1];
  const sheet = { width: across * tileWidth - 1, height: Math.ceil(shown / across) * tileHeight - 1 };
  const data = new Uint8ClampedArray(4 * sheet.width * sheet.height);
  const largest = new Float32Array(shown);
  // Input by input, as the weights lie in memory: a page does this many times a second.
  for (let input = 0; input < inputs; input++) {
    for (let unit = 0; unit < shown; unit++) {
      const size = Math.abs(values[input * units + unit] ?? 0);
      if (size > (largest[unit] ?? 0)) largest[unit] = size;
    }
  }
  for (let input = 0; input < inputs; input++) {
    const [column, row] = [input % width, Math.floor(input / width)];
    for (let unit = 0; unit < shown; unit++) {
      const weight = values[input * units + unit] ?? 0;
      const [red, green, blue] = weight > 0 ? RED : BLUE;
      const x = (unit % across) * tileWidth + column;
      const y = Math.floor(unit / across) * tileHeight + row;
      const at = 4 * (y * sheet.width + x);
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = (255 * Math.abs(weight)) / Math.max(largest[unit] ?? 0, Number.MIN_VALUE);
    }
  }
  return { ...sheet, data };
}

/** {@link weightsImage} as a PNG in a data URL. */
export function weightsPicture(
  weights: Tensor,
  size: { width: number; height: number },
  most: number,
): string {
  const { width, height, data } = weightsImage(weights, size, most);
  return pngUrl({ width, height, data: new Uint8Array(data.buffer) });
}
