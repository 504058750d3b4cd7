import { SIZE } from "./centred.js";
import { componentsOf } from "./components.js";
import { boxOf, emptyGrid, extentOf, type Grid } from "./grid.js";
import { strokeWidth } from "./thickness.js";

// Beyond each of these is 1 in 700 of MNIST's training images at most.
/** How many of an image's pixels' worth is ink. */
const [LEAST_INK, MOST_INK] = [25, 235];
/** The strokes' length in pixels: their area over their width. */
const LONGEST = 67;
/** How many rows, and columns, cross more strokes than digits have: over 2 side by side, over 3 one above the other. */
const [MOST_WIDE_ROWS, MOST_HIGH_COLUMNS] = [8, 5];
/** The width against the height. */
const WIDEST = 1.85;
/** Parts that are no smaller than this part of the largest. */
const [MOST_PARTS, PART] = [3, 0.1];
/** A part this high and this large, against all and against the largest, is a digit of its own. */
const [AS_HIGH, AS_LARGE] = [0.75, 0.45];

/**
 * What makes an image in MNIST's form unlike any digit, in a sentence; undefined where nothing does.
 * @param pixels 784, 0 (paper) to 255 (ink)
 */
export function unlikeDigits(pixels: Uint8Array): string | undefined {
  const mask = emptyGrid(SIZE, SIZE);
  pixels.forEach((ink, i) => (mask.values[i] = ink > 127 ? 1 : 0));
  const ink = pixels.reduce((sum, value) => sum + value, 0) / 255;
  const { left, right, top, bottom } = boxOf(mask);
  if (ink < LEAST_INK) return "there is less ink than in any digit";
  if (ink > MOST_INK) return "there is more ink than in any digit";
  if (right - left > WIDEST * (bottom - top)) return "this is wider than any digit";
  if (hasSeveral(mask)) return "there is more than one digit";
  const isTangled =
    areaOf(mask) / strokeWidth(mask) > LONGEST ||
    linesCrossing(mask, "rows", 2) > MOST_WIDE_ROWS ||
    linesCrossing(mask, "columns", 3) > MOST_HIGH_COLUMNS;
  return isTangled ? "there are more strokes than in any digit" : undefined;
}

const areaOf = ({ values }: Grid) => values.reduce((sum, value) => sum + value, 0);

/** Whether there are parts that stand side by side, or too many. */
function hasSeveral(mask: Grid): boolean {
  const { components } = componentsOf(mask, 0);
  const [first, second, ...others] = components.toSorted((a, b) => b.area - a.area);
  if (!first || !second) return false;
  const height = extentOf(boxOf(mask));
  const isHigh = [first, second].every(({ top, bottom }) => bottom - top >= AS_HIGH * height);
  const areBeside = second.left >= first.right || first.left >= second.right;
  if (isHigh && areBeside && second.area >= AS_LARGE * first.area) return true;
  return others.filter(({ area }) => area >= PART * first.area).length > MOST_PARTS - 2;
}

/** How many rows or columns cross more strokes than `most`. */
function linesCrossing({ values }: Grid, lines: "rows" | "columns", most: number): number {
  const [along, across] = lines === "rows" ? [1, SIZE] : [SIZE, 1];
  let count = 0;
  for (let line = 0; line < SIZE; line++) {
    let strokes = 0;
    for (let i = 0, before = 0; i < SIZE; i++) {
      const value = values[line * across + i * along] ?? 0;
      if (value > before) strokes++;
      before = value;
    }
    if (strokes > most) count++;
  }
  return count;
}
