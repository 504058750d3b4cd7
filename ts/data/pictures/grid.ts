/** Numbers in rows, such as a picture's shades of grey or how much of each pixel is ink. */
export interface Grid {
  width: number;
  height: number;
  values: Float32Array;
}

export function emptyGrid(width: number, height: number): Grid {
  return { width, height, values: new Float32Array(width * height) };
}

/** The largest of the numbers, or 0 where none is above it. */
export function largestOf({ values }: Grid): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}
