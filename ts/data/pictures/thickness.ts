import { BOX } from "./centred.js";
import { dilated, eroded } from "./filters.js";
import { boxOf, extentOf, type Grid } from "./grid.js";

/** The widths of 9 in 10 of MNIST's strokes lie between, in its pixels. */
const [THIN, THICK] = [1.8, 3.8];
/** So many pixels for one of MNIST's are needed at least to make strokes a little thinner or thicker. */
const FINEST = 3;

/** The strokes' mean width, in pixels: their area over half their outline. */
export function strokeWidth({ width, height, values }: Grid): number {
  let [area, edges] = [0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!values[i]) continue;
      area++;
      if (x === 0 || !values[i - 1]) edges++;
      if (x === width - 1 || !values[i + 1]) edges++;
      if (y === 0 || !values[i - width]) edges++;
      if (y === height - 1 || !values[i + width]) edges++;
    }
  }
  // An outline of all directions crosses 4 / pi times as many pixels' edges as it is long.
  return (2 * area) / (edges * (Math.PI / 4));
}

/** A digit's ink with strokes as thick as MNIST's may be when it is fitted to the box. */
export function withUsualStrokes(ink: Grid, mask: Grid): Grid {
  const pixel = extentOf(boxOf(mask)) / BOX;
  if (pixel < FINEST) return ink;
  const width = strokeWidth(mask) / pixel;
  if (width < THIN) return dilated(ink, Math.round((pixel * (THIN - width)) / 2));
  if (width > THICK) return eroded(ink, Math.round((pixel * (width - THICK)) / 2));
  return ink;
}
