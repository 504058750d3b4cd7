import { blurred, closed } from "./filters.js";
import { emptyGrid, type Grid } from "./grid.js";
import { chosen, quantile } from "./levels.js";
import { luminance, type Planes } from "./planes.js";

/** Which is the ink: what is darker than its paper, what is lighter, or whichever of them a look decides for. */
export type Ink = "auto" | "dark" | "light";

/** What parts the ink's colour from the paper's. */
export interface Direction {
  /** How much each colour counts, 1 in all. */
  weights: readonly number[];
  isLight: boolean;
}

/** Paper darker than this, of the brightest possible, counts as so bright: else its own grain would become ink. */
const DARKEST_PAPER = 0.1;
/** Two shades are all there is where this part of the pixels at most is neither: what differs by so much of their range. */
const [MOST_BETWEEN, NEAR_SHADE] = [0.2, 0.15];
/** How wide a picture's edge is, against its longer side. */
const EDGE = 0.03;

/**
 * In which direction a picture's ink differs from its surroundings: the third moment of these differences. Ink is what
 * differs strongly in few places; what differs both ways, as shadows, grain and paper's light do, cancels out.
 */
export function directionOf(planes: Planes, ink: Ink): Direction {
  const differences = differencesOf(planes);
  const [reds, greens, blues] = differences;
  const moment = [0, 0, 0];
  reds.forEach((red, i) => {
    const [green, blue] = [greens[i] ?? 0, blues[i] ?? 0];
    const brightness = luminance(red, green, blue);
    if ((ink === "dark" && brightness > 0) || (ink === "light" && brightness < 0)) return;
    const square = red * red + green * green + blue * blue;
    [red, green, blue].forEach((value, colour) => (moment[colour] = (moment[colour] ?? 0) + value * square));
  });
  const isLight = ink === "auto" ? sumOf(moment) > 0 : ink === "light";
  const parts = moment.map((value) => Math.max(0, isLight ? value : -value));
  const sum = sumOf(parts);
  return { weights: parts.map((part) => (sum > 0 ? part / sum : 1 / 3)), isLight };
}

/**
 * How much the pixels differ from paper. Where nearly all are one of two shades, paper is the one that three quarters
 * have, else the one that the picture's edge mostly is; where there are more shades, it is what is around a pixel.
 */
function differencesOf(planes: Planes): [Float32Array, Float32Array, Float32Array] {
  const areTwo = planes.every(({ values }) => areTwoShades(values));
  return planes.map((plane) => {
    const { width, height, values } = plane;
    if (areTwo) {
      const [lower, upper] = [quantile(values, 0.25), quantile(values, 0.75)];
      const isMost = upper - lower < (quantile(values, 0.99) - quantile(values, 0.01)) / 2;
      const paper = quantile(isMost ? values : edgeOf(plane), 0.5);
      return values.map((value) => value - paper);
    }
    const around = blurred(plane, Math.ceil(Math.max(width, height) / 6)).values;
    return values.map((value, i) => value - (around[i] ?? 0));
  }) as [Float32Array, Float32Array, Float32Array];
}

function areTwoShades(values: Float32Array): boolean {
  const [least, most] = [quantile(values, 0.01), quantile(values, 0.99)];
  const near = NEAR_SHADE * (most - least);
  const between = chosen(values, (i) => (values[i] ?? 0) > least + near && (values[i] ?? 0) < most - near);
  return between.length <= MOST_BETWEEN * values.length;
}

/** The numbers along a grid's four edges. */
function edgeOf({ width, height, values }: Grid): Float32Array {
  const margin = Math.ceil(EDGE * Math.max(width, height));
  return chosen(values, (i) => {
    const column = i % width;
    const isBeside = column < margin || column >= width - margin;
    return isBeside || i < margin * width || i >= (height - margin) * width;
  });
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/**
 * How much each pixel of a picture differs from the paper around it in the direction of its ink: 0 where it doesn't, 1
 * for ink that gives no light. Paper is what remains when strokes are filled in (a morphological closing), so uneven
 * light and shadows make no difference.
 * @param widest no stroke is wider, in pixels
 */
export function contrastOf(planes: Planes, { weights, isLight }: Direction, widest: number): Grid {
  const [{ width, height }] = planes;
  const brightness = emptyGrid(width, height);
  const { values } = brightness;
  planes.forEach((plane, colour) => {
    const weight = weights[colour] ?? 0;
    plane.values.forEach((value, i) => {
      // Light ink is dark ink on the negative.
      values[i] = (values[i] ?? 0) + weight * (isLight ? 1 - value : value);
    });
  });
  const smooth = blurred(brightness, Math.round(Math.min(widest / 10, Math.max(width, height) / 200)));
  const { values: paper } = closed(smooth, Math.ceil(widest / 2));
  const contrast = values.map(
    (value, i) => ((paper[i] ?? 0) - value) / Math.max(DARKEST_PAPER, paper[i] ?? 0),
  );
  return { width, height, values: contrast };
}
