import { BOX } from "./centred.js";
import { boxOf, emptyGrid, type Grid } from "./grid.js";

/** The ink alone, scaled so that its longer side is the box's: each pixel is the mean of what it covers. */
export function fitted(grid: Grid): Grid {
  const { left, right, top, bottom } = boxOf(grid);
  const [width, height] = [right - left, bottom - top];
  const scale = BOX / Math.max(width, height);
  const result = emptyGrid(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const across = coverage(left, right, result.width);
  const down = coverage(top, bottom, result.height);
  result.values = result.values.map((_, i) => {
    let sum = 0;
    for (const [y, weightY] of down[Math.floor(i / result.width)] ?? []) {
      for (const [x, weightX] of across[i % result.width] ?? [])
        sum += weightY * weightX * (grid.values[y * grid.width + x] ?? 0);
    }
    return sum;
  });
  return result;
}

/** For each of `count` places, those from `start` to `end` that it covers, and what part of it each makes up. */
function coverage(start: number, end: number, count: number): [place: number, weight: number][][] {
  const step = (end - start) / count;
  return Array.from({ length: count }, (_, place) => {
    const [from, to] = [start + place * step, start + (place + 1) * step];
    const covered: [number, number][] = [];
    for (let i = Math.floor(from); i < Math.min(end, to); i++) {
      const overlap = Math.min(i + 1, to) - Math.max(i, from);
      if (overlap > 0) covered.push([i, overlap / step]);
    }
    return covered;
  });
}
