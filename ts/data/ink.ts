import { inTurns } from "../base/turns.js";
import type { Examples } from "./dataset.js";
import type { Ink } from "./pictures/contrast.js";
import { measureRange, rangeOf, rangeOfImages } from "./range.js";
import { rowOf, sampleOf, sizeOf } from "./sample.js";

/** Smaller images are all border. */
const LEAST_SIDE = 5;
/** Images whose contrast is a smaller part of the whole set's show nothing. */
const LEAST_CONTRAST = 0.1;
/** An image's border is paper: how far from the middle grey its mean must be, as a part of the contrast. */
const CLEAR = 0.1;
/** So large a part of the images must be dark on light before all are turned. */
const MOST_DARK = 0.75;

/** Where the mean of an image's border lies between its darkest and its lightest number, 0..1. */
function borderLevel(
  image: Examples["images"],
  { height, width }: { height: number; width: number },
  { minimum, maximum }: { minimum: number; maximum: number },
): number {
  let sum = 0;
  for (let x = 0; x < width; x++) sum += (image[x] ?? 0) + (image[(height - 1) * width + x] ?? 0);
  for (let y = 1; y < height - 1; y++) sum += (image[y * width] ?? 0) + (image[(y + 1) * width - 1] ?? 0);
  return (sum / (2 * (width + height) - 4) - minimum) / (maximum - minimum);
}

/**
 * Whether images show dark ink on light paper or light ink on dark paper, by a sample's borders.
 * @returns undefined where they show neither clearly, as photographs do, or are no images
 */
export function inkOf(examples: Examples): Exclude<Ink, "auto"> | undefined {
  const size = sizeOf(examples);
  if (!size || Math.min(size.height, size.width) < LEAST_SIDE) return undefined;
  const images = sampleOf(examples.count).map((example) => {
    const image = rowOf(examples, example);
    return { image, range: rangeOf(image) };
  });
  const contrasts = images.map(({ range }) => range.maximum - range.minimum);
  const least = LEAST_CONTRAST * Math.max(0, ...contrasts);
  const levels = images
    .filter((_, i) => (contrasts[i] ?? 0) > least)
    .map(({ image, range }) => borderLevel(image, size, range));
  const dark = levels.filter((level) => level > 0.5 + CLEAR).length;
  const light = levels.filter((level) => level < 0.5 - CLEAR).length;
  if (dark > MOST_DARK * levels.length) return "dark";
  return light > levels.length / 2 ? "light" : undefined;
}

/** Dark on light made light on dark, in new examples: the largest number becomes 0. */
export async function turned(examples: Examples, signal?: AbortSignal): Promise<Examples> {
  const { images } = examples;
  await measureRange(images, signal);
  const { minimum, maximum } = rangeOfImages(images);
  // Numbers about 0, such as -1 to 1, keep their range.
  const sum = maximum + Math.min(0, minimum);
  const copy = images instanceof Uint8Array ? new Uint8Array(images.length) : new Float32Array(images.length);
  const turn = (start: number, end: number) => {
    for (let i = start; i < end; i++) copy[i] = sum - (images[i] ?? 0);
  };
  await inTurns(images.length, turn, signal);
  await measureRange(copy, signal);
  return { ...examples, images: copy };
}
