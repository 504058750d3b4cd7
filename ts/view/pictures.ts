import type { Tensor } from "../files/safetensors.js";
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

/**
 * The weights of the first layer's units as images side by side, in a PNG as a data URL: red for positive, blue for
 * negative, and the more opaque the larger, each unit by its own largest.
 * @param weights [inputs, units]
 * @param size of the images that the inputs are
 * @param most how many units at most
 */
export function weightsPicture(
  weights: Tensor,
  { width, height }: { width: number; height: number },
  most: number,
): string {
  const [inputs = 0, units = 0] = weights.shape;
  const shown = Math.min(units, most);
  const columns = Math.ceil(Math.sqrt(shown));
  const [tileWidth, tileHeight] = [width + 1, height + 1];
  const sheet = { width: columns * tileWidth - 1, height: Math.ceil(shown / columns) * tileHeight - 1 };
  const data = new Uint8Array(4 * sheet.width * sheet.height);
  for (let unit = 0; unit < shown; unit++) {
    const row = Array.from({ length: inputs }, (_, input) => weights.values[input * units + unit] ?? 0);
    const largest = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
    row.forEach((weight, input) => {
      const x = (unit % columns) * tileWidth + (input % width);
      const y = Math.floor(unit / columns) * tileHeight + Math.floor(input / width);
      const alpha = Math.round((255 * Math.abs(weight)) / largest);
      data.set([...(weight > 0 ? RED : BLUE), alpha], 4 * (y * sheet.width + x));
    });
  }
  return pngUrl({ ...sheet, data });
}
