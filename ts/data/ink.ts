import { inTurns } from "../base/turns.js";
import { type Dataset, type Examples, type ImageSize, type KnownInk, withParts } from "./dataset.js";
import { checkInk } from "./pictures/check-ink.js";
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

type Images = Examples["images"];

/** Where the mean of an image's border lies between its smallest and its largest number, 0..1. */
function borderLevel(image: Images, { height, width }: ImageSize, minimum: number, maximum: number): number {
  let sum = 0;
  for (let x = 0; x < width; x++) sum += (image[x] ?? 0) + (image[(height - 1) * width + x] ?? 0);
  for (let y = 1; y < height - 1; y++) sum += (image[y * width] ?? 0) + (image[(y + 1) * width - 1] ?? 0);
  return (sum / (2 * (width + height) - 4) - minimum) / (maximum - minimum);
}

/**
 * Whether images show dark ink on light paper or light ink on dark paper, by a sample's borders.
 * @returns undefined where they show neither clearly, as photographs do, or are no images
 */
export function inkOf(examples: Examples): KnownInk | undefined {
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
    .map(({ image, range }) => borderLevel(image, size, range.minimum, range.maximum));
  const dark = levels.filter((level) => level > 0.5 + CLEAR).length;
  const light = levels.filter((level) => level < 0.5 - CLEAR).length;
  if (dark > MOST_DARK * levels.length) return "dark";
  return light > levels.length / 2 ? "light" : undefined;
}

/** What turns a number of dark on light images into one of light on dark: the largest becomes 0. */
function turn(images: Images): { copy: Images; work: (start: number, end: number) => void } {
  const { minimum, maximum } = rangeOfImages(images);
  // Numbers about 0, such as -1 to 1, keep their range.
  const sum = maximum + Math.min(0, minimum);
  const copy = images instanceof Uint8Array ? new Uint8Array(images.length) : new Float32Array(images.length);
  const work = (start: number, end: number) => {
    for (let i = start; i < end; i++) copy[i] = sum - (images[i] ?? 0);
  };
  return { copy, work };
}

/** Dark on light made light on dark, in new examples, without holding the event loop. */
async function turned(examples: Examples, signal?: AbortSignal): Promise<Examples> {
  await measureRange(examples.images, signal);
  const { copy, work } = turn(examples.images);
  await inTurns(copy.length, work, signal);
  await measureRange(copy, signal);
  return { ...examples, images: copy };
}

/** How to read examples whose paper may be 0 or not. */
export interface InkOptions {
  /** Whether ink is darker or lighter than paper. Default `"auto"`: whichever a look decides for. */
  ink?: Ink;
  /** What holds where a look decides nothing. Default `"light"`: they are left as they are. */
  otherwise?: KnownInk | undefined;
}

/**
 * Examples as a network takes them, light on dark: those that are dark on light are turned, in a copy, so that paper is 0.
 * @throws OptionError for another ink than there is.
 */
export function lightOnDark(
  examples: Examples,
  { ink = "auto", otherwise = "light" }: InkOptions = {},
): Examples {
  checkInk(ink);
  const found = ink === "auto" ? (inkOf(examples) ?? otherwise) : ink;
  if (found === "light") return examples;
  const { copy, work } = turn(examples.images);
  work(0, copy.length);
  return { ...examples, images: copy };
}

/** A data set light on dark; its parts are judged each by itself. */
export async function datasetLightOnDark(data: Dataset, ink: Ink, signal?: AbortSignal): Promise<Dataset> {
  if (data.ink !== undefined) return data;
  if (ink === "light") return { ...data, ink };
  const { train, validation, test, remarks = [] } = data;
  const trainInk = ink === "auto" ? inkOf(train) : ink;
  const judge = (part: Examples) => (ink === "auto" ? (inkOf(part) ?? trainInk) : ink);
  const parts = Object.entries({ training: train, validation, test }).filter(
    ([, part]) => part !== undefined,
  );
  const darkParts = parts.filter(([, part]) => part && judge(part) === "dark");
  if (darkParts.length === 0) return data;
  const dark = darkParts.map(([, part]) => part);
  const which = dark.length === parts.length ? "" : `${darkParts.map(([name]) => name).join(" and ")} `;
  const text = `${data.name}: the ${which}images are dark on light, so they were turned: paper is 0 for a network; --ink light (ink) leaves them as they are`;
  return {
    ...(await withParts(data, (part) => (dark.includes(part) ? turned(part, signal) : part))),
    ...(dark.includes(train) && { ink: "dark" }),
    ...(ink === "auto" && { remarks: [...remarks, { kind: "dark on light", text }] }),
  };
}
