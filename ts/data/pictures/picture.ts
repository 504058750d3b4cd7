import { DigitrainError } from "../../base/errors.js";

/** A picture as a canvas gives it: rows of pixels of red, green, blue and alpha, 0..255 each. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

/** MNIST's form: the digit fits a box of 20x20 in an image of 28x28. */
const SIZE = 28;
const BOX = 20;
/** What differs less from the paper, as a part of the strongest ink, is paper. */
const FAINTEST_INK = 0.02;
/** How often the median of its grain a paper may differ from itself: 2.3 standard deviations, where it is normal. */
const GRAIN = 3.4;
/** Pictures whose strongest ink differs less from the paper, on a scale of 0 to 1, are empty. */
const LEAST_CONTRAST = 0.1;

/** Numbers in rows. */
interface Grid {
  width: number;
  height: number;
  values: Float64Array;
}

/**
 * Turns a picture of a digit into MNIST's form, as MNIST was made: the ink is found, dark on light or light on dark,
 * fitted to 20x20 keeping its aspect, with grey levels at its edges, and its centre of mass is put in the middle of
 * 28x28. A picture that is in this form already stays as it is.
 * @returns 784 pixels, 0 (paper) to 255 (ink)
 * @throws DigitrainError where the picture has no ink.
 */
export function digitOf(picture: Picture): Uint8Array {
  const luminance = luminanceOf(picture);
  if (isInMnistForm(luminance)) return eightBit(luminance);
  return centred(fitted(cropped(inkOf(luminance))));
}

/**
 * A picture in shades of grey, as it is.
 * @returns a number a pixel, 0 (black) to 255 (white)
 */
export function greyOf(picture: Picture): Uint8Array {
  return eightBit(luminanceOf(picture));
}

function eightBit({ values }: Grid): Uint8Array {
  return new Uint8Array(values.map((value) => Math.round(255 * value)));
}

/** The luminance of the pixels, 0..1; where they are transparent, that of paper unlike the ink. */
function luminanceOf({ width, height, data }: Picture): Grid {
  const count = width * height;
  if (count === 0 || data.length !== 4 * count) {
    throw new DigitrainError(
      `a picture of ${width}x${height} needs ${4 * count} numbers for red, green, blue and alpha, got ${data.length}`,
    );
  }
  const channel = (pixel: number, offset: number) => (data[4 * pixel + offset] ?? 0) / 255;
  // Rec. 709's weights of the three colours.
  const colour = (pixel: number) =>
    0.2126 * channel(pixel, 0) + 0.7152 * channel(pixel, 1) + 0.0722 * channel(pixel, 2);
  let sum = 0;
  let opaque = 0;
  for (let pixel = 0; pixel < count; pixel++) {
    sum += colour(pixel) * channel(pixel, 3);
    opaque += channel(pixel, 3);
  }
  const paper = sum < 0.5 * opaque ? 1 : 0;
  const values = new Float64Array(count);
  for (let pixel = 0; pixel < count; pixel++) {
    const alpha = channel(pixel, 3);
    values[pixel] = alpha * colour(pixel) + (1 - alpha) * paper;
  }
  return { width, height, values };
}

/** The values along the four edges. */
function borderOf({ width, height, values }: Grid): Float64Array {
  return values.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
}

function isInMnistForm(grid: Grid): boolean {
  const rightSize = grid.width === SIZE && grid.height === SIZE;
  // A few of MNIST's own digits touch the edge.
  const border = borderOf(grid);
  const empty = border.filter((value) => value === 0).length;
  return rightSize && empty >= 0.8 * border.length && grid.values.some((value) => value > 0);
}

/** How much of each pixel is ink, 0..1. */
function inkOf(luminance: Grid): Grid {
  const { width, height, values } = luminance;
  const border = borderOf(luminance).sort();
  const paper = border[Math.floor(border.length / 2)] ?? 0;
  const differences = values.map((value) => value - paper);
  const lighter = differences.reduce((sum, difference) => sum + Math.max(0, difference), 0);
  const darker = differences.reduce((sum, difference) => sum - Math.min(0, difference), 0);
  const sign = lighter > darker ? 1 : -1;
  const ink = differences.map((difference) => Math.max(0, sign * difference));
  const strongest = ink.reduce((most, value) => Math.max(most, value), 0);
  if (strongest < LEAST_CONTRAST)
    throw new DigitrainError("the picture is empty; a digit in ink unlike its paper is needed");
  // The paper's own grain, as its edges show it, is not ink. Half of them may well lie in strokes.
  const differing = border.map((value) => Math.abs(value - paper)).sort();
  const grain = (GRAIN * (differing[Math.floor(differing.length / 2)] ?? 0)) / strongest;
  const faintest = Math.min(0.5, Math.max(FAINTEST_INK, grain));
  const clean = ink.map((value) => (value / strongest < faintest ? 0 : value / strongest));
  return { width, height, values: clean };
}

/** The smallest part that holds all ink. */
function cropped({ width, height, values }: Grid): Grid {
  let [left, right, top, bottom] = [width, -1, height, -1];
  values.forEach((value, i) => {
    if (value === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  const [partWidth, partHeight] = [right - left + 1, bottom - top + 1];
  const part = Float64Array.from({ length: partWidth * partHeight }, (_, i) => {
    const row = top + Math.floor(i / partWidth);
    return values[row * width + left + (i % partWidth)] ?? 0;
  });
  return { width: partWidth, height: partHeight, values: part };
}

/** Scaled so that the longer side is the box's, each pixel the mean over what it covers. */
function fitted(grid: Grid): Grid {
  const scale = BOX / Math.max(grid.width, grid.height);
  const width = Math.max(1, Math.round(grid.width * scale));
  const height = Math.max(1, Math.round(grid.height * scale));
  const across = weightsOf(grid.width, width);
  const down = weightsOf(grid.height, height);
  const values = Float64Array.from({ length: width * height }, (_, i) => {
    let sum = 0;
    for (const [y, weightY] of down[Math.floor(i / width)] ?? []) {
      for (const [x, weightX] of across[i % width] ?? [])
        sum += weightY * weightX * (grid.values[y * grid.width + x] ?? 0);
    }
    return sum;
  });
  return { width, height, values };
}

/** For each of `to` places, the places of `from` that it covers, and what part of it each makes up. */
function weightsOf(from: number, to: number): [place: number, weight: number][][] {
  const step = from / to;
  return Array.from({ length: to }, (_, place) => {
    const [start, end] = [place * step, (place + 1) * step];
    const covered: [number, number][] = [];
    for (let i = Math.floor(start); i < Math.min(from, end); i++) {
      const overlap = Math.min(i + 1, end) - Math.max(i, start);
      if (overlap > 0) covered.push([i, overlap / step]);
    }
    return covered;
  });
}

/** In the middle of 28x28 by its centre of mass, as far as it fits. */
function centred({ width, height, values }: Grid): Uint8Array {
  const mass = values.reduce((sum, value) => sum + value, 0);
  const centre = (place: (i: number) => number) =>
    values.reduce((sum, value, i) => sum + value * (place(i) + 0.5), 0) / mass;
  // MNIST's own centres of mass lie in the first pixel right of the middle, and below it.
  const offset = (middle: number, length: number) =>
    Math.min(SIZE - length, Math.max(0, Math.ceil(SIZE / 2 - middle)));
  const left = offset(
    centre((i) => i % width),
    width,
  );
  const top = offset(
    centre((i) => Math.floor(i / width)),
    height,
  );
  const strongest = values.reduce((most, value) => Math.max(most, value), 0);
  const pixels = new Uint8Array(SIZE * SIZE);
  values.forEach((value, i) => {
    const [x, y] = [left + (i % width), top + Math.floor(i / width)];
    pixels[y * SIZE + x] = Math.round((255 * value) / strongest);
  });
  return pixels;
}
