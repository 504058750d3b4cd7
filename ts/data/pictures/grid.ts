/** A picture as a canvas gives it: rows of pixels of red, green, blue and alpha, 0..255 each. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

/** Numbers in rows, such as a picture's shades of grey or how much of each pixel is ink. */
export interface Grid {
  width: number;
  height: number;
  values: Float32Array;
}

/** A part of a grid or a picture; `right` and `bottom` are the first places beyond it. */
export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function emptyGrid(width: number, height: number): Grid {
  return { width, height, values: new Float32Array(width * height) };
}

/** The largest of the numbers, or 0 where none is above it. */
export function largestOf({ values }: Grid): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}

export function whole({ width, height }: { width: number; height: number }): Box {
  return { left: 0, right: width, top: 0, bottom: height };
}

/** The length of a box's longer side. */
export function extentOf({ left, right, top, bottom }: Box): number {
  return Math.max(right - left, bottom - top);
}

/** The smallest box that holds both. */
export function union(one: Box, other: Box): Box {
  return {
    left: Math.min(one.left, other.left),
    right: Math.max(one.right, other.right),
    top: Math.min(one.top, other.top),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

/** The smallest box that holds all numbers above 0. */
export function boxOf({ width, height, values }: Grid): Box {
  const box = { left: width, right: 0, top: height, bottom: 0 };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!((values[i] ?? 0) > 0)) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = y + 1;
    }
  }
  return box;
}
