import type { Box, Grid } from "./grid.js";

/** Pixels that hang together, sides or corners touching. */
export interface Component extends Box {
  /** The number that its pixels have, from 1. */
  label: number;
  area: number;
  /** How near its pixels come to its box's corners: the farthest of the four, against the box's width and height together. */
  cornerGap: number;
}

/** The components of what is above a threshold, and for each pixel the number of its own, 0 for none. */
export function componentsOf(
  { width, height, values }: Grid,
  threshold: number,
): { labels: Int32Array; components: Component[] } {
  const labels = new Int32Array(width * height);
  const components: Component[] = [];
  const waiting = new Int32Array(width * height);
  const isNew = (place: number) => labels[place] === 0 && (values[place] ?? 0) > threshold;
  for (let start = 0; start < values.length; start++) {
    if (!isNew(start)) continue;
    const label = components.length + 1;
    const component = { label, area: 0, left: width, right: 0, top: height, bottom: 0, cornerGap: 0 };
    const diagonals: Diagonals = { least: [Infinity, Infinity], most: [-Infinity, -Infinity] };
    components.push(component);
    labels[start] = label;
    waiting[0] = start;
    for (let count = 1; count > 0;) {
      const place = waiting[--count] ?? 0;
      const [x, y] = [place % width, (place - (place % width)) / width];
      component.area++;
      extend(diagonals, x, y);
      if (x < component.left) component.left = x;
      if (x >= component.right) component.right = x + 1;
      if (y < component.top) component.top = y;
      if (y >= component.bottom) component.bottom = y + 1;
      for (let row = y > 0 ? y - 1 : y; row <= y + 1 && row < height; row++) {
        for (let column = x > 0 ? x - 1 : x; column <= x + 1 && column < width; column++) {
          const near = row * width + column;
          if (!isNew(near)) continue;
          labels[near] = label;
          waiting[count++] = near;
        }
      }
    }
    component.cornerGap = cornerGapOf(component, diagonals);
  }
  return { labels, components };
}

/** The least and the most that x + y, and x - y, are of some pixels: how far these reach along both diagonals. */
interface Diagonals {
  least: [sum: number, difference: number];
  most: [sum: number, difference: number];
}

function extend({ least, most }: Diagonals, x: number, y: number): void {
  if (x + y < least[0]) least[0] = x + y;
  if (x + y > most[0]) most[0] = x + y;
  if (x - y < least[1]) least[1] = x - y;
  if (x - y > most[1]) most[1] = x - y;
}

function cornerGapOf({ left, right, top, bottom }: Box, { least, most }: Diagonals): number {
  const [lastX, lastY] = [right - 1, bottom - 1];
  const gaps = [
    least[0] - (left + top),
    lastX + lastY - most[0],
    least[1] - (left - lastY),
    lastX - top - most[1],
  ];
  return Math.max(...gaps) / (right - left + bottom - top);
}
