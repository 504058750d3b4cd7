import { percent } from "../base/format.js";
import type { Dataset, Examples, ImageSize } from "./dataset.js";
import { inkOf } from "./ink.js";
import { type Range, rangeOf, rangeOfImages } from "./range.js";
import type { Remark } from "./remark.js";
import { rowOf, sampleOf, sizeOf } from "./sample.js";
import { liesOnSide } from "./transposed.js";

/** What is known of a run beside its data. */
export interface RemarkOptions {
  /** Only the first so many training examples are used. */
  readonly limit?: number | null;
}

/** Real numbers that go so far beyond 0 to 1 are on another scale. */
const LARGEST_SCALED = 1.1;
/** Those that are negative, too, may be standardized: in units of their standard deviation. */
const LARGEST_STANDARDIZED = 10;
/** 8-bit pixels end at 255; where they end this low, they are on another scale. */
const LOWEST_END = 127;
/** So many times larger numbers are on another scale. */
const OTHER_SCALE = 2;
/** Of sampled test images, so many may be among the training images by chance. */
const MOST_KNOWN = 0.05;
/** With so many training images are they compared. */
const MOST_COMPARED = 5003;
/** Of sampled training images, so many may be equal by chance. */
const MOST_EQUAL = 0.5;
/** Fewer images may well be equal. */
const LEAST_SAMPLE = 10;
/** Where labels change so much more seldom than in a random order, they are sorted. */
const SORTED = 0.5;

type Look = (dataset: Dataset, options: RemarkOptions) => Remark | undefined;

/** The first few of some numbers, in words. */
function listed(numbers: readonly number[]): string {
  return `${numbers.slice(0, 8).join(", ")}${numbers.length > 8 ? ", ..." : ""}`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** How many examples each class has. */
export function countsByClass({ labels }: Examples, classes: number): Uint32Array {
  const counts = new Uint32Array(classes);
  labels.forEach((label) => {
    counts[label] = (counts[label] ?? 0) + 1;
  });
  return counts;
}

/** What is wrong with training labels of one value; undefined where there are more. */
export function labelledAlike({ name, train: { labels, count } }: Dataset): string | undefined {
  const [first = 0] = labels;
  if (count === 0 || labels.some((label) => label !== first)) return undefined;
  return `${name}: all ${count} training labels are ${first}, but a network learns to tell at least 2 classes apart; are these the right labels?`;
}

const classesMissing: Look = (dataset) => {
  const { train, test, classes } = dataset;
  const alike = labelledAlike(dataset);
  if (alike !== undefined) return { kind: "classes missing", text: alike };
  const counts = countsByClass(train, classes);
  const tested = test && countsByClass(test, classes);
  const largest = Math.max(
    counts.findLastIndex((count) => count > 0),
    tested?.findLastIndex((count) => count > 0) ?? 0,
  );
  const missing = [...counts.keys()].filter((label) => label < largest && counts[label] === 0);
  const untrained = tested?.[largest] && !counts[largest] ? [...missing, largest] : missing;
  if (untrained.length === 0) return undefined;
  const which = untrained.length === 1 ? `label ${listed(untrained)}` : `labels ${listed(untrained)}`;
  return {
    kind: "classes missing",
    text: `no training example has the ${which}, though labels go up to ${largest}, so the network gets ${classes} outputs, some of no use; is this the right column or array of labels, and are they numbered from 0 without gaps?`,
  };
};

const darkOnLight: Look = ({ train, ink }) => {
  if (ink !== undefined || inkOf(train) !== "dark") return undefined;
  return {
    kind: "dark on light",
    text: 'the images are dark on light, but a network takes 0 for paper; train and evaluate turn them, unless ink (--ink) is "light"',
  };
};

/** The range of a sample's numbers. */
function sampledRange(examples: Examples): Range {
  const range: Range = { minimum: Infinity, maximum: -Infinity };
  for (const example of sampleOf(examples.count)) {
    const { minimum, maximum } = rangeOf(rowOf(examples, example));
    range.minimum = Math.min(range.minimum, minimum);
    range.maximum = Math.max(range.maximum, maximum);
  }
  return range;
}

const scale: Look = ({ train }) => {
  if (!sizeOf(train)) return undefined;
  const { minimum, maximum } = sampledRange(train);
  if (train.images instanceof Uint8Array) {
    if (maximum === 0 || maximum > LOWEST_END) return undefined;
    const end = rangeOfImages(train.images).maximum;
    if (end > LOWEST_END) return undefined;
    return {
      kind: "scale",
      text: `the 8-bit pixels end at ${end}, but 255 is full ink, so the network sees ${shown(end / 255)} at most and learns slowly; multiply them by ${shown(255 / end)}, or save them ${end === 1 ? "" : `divided by ${end} `}as float32`,
    };
  }
  const largest = Math.max(maximum, -minimum);
  if (largest <= (minimum < 0 ? LARGEST_STANDARDIZED : LARGEST_SCALED)) return undefined;
  const divisor = largest > LOWEST_END && largest <= 255 ? 255 : shown(largest);
  return {
    kind: "scale",
    text: `the numbers go up to ${shown(largest)}, but real numbers are used as they are, and networks learn best from 0 to 1; divide them by ${divisor}${divisor === 255 ? ", or save them as uint8" : ""}`,
  };
};

const testScale: Look = ({ train, test }) => {
  if (!test?.count || !sizeOf(train)) return undefined;
  const [trainEnd, testEnd] = [train, test].map((part) => {
    const { minimum, maximum } = sampledRange(part);
    return Math.max(maximum, -minimum) / (part.images instanceof Uint8Array ? 255 : 1);
  }) as [number, number];
  if (Math.max(trainEnd, testEnd) < OTHER_SCALE * Math.min(trainEnd, testEnd)) return undefined;
  return {
    kind: "test scale",
    text: `as the network sees them, the training images end at ${shown(trainEnd)}, but the test images at ${shown(testEnd)}: they are on different scales, so the test accuracy means nothing; save both in the same way`,
  };
};

/** Whether labels come class by class. */
function areSorted(labels: Int32Array, counts: Uint32Array): boolean {
  let changes = 0;
  for (let i = 1; i < labels.length; i++) if (labels[i] !== labels[i - 1]) changes++;
  const equal = counts.reduce((sum, count) => sum + (count / labels.length) ** 2, 0);
  return changes < SORTED * (1 - equal) * (labels.length - 1);
}

const sorted: Look = ({ train, classes }, { limit }) => {
  if (typeof limit !== "number" || limit >= train.count) return undefined;
  const counts = countsByClass(train, classes);
  const used = new Set(train.labels.subarray(0, limit));
  const all = counts.reduce((sum, count) => sum + Number(count > 0), 0);
  if (used.size === all || !areSorted(train.labels, counts)) return undefined;
  const which = used.size === 1 ? `class ${listed([...used])}` : `the classes ${listed([...used])}`;
  return {
    kind: "sorted",
    text: `the training images are sorted by class, so the first ${limit} hold only ${which}, ${used.size} of ${all}; shuffle the data, or leave out the limit`,
  };
};

const onTheirSide: Look = ({ train, classes, classNames }) => {
  if (classNames || liesOnSide(train, classes) !== true) return undefined;
  return {
    kind: "transposed",
    text: "the images seem to lie on their side, rows for columns, as EMNIST's files have them, so a picture of a digit won't be recognized; transpose them",
  };
};

/** The bytes of examples, and how many each has. */
function bytesOf({ images, count }: Examples): { bytes: Uint8Array; length: number } {
  const bytes = new Uint8Array(images.buffer, images.byteOffset, images.byteLength);
  return { bytes, length: bytes.length / count };
}

/** A number that equal images share, of the bytes in the middle of two of their rows, where most have ink. */
function keyOf(bytes: Uint8Array, start: number, length: number, { height }: ImageSize): number {
  const row = length / height;
  let key = 0;
  for (const y of [height / 3, (2 * height) / 3]) {
    const first = start + Math.floor(y) * row + Math.floor(row / 4);
    for (let i = first; i < first + row / 2; i++) key = (Math.imul(key, 31) + (bytes[i] ?? 0)) | 0;
  }
  return key;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const testInTraining: Look = ({ train, test }) => {
  const size = sizeOf(train);
  if (!size || !test?.count || train.images.constructor !== test.images.constructor) return undefined;
  const [trained, tested] = [bytesOf(train), bytesOf(test)];
  const { length } = tested;
  const byKey = new Map<number, Set<number>>();
  const sample = sampleOf(test.count);
  for (const example of sample) {
    const key = keyOf(tested.bytes, example * length, length, size);
    byKey.set(key, (byKey.get(key) ?? new Set()).add(example));
  }
  let found = 0;
  const places = sampleOf(train.count, MOST_COMPARED);
  for (const place of places) {
    const start = place * length;
    const candidates = byKey.get(keyOf(trained.bytes, start, length, size));
    if (!candidates) continue;
    const image = trained.bytes.subarray(start, start + length);
    for (const example of candidates) {
      if (!areEqual(image, tested.bytes.subarray(example * length, (example + 1) * length))) continue;
      candidates.delete(example);
      found++;
    }
  }
  const share = (found / sample.length) * (train.count / places.length);
  if (share <= MOST_KNOWN) return undefined;
  return {
    kind: "test in training",
    text: `${percent(Math.min(1, share), 0)} of the test images are among the training images, too (by a sample), so the test accuracy tells little of new images; test on others`,
  };
};

const imagesEqual: Look = ({ train }) => {
  const sample = sampleOf(train.count);
  if (!sizeOf(train) || sample.length < LEAST_SAMPLE) return undefined;
  const { bytes, length } = bytesOf(train);
  const images = sample.map((example) => bytes.subarray(example * length, (example + 1) * length));
  // Boyer and Moore's vote: what more than half of them are remains.
  let [majority = new Uint8Array()] = images;
  let votes = 0;
  for (const image of images) {
    if (votes === 0) majority = image;
    votes += areEqual(image, majority) ? 1 : -1;
  }
  const share = images.filter((image) => areEqual(image, majority)).length / images.length;
  if (share <= MOST_EQUAL) return undefined;
  const are = majority.every((byte) => byte === 0) ? "empty" : "the same image";
  return {
    kind: "images equal",
    text: `${percent(share, 0)} of the training images are ${are}, so there is little to learn; were they read or cropped wrongly?`,
  };
};

const LOOKS: readonly Look[] = [
  classesMissing,
  darkOnLight,
  scale,
  testScale,
  sorted,
  onTheirSide,
  testInTraining,
  imagesEqual,
];

/**
 * What a look at a data set tells of it: what was left out, changed or guessed when it was loaded, and what is probably
 * a mistake. Of large sets a sample is looked at: some milliseconds for MNIST.
 * @returns each with its kind, and in words what was seen, what it means and what can be done; [] where there is nothing
 */
export function remarksOn(dataset: Dataset, options: RemarkOptions = {}): Remark[] {
  const seen = dataset.train.count === 0 ? [] : LOOKS.map((look) => look(dataset, options));
  return [...(dataset.remarks ?? []), ...seen.filter((remark) => remark !== undefined)];
}
