import { emptyGrid, type Grid } from "./grid.js";

/** Works on each row, then on each column of a grid: `line` makes a line of numbers from one of as many. */
function separably(grid: Grid, line: (from: Float32Array, to: Float32Array) => void): Grid {
  const { width, height } = grid;
  const across = emptyGrid(width, height);
  for (let y = 0; y < height; y++) {
    const [start, end] = [y * width, (y + 1) * width];
    line(grid.values.subarray(start, end), across.values.subarray(start, end));
  }
  const result = emptyGrid(width, height);
  const [from, to] = [new Float32Array(height), new Float32Array(height)];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) from[y] = across.values[y * width + x] ?? 0;
    line(from, to);
    for (let y = 0; y < height; y++) result.values[y * width + x] = to[y] ?? 0;
  }
  return result;
}

/** The mean of the square of 2 * radius + 1 pixels around each pixel, as far as the grid goes; done twice. */
export function blurred(grid: Grid, radius: number): Grid {
  if (radius < 1) return grid;
  const mean = (from: Float32Array, to: Float32Array) => {
    let [sum, start, end] = [0, 0, 0];
    for (let i = 0; i < from.length; i++) {
      while (end < from.length && end <= i + radius) sum += from[end++] ?? 0;
      while (start < i - radius) sum -= from[start++] ?? 0;
      to[i] = sum / (end - start);
    }
  };
  return separably(separably(grid, mean), mean);
}

/** The largest number within the square of 2 * radius + 1 pixels around each pixel. */
export function dilated(grid: Grid, radius: number): Grid {
  if (radius < 1) return grid;
  // A queue of places whose numbers fall: the first is the largest of those within reach.
  const queue = new Int32Array(Math.max(grid.width, grid.height));
  return separably(grid, (from, to) => {
    let [first, last, next] = [0, -1, 0];
    for (let i = 0; i < from.length; i++) {
      for (; next < from.length && next <= i + radius; next++) {
        while (last >= first && (from[queue[last] ?? 0] ?? 0) <= (from[next] ?? 0)) last--;
        queue[++last] = next;
      }
      while ((queue[first] ?? 0) < i - radius) first++;
      to[i] = from[queue[first] ?? 0] ?? 0;
    }
  });
}

/** The smallest number within the square of 2 * radius + 1 pixels around each pixel. */
export function eroded(grid: Grid, radius: number): Grid {
  return negative(dilated(negative(grid), radius));
}

/** The grid with what is smaller than its surroundings filled in, where it is narrower than 2 * radius + 1 pixels. */
export function closed(grid: Grid, radius: number): Grid {
  return eroded(dilated(grid, radius), radius);
}

function negative({ width, height, values }: Grid): Grid {
  return { width, height, values: values.map((value) => -value) };
}
