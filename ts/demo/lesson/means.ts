import { type Dataset, type GreyImage, imageOf } from "../../index.js";

/** Of so many images the means are clear. */
const MOST = 5000;

/** The mean image of each class; none where the examples are no pictures, or there are too many classes to look at. */
export function meansOf({ train, classes }: Dataset): GreyImage[] {
  const { width, height } = imageOf(train, 0) ?? { width: 0, height: 0 };
  if (width === 0 || classes > 10) return [];
  const sums = Array.from({ length: classes }, () => new Float32Array(width * height));
  const counts = new Float32Array(classes);
  const used = Math.min(train.count, MOST);
  for (let i = 0; i < used; i++) {
    // From all over the data, which may be in the order of its classes.
    const example = Math.floor((i * train.count) / used);
    const label = train.labels[example] ?? 0;
    const sum = sums[label];
    counts[label] = (counts[label] ?? 0) + 1;
    imageOf(train, example)?.pixels.forEach((pixel, at) => {
      if (sum) sum[at] = (sum[at] ?? 0) + pixel;
    });
  }
  return sums.map((sum, label) => ({
    width,
    height,
    pixels: Uint8Array.from(sum, (value) => value / Math.max(1, counts[label] ?? 0)),
  }));
}
