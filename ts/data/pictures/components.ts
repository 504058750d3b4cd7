import type { Box, Grid } from "./grid.js";

/** Pixels that hang together, sides or corners touching. */
export interface Component extends Box {
  /** The number that its pixels have, from 1. */
  label: number;
  area: number;
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
    const component = { label, area: 0, left: width, right: 0, top: height, bottom: 0 };
    components.push(component);
    labels[start] = label;
    waiting[0] = start;
    for (let count = 1; count > 0;) {
      const place = waiting[--count] ?? 0;
      const [x, y] = [place % width, (place - (place % width)) / width];
      component.area++;
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
  }
  return { labels, components };
}
