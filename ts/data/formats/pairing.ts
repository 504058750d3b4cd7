import { DigitrainError } from "../../base/errors.js";
import type { NpyArray } from "./npy.js";

/** An array by the name that tells what it is for, read when it is needed. */
export interface NamedArray {
  readonly name: string;
  /** What error messages call it. */
  readonly called: string;
  readonly read: () => Promise<NpyArray>;
}

/** The parts of a data set that arrays may be for. */
export const PARTS = ["train", "validation", "test"] as const;
/** One of them. */
export type Part = (typeof PARTS)[number];

/** Which part an array's name tells; those without one are for training. */
function partOf(name: string): Part {
  if (/t10k|test/i.test(name)) return "test";
  return /val(?!ue)|(^|[^a-z])dev/i.test(name) ? "validation" : "train";
}

/** Names of labels and of images, those that are surest first. */
const LABELS = [
  /label/i,
  /target/i,
  /(^|[^a-z])y([^a-z]|$)|^y(train|test|val)|(train|test|val)y$/i,
  /class/i,
];
const IMAGES = [
  /im(age|g)/i,
  /(^|[^a-z])x([^a-z]|$)|^x(train|test|val)|(train|test|val)x$/i,
  /pixel|digits|input|sample/i,
  /data|feature/i,
];
/** Names of the classes and the columns, and what the data is about. */
const OTHERS = /names?$|descr|filename|frame/i;

/** How sure a name is one of these: the smaller, the surer; undefined where it is none. */
function rankIn(patterns: readonly RegExp[], name: string): number | undefined {
  const rank = patterns.findIndex((pattern) => pattern.test(name));
  return rank < 0 ? undefined : rank;
}

/** A part's images and labels, as far as there are such. */
export interface Pair {
  images?: NamedArray;
  labels?: NamedArray;
}

/** Which arrays are the parts' images and labels, by their names. */
export function byNames(arrays: readonly NamedArray[]): Map<Part, Pair> {
  const pairs = new Map<Part, Pair>();
  const ranks = new Map<NamedArray, number>();
  for (const array of arrays) {
    const { name } = array;
    if (OTHERS.test(name)) continue;
    const asLabels = rankIn(LABELS, name);
    const rank = asLabels ?? rankIn(IMAGES, name);
    if (rank === undefined) continue;
    const pair = pairs.get(partOf(name)) ?? {};
    const kind = asLabels === undefined ? "images" : "labels";
    const other = pair[kind];
    const otherRank = other && ranks.get(other);
    if (other && otherRank === rank)
      throw new DigitrainError(
        `${array.called}: both ${other.name} and ${name} could be ${partOf(name)} ${kind}; leave one of them out`,
      );
    if (otherRank === undefined || rank < otherRank) pair[kind] = array;
    ranks.set(array, rank);
    pairs.set(partOf(name), pair);
  }
  return pairs;
}

/** The same by their shapes, where names tell nothing: images come with labels in the same order, training first. */
export async function byShapes(arrays: readonly NamedArray[]): Promise<Map<Part, Pair>> {
  const pairs = new Map<Part, Pair>();
  if (![2, 4, 6].includes(arrays.length)) return pairs;
  const shapes = await Promise.all(
    arrays.map(async (array) => ({ array, shape: (await array.read()).shape })),
  );
  const isLabels = ({ shape }: { shape: readonly number[] }) => shape.slice(1).every((size) => size === 1);
  const [labels, images] = [shapes.filter(isLabels), shapes.filter((shape) => !isLabels(shape))];
  if (labels.length !== images.length) return pairs;
  const order: Part[] = images.length === 3 ? ["train", "validation", "test"] : ["train", "test"];
  images.forEach(({ array }, i) => {
    const part = order[i];
    const pair = labels[i];
    if (part && pair) pairs.set(part, { images: array, labels: pair.array });
  });
  return pairs;
}
