import { type Dataset, type Examples, type ImageSize, inputsOf, withParts } from "./dataset.js";
import { inkOf } from "./ink.js";
import { inTurns } from "../base/turns.js";
import { measureRange, rangeOf } from "./range.js";
import { rowOf, sampleOf, sizeOf } from "./sample.js";

/** Sets of more classes are no digits or letters. */
const MOST_CLASSES = 62;
const LEAST_SIDE = 16;
/** What is this part of the strongest ink is ink. */
const INK = 0.3;
/** A character is tall or wide where one side is so many times the other. */
const CLEARLY = 1.15;
/** Most characters are no bars. */
const BAR = 4;

/** Width by height of an image's ink. */
function aspectOf(image: Examples["images"], { height, width }: ImageSize, isDark: boolean): number {
  const { minimum, maximum } = rangeOf(image);
  const sign = isDark ? -1 : 1;
  const faintest = sign * (isDark ? maximum : minimum) + INK * (maximum - minimum);
  let left = width;
  let right = 0;
  let top = height;
  let bottom = 0;
  for (let i = 0, x = 0, y = 0; i < image.length; i++) {
    if (sign * (image[i] ?? 0) > faintest) {
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
    if (++x === width) {
      x = 0;
      y++;
    }
  }
  return (right - left) / (bottom - top);
}

/**
 * Whether characters lie on their side, rows for columns, as EMNIST's files have them. Two thirds of upright digits are
 * clearly taller than wide and a twentieth are wider, so a sample tells.
 * @returns undefined where the images show neither clearly, or are no digits or letters
 */
export function liesOnSide(examples: Examples, classes: number): boolean | undefined {
  const size = sizeOf(examples);
  if (!size || size.height !== size.width || size.height < LEAST_SIDE || classes > MOST_CLASSES)
    return undefined;
  const isDark = inkOf(examples) === "dark";
  const aspects = sampleOf(examples.count).map((example) => aspectOf(rowOf(examples, example), size, isDark));
  const share = (aspects: readonly number[]) =>
    aspects.filter((aspect) => aspect > CLEARLY && aspect < BAR).length / aspects.length;
  const wide = share(aspects);
  const tall = share(aspects.map((aspect) => 1 / aspect));
  if (wide > 0.45 && tall < 0.2) return true;
  return tall > 0.45 && wide < 0.2 ? false : undefined;
}

/** Square images with their rows for columns, in new examples. */
async function transposed(examples: Examples, signal?: AbortSignal): Promise<Examples> {
  const { images, count } = examples;
  const inputs = inputsOf(examples);
  const side = Math.sqrt(inputs);
  const copy = images instanceof Uint8Array ? new Uint8Array(images.length) : new Float32Array(images.length);
  const transpose = (start: number, end: number) => {
    for (let example = start; example < end; example++) {
      const first = example * inputs;
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) copy[first + y * side + x] = images[first + x * side + y] ?? 0;
    }
  };
  await inTurns(count, transpose, signal);
  await measureRange(copy, signal);
  return { ...examples, images: copy };
}

/**
 * A data set from files, with characters that lie on their side set upright, and said.
 * @param isNamed whether its files are called EMNIST's, all of which lie on their side; a look that tells otherwise counts more
 */
export async function upright(data: Dataset, isNamed: boolean, signal?: AbortSignal): Promise<Dataset> {
  const { name, train, classes, remarks = [] } = data;
  const size = sizeOf(train);
  if (!size || size.height !== size.width || !(liesOnSide(train, classes) ?? isNamed)) return data;
  const text = `${name}: the images lay on their side, rows for columns, as EMNIST's files have them, so they were set upright`;
  const set = await withParts(data, (examples) => transposed(examples, signal));
  return { ...set, remarks: [...remarks, { kind: "transposed", text }] };
}
