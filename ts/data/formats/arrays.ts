import { DigitrainError } from "../../base/errors.js";
import { visible } from "../../base/format.js";
import { inTurns } from "../../base/turns.js";
import type { Dataset } from "../dataset.js";
import { entriesOf, join, nameOf, readBytes } from "../files.js";
import { leastClassesOf, toDataset, type Unchecked } from "../own.js";
import type { Remark } from "../remark.js";
import { inOrder } from "./names.js";
import { type NpyArray, parseNpy } from "./npy.js";
import { byNames, byShapes, type NamedArray, type Pair, type Part, PARTS } from "./pairing.js";
import { ZipArchive } from "./zip.js";

/** What arrays make: where from, as error messages say it, and what the data set is called. */
interface Source {
  readonly path: string;
  readonly name: string;
  readonly arrays: readonly NamedArray[];
}

function show(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/** Bytes a move: short enough for one turn of the event loop. */
const MOVE = 2 ** 22;

/**
 * The float32 numbers in these bytes, without a copy of what may be hundreds of megabytes. Where they don't start at a
 * multiple of 4, they are moved there, over the end of the header before them.
 */
async function inPlace(bytes: Uint8Array, signal?: AbortSignal): Promise<Float32Array> {
  const start = bytes.byteOffset - (bytes.byteOffset % 4);
  if (start !== bytes.byteOffset) {
    const target = new Uint8Array(bytes.buffer, start, bytes.length);
    const move = (from: number, to: number) => {
      target.set(bytes.subarray(from * MOVE, to * MOVE), from * MOVE);
    };
    await inTurns(Math.ceil(bytes.length / MOVE), move, signal);
  }
  return new Float32Array(bytes.buffer, start, bytes.length / 4);
}

/** Integers are pixels 0..255; floating point and booleans are numbers that the network sees as they are. */
async function numbersOf(
  array: NpyArray,
  name: string,
  signal?: AbortSignal,
): Promise<Uint8Array | Float32Array> {
  const { kind, length, at, bytes } = array;
  if (kind === "U" || kind === "S")
    throw new DigitrainError(`${name}: it holds texts, but images are numbers; is it the labels?`);
  if (kind === "u" && bytes?.length === length) return bytes;
  if (array.isNativeFloat32 && bytes) return inPlace(bytes, signal);
  if (kind === "f" || kind === "b") {
    const numbers = new Float32Array(length);
    const convert = (start: number, end: number) => {
      for (let i = start; i < end; i++) numbers[i] = at(i);
    };
    await inTurns(length, convert, signal);
    return numbers;
  }
  const pixels = new Uint8Array(length);
  const convert = (start: number, end: number) => {
    for (let i = start; i < end; i++) {
      const value = at(i);
      pixels[i] = value;
      if (pixels[i] !== value) {
        const inputs = length / (array.shape[0] ?? 1);
        throw new DigitrainError(
          `${name}: image ${Math.floor(i / inputs)} holds ${value} at position ${i % inputs}, but integers are pixels from 0 to 255; save other numbers as float32`,
        );
      }
    }
  };
  await inTurns(length, convert, signal);
  return pixels;
}

/** Rec. 709's weights of red, green and blue. */
const GREY = [0.2126, 0.7152, 0.0722];

/** Images without colours: their one channel alone, or shades of grey of three or four, wherever the channels stand. */
async function greyOf(
  numbers: Uint8Array | Float32Array,
  shape: readonly number[],
  signal?: AbortSignal,
): Promise<{ numbers: Uint8Array | Float32Array; shape: readonly number[]; wasColoured: boolean }> {
  if (shape.length !== 3) return { numbers, shape, wasColoured: false };
  const isChannels = (size = 0) => size === 1 || size === 3 || size === 4;
  const areLast = isChannels(shape[2]) || !isChannels(shape[0]);
  const [height = 0, width = 0, channels = 0] = areLast ? shape : [...shape.slice(1), ...shape.slice(0, 1)];
  if (channels === 1) return { numbers, shape: [height, width], wasColoured: false };
  if (!isChannels(channels)) return { numbers, shape, wasColoured: false };
  const pixels = height * width;
  const count = numbers.length / (pixels * channels);
  const isBytes = numbers instanceof Uint8Array;
  const grey = isBytes ? new Uint8Array(count * pixels) : new Float32Array(count * pixels);
  const [step, between] = areLast ? [channels, 1] : [1, pixels];
  const convert = (start: number, end: number) => {
    for (let image = start; image < end; image++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const first = image * pixels * channels + pixel * step;
        let sum = 0;
        for (let colour = 0; colour < 3; colour++)
          sum += (GREY[colour] ?? 0) * (numbers[first + colour * between] ?? 0);
        grey[image * pixels + pixel] = isBytes ? Math.round(sum) : sum;
      }
    }
  };
  await inTurns(count, convert, signal);
  return { numbers: grey, shape: [height, width], wasColoured: true };
}

/** Labels as they stand in an array: a number or a text each, a column of them, or one-hot. */
async function labelsOf(
  array: NpyArray,
  called: string,
  signal?: AbortSignal,
): Promise<{ labels: Float64Array | string[]; wereOneHot: boolean }> {
  const { kind, shape, at, textAt } = array;
  const [count, ...columns] = shape;
  const classes = columns.reduce((product, size) => product * size, 1);
  if (count === undefined || classes === 0 || (classes !== 1 && columns.length !== 1))
    throw new DigitrainError(
      `${called}: takes one label an image, the shape (n,), (n, 1) or, one-hot, (n, classes), got ${show(shape)}`,
    );
  if (classes === 1 && (kind === "U" || kind === "S"))
    return { labels: Array.from({ length: count }, (_, i) => textAt(i)), wereOneHot: false };
  const labels = new Float64Array(count);
  const convert = (start: number, end: number) => {
    for (let i = start; i < end; i++) labels[i] = classes === 1 ? at(i) : oneHot(at, i, classes, called);
  };
  await inTurns(count, convert, signal);
  return { labels, wereOneHot: classes !== 1 };
}

/** Which of a row's numbers is 1, where the others are 0. */
function oneHot(at: NpyArray["at"], row: number, classes: number, called: string): number {
  let found = -1;
  for (let label = 0; label < classes; label++) {
    const value = at(row * classes + label);
    if (value === 0) continue;
    if (value !== 1 || found >= 0) found = classes;
    else found = label;
  }
  if (found >= 0 && found < classes) return found;
  throw new DigitrainError(
    `${called}: row ${row} of its ${classes} columns has no single 1 among zeros, as a one-hot label does; an image has one label, so data with several labels an image can't be learned`,
  );
}

/** A part's examples, and what was changed to have them. */
interface ReadPart {
  readonly examples: Omit<Unchecked, "labels">;
  readonly labels: Float64Array | string[];
  readonly remarks: readonly Remark[];
}

async function readPart(
  { images, labels }: Required<Pair>,
  { path, name }: Source,
  signal?: AbortSignal,
): Promise<ReadPart> {
  const [x, y] = [await images.read(), await labels.read()];
  const called = { images: images.called, labels: labels.called };
  const [count, ...shape] = x.shape;
  if (count === undefined || shape.length === 0)
    throw new DigitrainError(`${called.images}: takes the shape (n, ...), got ${show(x.shape)}`);
  if (count !== y.shape[0] && y.shape.length > 0)
    throw new DigitrainError(
      `${path}: ${images.name} holds ${count} images, but ${labels.name} ${y.shape[0] ?? 0} labels`,
    );
  const read = await labelsOf(y, called.labels, signal);
  const grey = await greyOf(await numbersOf(x, called.images, signal), shape, signal);
  const remarks: Remark[] = [];
  if (grey.wasColoured)
    remarks.push({
      kind: "converted",
      text: `${name}: the coloured images (${shape.join("x")}) were turned grey`,
    });
  if (read.wereOneHot)
    remarks.push({
      kind: "converted",
      text: `${name}: the one-hot labels (${labels.name}) were made one label each`,
    });
  return {
    examples: { images: grey.numbers, shape: grey.shape.length === 1 ? undefined : grey.shape, called },
    labels: read.labels,
    remarks,
  };
}

/** Numbers for labels that are texts: themselves, where all are whole numbers, else the places of their names in order. */
function numbered(parts: readonly ReadPart[]): { classNames?: string[]; labels: ArrayLike<number>[] } {
  const texts = new Set(parts.flatMap(({ labels }) => (labels instanceof Float64Array ? [] : labels)));
  const areNumbers = [...texts].every((text) => /^\d+$/.test(text));
  const names = inOrder(texts);
  const places = new Map(names.map((text, i) => [text, areNumbers ? Number(text) : i]));
  const labels = parts.map((part) =>
    part.labels instanceof Float64Array ? part.labels : part.labels.map((text) => places.get(text) ?? -1),
  );
  return areNumbers ? { labels } : { classNames: names, labels };
}

function missing({ path, arrays }: Source, part: "training" | "test", pair: Pair = {}): DigitrainError {
  const what = pair.images ? "labels" : pair.labels ? "images" : "images and labels";
  const names = arrays.map(({ name }) => name);
  const held = `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", ..." : ""}`;
  return new DigitrainError(
    `${path}: there are no ${part} ${what}; a data set has arrays such as x_train and y_train and, for a test set, x_test and y_test, but there are ${held || "none"}`,
  );
}

/**
 * The data set that arrays hold: images and labels by their names (x_train and y_train, train_images and train_labels, x
 * and y, data and target, ...), or where these tell nothing by their shapes. Images are [n, ...]: integers 0..255 are
 * pixels, floating-point numbers and booleans are used as they are; colours are turned grey. Labels are whole numbers or
 * texts, [n] or [n, 1], or one-hot, [n, classes].
 * @throws DigitrainError where an array is missing or unfit.
 */
export async function fromArrays(source: Source, signal?: AbortSignal): Promise<Dataset> {
  const { name, arrays } = source;
  const named = byNames(arrays);
  const isComplete = (pair?: Pair): pair is Required<Pair> => !!pair?.images && !!pair.labels;
  const pairs = isComplete(named.get("train")) ? named : await byShapes(arrays);
  const training = pairs.get("train");
  if (!isComplete(training)) throw missing(source, "training", named.get("train"));
  const found: [Part, ReadPart][] = [];
  for (const part of PARTS) {
    const pair = pairs.get(part);
    if (isComplete(pair)) found.push([part, await readPart(pair, source, signal)]);
    else if (pair?.labels && part === "test") throw missing(source, "test", pair);
  }
  const remarks = found.flatMap(([, part]) => part.remarks);
  if (pairs !== named) {
    const pair = visible(`${training.images.name} and ${training.labels.name}`);
    remarks.push({
      kind: "converted",
      text: `${name}: the arrays ${pair} are taken for images and labels, by their shapes`,
    });
  }
  const unlabelled = pairs.get("test");
  if (unlabelled?.images && !unlabelled.labels)
    remarks.push({
      kind: "left out",
      text: `${name}: ${unlabelled.images.name} has no labels, so it is no test set`,
    });
  const { classNames, labels } = numbered(found.map(([, part]) => part));
  const unchecked = (part: Part): Unchecked | undefined => {
    const place = found.findIndex(([other]) => other === part);
    const read = found[place]?.[1];
    return read && { ...read.examples, labels: labels[place] ?? [] };
  };
  const train = unchecked("train");
  if (!train) throw missing(source, "training");
  const [test, validation] = [unchecked("test"), unchecked("validation")];
  const data = await toDataset(
    {
      name,
      train,
      test: test ?? validation,
      validation: test && validation,
      leastClasses: leastClassesOf(train.shape ?? [train.images.length / train.labels.length]),
      classNames,
    },
    signal,
  );
  // The parts of one array are said once.
  const said = remarks.filter(({ text }, i) => remarks.findIndex((other) => other.text === text) === i);
  return said.length === 0 ? data : { ...data, remarks: said };
}

/** The arrays in an .npz file. */
export function arraysIn(bytes: Uint8Array, path: string, signal?: AbortSignal): NamedArray[] {
  const archive = new ZipArchive(bytes, path);
  const names = archive.names.filter((entry) => entry.endsWith(".npy"));
  return names.map((entry) => {
    const name = entry.replace(/\.npy$/, "");
    const called = `${path}: ${name}`;
    let parsed: Promise<NpyArray> | undefined;
    const parse = async () => parseNpy((await archive.read(entry, signal)) ?? new Uint8Array(), called);
    return { name, called, read: () => (parsed ??= parse()) };
  });
}

/** Whether a file's name is that of an array or several. */
export function isArrayName(name: string): boolean {
  return /\.np[yz]$/i.test(name);
}

/**
 * Reads the arrays of a directory's .npy and .npz files as one data set. Where a file holds a single array, as KMNIST's do,
 * the file's name tells what it is for; where it holds several, both names do. A single .npz file is a data set of its own.
 * @throws DigitrainError as {@link fromArrays}, and where there are several data sets.
 */
export async function readArrayDirectory(path: string, signal?: AbortSignal): Promise<Dataset> {
  const files = (await entriesOf(path)).filter(({ name, isDirectory }) => !isDirectory && isArrayName(name));
  const arrays: NamedArray[] = [];
  const sets: string[] = [];
  for (const { name: file } of files) {
    const place = join(path, file);
    const stem = file.replace(/\.np[yz]$/i, "");
    if (/y$/i.test(file)) {
      const read = async () => parseNpy(await readBytes(place, signal), place);
      arrays.push({ name: stem, called: place, read });
      continue;
    }
    const inside = arraysIn(await readBytes(place, signal), place, signal);
    const [only] = inside;
    if (inside.length === 1 && only) arrays.push({ ...only, name: stem });
    else if (files.length === 1)
      return fromArrays({ path: place, name: nameOf(path), arrays: inside }, signal);
    else arrays.push(...inside.map((array) => ({ ...array, name: `${stem}/${array.name}` })));
    if (inside.length > 2) sets.push(file);
  }
  if (sets.length > 1)
    throw new DigitrainError(
      `${path}: there are several data sets, ${inOrder(sets).slice(0, 8).join(", ")}; name one`,
    );
  return fromArrays({ path, name: nameOf(path), arrays }, signal);
}
