import type { Dataset, GreyImage } from "../../index.js";

/** Of so many images the means are clear. */
const MOST = 5000;

/** The mean image of each class; none where the examples are no pictures, or there are too many classes to look at. */
export function meansOf({ train: { images, labels, count, shape }, classes }: Dataset): GreyImage[] {
  const [height, width] = shape;
  if (height === undefined || width === undefined || shape.length !== 2 || classes > 10) return [];
  const inputs = height * width;
  const sums = Array.from({ length: classes }, () => new Float32Array(inputs));
  const seen = new Float32Array(classes);
  const whole = images instanceof Uint8Array ? 1 : 255;
  for (let example = 0; example < Math.min(count, MOST); example++) {
    const label = labels[example] ?? 0;
    seen[label] = (seen[label] ?? 0) + 1;
    const sum = sums[label];
    if (!sum) continue;
    for (let i = 0; i < inputs; i++) sum[i] = (sum[i] ?? 0) + whole * (images[example * inputs + i] ?? 0);
  }
  return sums.map((sum, label) => ({
    width,
    height,
    pixels: Uint8Array.from(sum, (value) => value / Math.max(1, seen[label] ?? 0)),
  }));
}
