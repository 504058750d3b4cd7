import { DigitrainError } from "../../base/errors.js";
import { inTurns } from "../../base/turns.js";
import type { Dataset } from "../dataset.js";
import { nameOf } from "../files.js";
import { type NpyArray, parseNpy } from "./npy.js";
import { leastClassesOf, toDataset, type Unchecked } from "../own.js";
import { ZipArchive } from "./zip.js";

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
async function toImages(
  array: NpyArray,
  name: string,
  signal?: AbortSignal,
): Promise<Uint8Array | Float32Array> {
  const { kind, length, at, bytes } = array;
  if (kind === "u" && bytes.length === length) return bytes;
  if (array.isNativeFloat32) return inPlace(bytes, signal);
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

async function toLabels({ length, at }: NpyArray, signal?: AbortSignal): Promise<Float64Array> {
  const labels = new Float64Array(length);
  const convert = (start: number, end: number) => {
    for (let i = start; i < end; i++) labels[i] = at(i);
  };
  await inTurns(length, convert, signal);
  return labels;
}

function show(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/**
 * Reads keras's `mnist.npz` or one like it: arrays x_train and y_train and, where there is a test set, x_test and
 * y_test. x is [n, ...]: integers 0..255 are pixels, floating-point numbers and booleans are used as they are. y is
 * [n] or [n, 1]: whole numbers.
 * @param bytes the file's, which become part of the data set
 * @param path the file's path: it names the data set, and stands in error messages
 * @throws DigitrainError where it is damaged, or an array is missing or unfit.
 */
export async function readNpz(bytes: Uint8Array, path: string, signal?: AbortSignal): Promise<Dataset> {
  const archive = new ZipArchive(bytes, path);
  const read = async (array: string) => {
    const file = await archive.read(`${array}.npy`, signal);
    if (file) return parseNpy(file, `${path}: ${array}`);
    const names = archive.names.map((entry) => entry.replace(/\.npy$/, ""));
    throw new DigitrainError(
      `${path}: there is no array ${array}; a data set has x_train and y_train and, for a test set, x_test and y_test, but the file holds ${names.slice(0, 10).join(", ") || "nothing"}`,
    );
  };
  const readExamples = async (part: "train" | "test") => {
    const called = { images: `${path}: x_${part}`, labels: `${path}: y_${part}` };
    const [x, y] = [await read(`x_${part}`), await read(`y_${part}`)];
    const [count, ...shape] = x.shape;
    const [labelCount, columns = 1] = y.shape;
    if (count === undefined || shape.length === 0)
      throw new DigitrainError(`${called.images}: takes the shape (n, ...), got ${show(x.shape)}`);
    if (labelCount === undefined || y.shape.length > 2 || columns !== 1)
      throw new DigitrainError(
        `${called.labels}: takes one label an image, the shape (n,) or (n, 1), got ${show(y.shape)}`,
      );
    if (count !== labelCount)
      throw new DigitrainError(
        `${path}: x_${part} holds ${count} images, but y_${part} ${labelCount} labels`,
      );
    return {
      images: await toImages(x, called.images, signal),
      labels: await toLabels(y, signal),
      shape,
      called,
    } satisfies Unchecked;
  };
  const hasTest = archive.names.some((entry) => entry === "x_test.npy" || entry === "y_test.npy");
  const train = await readExamples("train");
  const test = hasTest ? await readExamples("test") : undefined;
  return toDataset({ name: nameOf(path), train, test, leastClasses: leastClassesOf(train.shape) }, signal);
}
