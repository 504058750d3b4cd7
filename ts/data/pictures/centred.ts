import { type Grid, largestOf } from "./grid.js";

/** MNIST's form: the digit fits a box of 20x20 in an image of 28x28. */
export const SIZE = 28;
export const BOX = 20;

/**
 * Puts ink that fits the box into 28x28, its centre of mass in the middle as far as it fits.
 * @returns 784 pixels, 0 (paper) to 255 (the strongest ink)
 */
export function centred(ink: Grid): Uint8Array {
  const { width, height, values } = ink;
  let [mass, momentX, momentY] = [0, 0, 0];
  values.forEach((value, i) => {
    mass += value;
    momentX += value * ((i % width) + 0.5);
    momentY += value * (Math.floor(i / width) + 0.5);
  });
  // MNIST's own centres of mass lie in the first pixel right of the middle, and below it.
  const offset = (middle: number, length: number) =>
    Math.min(SIZE - length, Math.max(0, Math.ceil(SIZE / 2 - middle)));
  const left = offset(momentX / mass, width);
  const top = offset(momentY / mass, height);
  const strongest = largestOf(ink);
  const pixels = new Uint8Array(SIZE * SIZE);
  values.forEach((value, i) => {
    const [x, y] = [left + (i % width), top + Math.floor(i / width)];
    pixels[y * SIZE + x] = Math.round((255 * value) / strongest);
  });
  return pixels;
}
