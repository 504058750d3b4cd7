import { DigitrainError } from "../../base/errors.js";
import { BOX, centred } from "./centred.js";
import { type Digit, digit } from "./digit.js";
import { emptyGrid, type Grid } from "./grid.js";

/** A place that a pen went through, x to the right and y down, in any unit. */
export interface Point {
  x: number;
  y: number;
}

/** Half the width of MNIST's lines, in its pixels: their median, measured on its training images, is 2.4. */
const RADIUS = 1.2;
/** Over how many pixels a line's edge goes from ink to paper. */
const EDGE = 1.1;
/** Coordinates beyond it are a mistake of the caller's. */
const FARTHEST = 1e9;
/** From the middle of a line to where its ink can no longer be seen. */
const MARGIN = RADIUS + 0.4;

/**
 * Draws strokes in MNIST's form: they are fitted to its box of 20x20 pixels first, then drawn as wide as MNIST's pens
 * draw, whatever the size of the drawing, and their centre of mass is put in the middle of 28x28.
 * @param strokes the places that the pen went through each time it was down, in any unit
 * @param pen the width of the pen in this unit; a drawing no larger than that is a dot, and is not enlarged
 * @throws DigitrainError where nothing is drawn, and where a coordinate is no number or beyond 1e9.
 */
export function digitOfStrokes(strokes: readonly (readonly Point[])[], pen = 0): Digit {
  const { left, top, width, height } = boundsOf(strokes);
  const extent = Math.max(width, height);
  const scale = (BOX - 2 * MARGIN) / extent;
  if (extent <= pen || scale === Infinity)
    return digit(centred(drawn([[{ x: 0, y: 0 }]], 0, 0)), "this is a dot, not a digit");
  const fitted = strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({ x: (x - left) * scale, y: (y - top) * scale })),
  );
  return digit(centred(drawn(fitted, width * scale, height * scale)));
}

function boundsOf(strokes: readonly (readonly Point[])[]) {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of strokes.flat()) {
    if (!(Math.abs(x) <= FARTHEST && Math.abs(y) <= FARTHEST))
      throw new DigitrainError(`a stroke's points need coordinates of at most 1e9, got (${x}, ${y})`);
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  if (left > right)
    throw new DigitrainError("the drawing is empty; a stroke of one point at least is needed");
  return { left, top, width: right - left, height: bottom - top };
}

/** How much of each pixel is ink, 0..1, where the pen's middle moves within so many pixels. */
function drawn(strokes: readonly (readonly Point[])[], width: number, height: number): Grid {
  const pixels = (length: number) => Math.min(BOX, Math.ceil(length + 2 * MARGIN));
  const grid = emptyGrid(pixels(width), pixels(height));
  // The pixels are whole: what they have beyond the ink is shared by both sides.
  const right = (grid.width - width) / 2;
  const down = (grid.height - height) / 2;
  for (const stroke of strokes) {
    let from = stroke[0];
    for (const to of stroke) {
      if (from) drawLine(grid, from.x + right, from.y + down, to.x + right, to.y + down);
      from = to;
    }
  }
  return grid;
}

/** Draws a line with round ends. */
function drawLine({ width, height, values }: Grid, x0: number, y0: number, x1: number, y1: number): void {
  const reach = RADIUS + EDGE / 2;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const range = (a: number, b: number, end: number) => [
    Math.max(0, Math.floor(Math.min(a, b) - reach)),
    Math.min(end, Math.ceil(Math.max(a, b) + reach)),
  ];
  const [left = 0, right = 0] = range(x0, x1, width);
  const [top = 0, bottom = 0] = range(y0, y1, height);
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
      const along = length > 0 ? Math.min(1, Math.max(0, (x * dx + y * dy) / length)) : 0;
      const distance = Math.hypot(x - along * dx, y - along * dy);
      const ink = Math.min(1, Math.max(0, 0.5 + (RADIUS - distance) / EDGE));
      const place = row * width + column;
      values[place] = Math.max(values[place] ?? 0, ink);
    }
  }
}
