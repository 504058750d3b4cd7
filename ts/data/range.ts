import { inTurns } from "../base/turns.js";
import type { Examples } from "./dataset.js";

type Images = Examples["images"];

/** The smallest and the largest of some numbers. */
export interface Range {
  minimum: number;
  maximum: number;
}

/** Kept beside the arrays, since looking through a large one takes too long for a function that returns at once. */
const known = new WeakMap<Images, Range>();

function extend(range: Range, numbers: ArrayLike<number>, start: number, end: number): void {
  let { minimum, maximum } = range;
  for (let i = start; i < end; i++) {
    const value = numbers[i] ?? NaN;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  range.minimum = minimum;
  range.maximum = maximum;
}

/** Finds the range of images without holding the event loop, and keeps it for {@link rangeOfImages}. */
export async function measureRange(images: Images, signal: AbortSignal | undefined): Promise<void> {
  const range: Range = { minimum: Infinity, maximum: -Infinity };
  const look = (start: number, end: number) => {
    // A byte can't be smaller or larger than these: most sets of images are done after their first few.
    const done = images instanceof Uint8Array && range.minimum === 0 && range.maximum === 255;
    if (!done) extend(range, images, start, end);
  };
  await inTurns(images.length, look, signal);
  known.set(images, range);
}

/** The range of some numbers. */
export function rangeOf(numbers: ArrayLike<number>): Range {
  const range: Range = { minimum: Infinity, maximum: -Infinity };
  extend(range, numbers, 0, numbers.length);
  return range;
}

/** The range of images: at once where the loader has measured it. */
export function rangeOfImages(images: Images): Range {
  const range = known.get(images) ?? rangeOf(images);
  known.set(images, range);
  return range;
}
