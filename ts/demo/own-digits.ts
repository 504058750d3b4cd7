import { type Dataset, digitOfStrokes, type Model, type Point } from "../index.js";
import { PEN } from "./reading.js";

/** A drawing of the user's, and what it is. */
export interface OwnDigit {
  readonly strokes: readonly (readonly Point[])[];
  readonly label: number;
  /** It is never trained on: it tells how well the network reads its user. */
  readonly isAside: boolean;
}

/** One of so many drawings is set aside. */
const ASIDE_EVERY = 3;
/** How often a drawing stands in the training data, each time a little changed. */
const COPIES = 24;
/** Largest changes: rotation in radians, and shear and scale as parts. */
const CHANGES = { rotation: 0.2, shear: 0.2, scale: 0.15 } as const;

/** The digits with one more, or with another label for the last where it is the same drawing. */
export function withDigit(
  digits: readonly OwnDigit[],
  strokes: OwnDigit["strokes"],
  label: number,
): readonly OwnDigit[] {
  const others = digits.filter((digit) => digit.strokes !== strokes);
  const old = digits.find((digit) => digit.strokes === strokes);
  const isAside = old?.isAside ?? others.length % ASIDE_EVERY === ASIDE_EVERY - 1;
  return [...others, { strokes, label, isAside }];
}

const drawn = new WeakMap<OwnDigit["strokes"], Uint8Array>();

/** A drawing in MNIST's form, made once. */
export function pixelsOf(strokes: OwnDigit["strokes"]): Uint8Array {
  const known = drawn.get(strokes);
  if (known) return known;
  const { pixels } = digitOfStrokes(strokes, PEN);
  drawn.set(strokes, pixels);
  return pixels;
}

/** Whether drawings can stand among the data's images. */
export function takesDigits(data: Dataset | undefined): data is Dataset {
  return (
    data?.train.shape.join() === "28,28" && data.train.images instanceof Uint8Array && data.classes >= 10
  );
}

/** Numbers in -1..1, the same for the same seed. */
function* changes(seed: number): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 31 - 1;
  }
}

/** A drawing a little turned, slanted, and narrower or wider. */
function changed(strokes: OwnDigit["strokes"], random: Generator<number, never>): OwnDigit["strokes"] {
  const angle = CHANGES.rotation * random.next().value;
  const shear = CHANGES.shear * random.next().value;
  const scale = 1 + CHANGES.scale * random.next().value;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return strokes.map((stroke) =>
    stroke.map(({ x, y }) => {
      const wide = scale * (x + shear * y);
      return { x: cos * wide - sin * y, y: sin * wide + cos * y };
    }),
  );
}

/** Those that a run of the data learns from. */
export function learntFrom(digits: readonly OwnDigit[], data: Dataset | undefined): readonly OwnDigit[] {
  return takesDigits(data) ? digits.filter(({ isAside }) => !isAside) : [];
}

/** Whether it is the same drawing, perhaps read again from where it is kept. */
function isSame(one: OwnDigit, other: OwnDigit): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** Those that a run hasn't learnt. */
export function unlearntOf(digits: readonly OwnDigit[], learnt: readonly OwnDigit[]): readonly OwnDigit[] {
  return digits.filter((digit) => !learnt.some((other) => isSame(digit, other)));
}

/** The data with the user's own digits beside it, each many times, a little changed. */
export function withOwnDigits(data: Dataset, digits: readonly OwnDigit[]): Dataset {
  const used = learntFrom(digits, data);
  if (used.length === 0) return data;
  const random = changes(1);
  const copies = used.flatMap(({ strokes, label }) =>
    Array.from({ length: COPIES }, (_, copy) => ({
      pixels: pixelsOf(copy === 0 ? strokes : changed(strokes, random)),
      label,
    })),
  );
  const { train } = data;
  const count = train.count + copies.length;
  const images = new Uint8Array(count * 784);
  images.set(train.images);
  const labels = new Int32Array(count);
  labels.set(train.labels);
  copies.forEach(({ pixels, label }, i) => {
    images.set(pixels, (train.count + i) * 784);
    labels[train.count + i] = label;
  });
  return { ...data, train: { ...train, images, labels, count } };
}

/** How many of the user's digits a model reads correctly. */
export interface OwnReading {
  readonly read: number;
  readonly of: number;
  readonly readAside: number;
  readonly aside: number;
}

export function readOwn(model: Model | undefined, digits: readonly OwnDigit[]): OwnReading | undefined {
  if (!model || digits.length === 0 || model.layers[0] !== 784) return undefined;
  const isRead = ({ strokes, label }: OwnDigit) => model.classify(pixelsOf(strokes)).label === label;
  const results = digits.map((digit) => ({ isAside: digit.isAside, isRead: isRead(digit) }));
  const aside = results.filter((one) => one.isAside);
  return {
    read: results.filter((one) => one.isRead).length,
    of: results.length,
    readAside: aside.filter((one) => one.isRead).length,
    aside: aside.length,
  };
}
