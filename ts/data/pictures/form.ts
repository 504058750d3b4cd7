import { SIZE } from "./centred.js";
import { componentsOf } from "./components.js";
import { type Box, boxOf, emptyGrid, extentOf, type Grid } from "./grid.js";
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
// Beyond each of these is 1 in 150 of MNIST's training images at most.
/** No digit ends below in strokes with so many columns of paper between them, over so many rows. */
const [FEET_APART, FEET_HIGH] = [4, 5];
/** No digit's ink begins so near to its left side, against its width, in so many of its rows. */
const [BESIDE, STEM] = [0.15, 0.92];
/** What is at least as wide against its height isn't narrow, as a 1 is. */
const WIDE = 0.5;
/** So much of the ink has ink where its mirror image is, or beside that, in what is symmetrical. */
const MIRRORED = 0.9;
/** What is symmetrical and a digit has two strokes side by side in so many of its rows, against its height. */
const LOOPS = 0.3;

const LINES = Array.from({ length: SIZE }, (_, line) => line);

/**
 * What makes an image in MNIST's form unlike any digit, in a sentence; undefined where nothing does.
 * @param pixels 784, 0 (paper) to 255 (ink)
 */
export function unlikeDigits(pixels: Uint8Array): string | undefined {
  const mask = emptyGrid(SIZE, SIZE);
  pixels.forEach((ink, i) => (mask.values[i] = ink > 127 ? 1 : 0));
  const ink = pixels.reduce((sum, value) => sum + value, 0) / 255;
  const box = boxOf(mask);
  const { left, right, top, bottom } = box;
  if (ink < LEAST_INK) return "there is less ink than in any digit";
  if (ink > MOST_INK) return "there is more ink than in any digit";
  if (right - left > WIDEST * (bottom - top)) return "this is wider than any digit";
  if (hasSeveral(mask)) return "there is more than one digit";
  const isTangled =
    areaOf(mask) / strokeWidth(mask) > LONGEST ||
    linesCrossing(mask, "rows", 2) > MOST_WIDE_ROWS ||
    linesCrossing(mask, "columns", 3) > MOST_HIGH_COLUMNS;
  if (isTangled) return "there are more strokes than in any digit";
  const isWide = right - left >= WIDE * (bottom - top);
  const isSign =
    hasFeet(mask, box) || (isWide && (hasStem(mask, box) || (isMirrored(mask, box) && !hasLoops(mask, box))));
  return isSign ? "this looks like a letter or a sign" : undefined;
}

const isInked = ({ values }: Grid, x: number, y: number) => values[y * SIZE + x] === 1;

/** Whether it stands on strokes that are apart, as an A and an H do. */
function hasFeet(mask: Grid, { bottom }: Box): boolean {
  const columnsOf = (height: number) =>
    LINES.filter((x) => LINES.some((y) => y >= bottom - height && isInked(mask, x, y)));
  const feet = columnsOf(2);
  const [first = 0, last = 0] = [feet[0], feet.at(-1)];
  const between = columnsOf(FEET_HIGH).filter((x) => x >= first && x <= last);
  return last - first + 1 - between.length >= FEET_APART;
}

/** Whether a straight stroke goes down its left side, as in a D. */
function hasStem(mask: Grid, { left, right, top, bottom }: Box): boolean {
  const beside = left + BESIDE * (right - left);
  const rows = LINES.filter((y) => LINES.some((x) => x <= beside && isInked(mask, x, y)));
  return rows.length >= STEM * (bottom - top);
}

/** Whether its left and right halves mirror each other, as those of a cross and a T do. */
function isMirrored(mask: Grid, { left, right }: Box): boolean {
  const mirrored = mask.values.filter((value, i) => {
    const place = i - 2 * (i % SIZE) + left + right - 1;
    return value && [0, -1, 1, -SIZE, SIZE].some((step) => mask.values[place + step]);
  });
  return mirrored.length >= MIRRORED * areaOf(mask);
}

/** Whether many rows cross two strokes, as in a 0 and an 8. */
function hasLoops(mask: Grid, { top, bottom }: Box): boolean {
  return LINES.filter((y) => strokesIn(mask, "rows", y) === 2).length >= LOOPS * (bottom - top);
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
function linesCrossing(mask: Grid, lines: "rows" | "columns", most: number): number {
  return LINES.filter((line) => strokesIn(mask, lines, line) > most).length;
}

/** How many strokes a row or a column crosses. */
function strokesIn({ values }: Grid, lines: "rows" | "columns", line: number): number {
  const [along, across] = lines === "rows" ? [1, SIZE] : [SIZE, 1];
  let strokes = 0;
  for (let i = 0, before = 0; i < SIZE; i++) {
    const value = values[line * across + i * along] ?? 0;
    if (value > before) strokes++;
    before = value;
  }
  return strokes;
}
