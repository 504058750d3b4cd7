import { DigitrainError } from "../../base/errors.js";
import { type Box, emptyGrid, extentOf, type Grid, type Picture, whole } from "./grid.js";

/** A picture's red, green and blue, 0..1. */
export type Planes = [red: Grid, green: Grid, blue: Grid];

/**
 * The colours of a picture's part, reduced by a whole factor so that no side is longer than `longest`: each pixel is the
 * mean of those it stands for. What is transparent shows paper unlike the ink.
 * @throws DigitrainError where the picture hasn't four numbers for each pixel.
 */
export function planesOf(picture: Picture, longest: number, part: Box = whole(picture)): Planes {
  const { width, height, data } = picture;
  if (width * height === 0 || data.length !== 4 * width * height) {
    throw new DigitrainError(
      `a picture of ${width}x${height} needs ${4 * width * height} numbers for red, green, blue and alpha, got ${data.length}`,
    );
  }
  const [partWidth, partHeight] = [part.right - part.left, part.bottom - part.top];
  const factor = reduction(part, longest);
  const sums = [0, 1, 2, 3].map(() =>
    emptyGrid(Math.ceil(partWidth / factor), Math.ceil(partHeight / factor)),
  );
  const [reds, greens, blues, alphas] = sums as [Grid, Grid, Grid, Grid];
  const [red, green, blue, alpha] = [reds.values, greens.values, blues.values, alphas.values];
  for (let y = 0; y < partHeight; y++) {
    let source = 4 * ((part.top + y) * width + part.left);
    let place = Math.floor(y / factor) * reds.width;
    for (let x = 0; x < partWidth; place++) {
      for (const end = Math.min(partWidth, x + factor); x < end; x++, source += 4) {
        const opacity = data[source + 3] ?? 0;
        const share = opacity / 255;
        red[place] = (red[place] ?? 0) + share * (data[source] ?? 0);
        green[place] = (green[place] ?? 0) + share * (data[source + 1] ?? 0);
        blue[place] = (blue[place] ?? 0) + share * (data[source + 2] ?? 0);
        alpha[place] = (alpha[place] ?? 0) + opacity;
      }
    }
  }
  const paper = paperBehind(reds, greens, blues, alphas);
  for (let y = 0, place = 0; y < reds.height; y++) {
    const rows = Math.min(factor, partHeight - y * factor);
    for (let x = 0; x < reds.width; x++, place++) {
      const left = partWidth - x * factor;
      const most = 255 * rows * (left < factor ? left : factor);
      for (const values of [red, green, blue])
        values[place] = ((values[place] ?? 0) + (most - (alpha[place] ?? 0)) * paper) / most;
    }
  }
  return [reds, greens, blues];
}

/** By which whole factor a part is reduced so that no side is longer than `longest`. */
export function reduction(part: Box, longest: number): number {
  return Math.max(1, Math.ceil(extentOf(part) / longest));
}

/** The shade of paper that lies behind what is transparent: it is unlike what isn't. */
function paperBehind(...sums: [Grid, Grid, Grid, Grid]): number {
  const [red, green, blue, alpha] = sums.map(({ values }) =>
    values.reduce((sum, value) => sum + value, 0),
  ) as [number, number, number, number];
  return luminance(red, green, blue) < 0.5 * alpha ? 1 : 0;
}

/** Rec. 709's weights of the three colours. */
export function luminance(red: number, green: number, blue: number): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
