import type { Grid } from "./grid.js";

const BINS = 256;
/** A quantile of more numbers is that of as many of them, spread evenly. */
const MOST_SORTED = 8192;

/** Those of the numbers whose places are chosen. */
export function chosen(values: Float32Array, isChosen: (place: number) => boolean): Float32Array {
  // A typed array's own filter takes ten times as long.
  const all = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (isChosen(i)) all[count++] = values[i] ?? 0;
  return all.subarray(0, count);
}

/** The number below which such a part of all numbers lies; 0 where there are none. */
export function quantile(values: Float32Array, part: number): number {
  const stride = Math.ceil(values.length / MOST_SORTED);
  const sorted = new Float32Array(Math.ceil(values.length / Math.max(1, stride)));
  for (let i = 0; i < sorted.length; i++) sorted[i] = values[i * stride] ?? 0;
  sorted.sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

/** The standard deviation of the noise in a grid: neighbours' differences tell it, since few of them are edges. */
export function noiseOf({ values }: Grid): number {
  const differences = new Float32Array(values.length);
  for (let i = 1; i < values.length; i++) differences[i] = Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0));
  // A normal distribution's standard deviation is so many times the median of its amounts.
  return (1.4826 * quantile(differences, 0.5)) / Math.SQRT2;
}

/** Two classes of numbers, and their means. */
export interface Classes {
  threshold: number;
  lower: number;
  upper: number;
}

/** Divides numbers between 0 and 1 into two classes, so that they vary least within each (Otsu 1979). */
export function divide(values: Float32Array): Classes {
  const counts = new Float64Array(BINS);
  values.forEach((value) => {
    const bin = value > 0 ? (value < 1 ? Math.trunc(value * BINS) : BINS - 1) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  });
  const total = counts.reduce((sum, count, bin) => sum + count * (bin + 0.5), 0);
  let [below, sumBelow, best] = [0, 0, 0];
  let classes: Classes = { threshold: 0, lower: 0, upper: 0 };
  counts.forEach((count, bin) => {
    below += count;
    sumBelow += count * (bin + 0.5);
    const above = values.length - below;
    const [lower, upper] = [sumBelow / below / BINS, (total - sumBelow) / above / BINS];
    const between = below * above * (upper - lower) ** 2;
    if (between > best) [best, classes] = [between, { threshold: (bin + 1) / BINS, lower, upper }];
  });
  return classes;
}
