import { DigitrainError, reasonOf } from "../../base/errors.js";
import { Pace } from "../../base/turns.js";
import type { Dataset } from "../dataset.js";
import { decodePicture } from "../pictures/decode.js";
import { entriesOf, join, nameOf, readBytes } from "../files.js";
import { inOrder } from "./names.js";
import { toDataset, type Unchecked } from "../own.js";
import type { Picture } from "../pictures/grid.js";
import { greyOf, readDigit } from "../pictures/picture.js";

/** A picture's file and the name of its class. */
interface Labelled {
  readonly path: string;
  readonly className: string;
}

/** How many files are read at once. */
const AT_ONCE = 32;
const PICTURE = /\.(png|jpe?g)$/i;

async function directoriesIn(path: string): Promise<string[]> {
  return inOrder((await entriesOf(path)).filter(({ isDirectory }) => isDirectory).map(({ name }) => name));
}

/** The pictures in a directory's directories, each of which has the name of a class. */
async function listPictures(path: string): Promise<Labelled[]> {
  const pictures: Labelled[] = [];
  for (const className of await directoriesIn(path)) {
    const directory = join(path, className);
    const files = (await entriesOf(directory)).filter(({ name }) => PICTURE.test(name));
    if (files.length === 0)
      throw new DigitrainError(
        `${directory}: there are no .png, .jpg or .jpeg files in it; each class needs some`,
      );
    for (const name of inOrder(files.map((file) => file.name)))
      pictures.push({ path: join(directory, name), className });
  }
  return pictures;
}

/** Makes rows of pixels of pictures, all of one size. */
class Rows {
  readonly images: Uint8Array[] = [];
  shape: readonly [rows: number, columns: number] | undefined;
  #first = "";
  readonly #areDigits: boolean;

  constructor(areDigits: boolean) {
    this.#areDigits = areDigits;
  }

  async add(picture: Picture, path: string, signal: AbortSignal | undefined): Promise<void> {
    if (this.#areDigits) {
      this.shape = [28, 28];
      this.images.push(await digit(picture, path, signal));
      return;
    }
    const { width, height } = picture;
    this.shape ??= [height, width];
    this.#first ||= path;
    const [rows, columns] = this.shape;
    if (width !== columns || height !== rows) {
      throw new DigitrainError(
        `${path} is ${width}x${height}, but ${this.#first} is ${columns}x${rows}; pictures of anything but the digits 0 to 9 must be of one size`,
      );
    }
    this.images.push(greyOf(picture));
  }

  /** All rows in one array. */
  join(): Uint8Array {
    const [first] = this.images;
    const inputs = first?.length ?? 0;
    const all = new Uint8Array(this.images.length * inputs);
    this.images.forEach((image, i) => {
      all.set(image, i * inputs);
    });
    return all;
  }
}

async function digit(picture: Picture, path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return (await readDigit(picture, { signal })).pixels;
  } catch (error) {
    signal?.throwIfAborted();
    throw new DigitrainError(`${path}: ${reasonOf(error)}`);
  }
}

async function readPictures(
  pictures: readonly Labelled[],
  labelOf: ReadonlyMap<string, number>,
  areDigits: boolean,
  called: string,
  signal?: AbortSignal,
): Promise<Unchecked> {
  const rows = new Rows(areDigits);
  const pace = new Pace();
  for (let start = 0; start < pictures.length; start += AT_ONCE) {
    const group = pictures.slice(start, start + AT_ONCE);
    const files = await Promise.all(group.map(({ path }) => readBytes(path, signal)));
    for (const [i, { path }] of group.entries()) {
      await rows.add(await decodePicture(files[i] ?? new Uint8Array(), path), path, signal);
      await pace.rest(signal);
    }
  }
  const labels = pictures.map(({ className }) => labelOf.get(className) ?? -1);
  return { images: rows.join(), labels, shape: rows.shape, called: { images: called, labels: called } };
}

/**
 * Reads a directory of PNG and JPEG pictures: DIR/CLASS/*.png, or DIR/train/CLASS/*.png (or training) and
 * DIR/test/CLASS/*.png (or testing). Where the classes are digits, 0 to 9, the pictures may have any size and become
 * MNIST's form; others are taken as they are, in shades of grey, and must all be of one size.
 * @throws DigitrainError for a class without pictures, and for a picture that is damaged, empty or of another size.
 */
export async function readPictureDirectory(path: string, signal?: AbortSignal): Promise<Dataset> {
  const directories = await directoriesIn(path);
  const trainName = directories.find((name) => /^train(ing)?$/i.test(name));
  const testName = directories.find((name) => /^test(ing)?$/i.test(name));
  const trainPath = trainName === undefined ? path : join(path, trainName);
  const testPath = trainName === undefined || testName === undefined ? undefined : join(path, testName);
  const train = await listPictures(trainPath);
  const test = testPath === undefined ? [] : await listPictures(testPath);
  if (train.length === 0)
    throw new DigitrainError(`${trainPath}: there are no directories of pictures in it, one for each class`);
  const names = inOrder(new Set([...train, ...test].map(({ className }) => className)));
  const areDigits = names.every((name) => /^\d$/.test(name));
  if (!areDigits && names.length < 2)
    throw new DigitrainError(
      `${trainPath}: there is one class, ${names.join("")}, but at least 2 are needed`,
    );
  const labelOf = new Map(names.map((name, i) => [name, areDigits ? Number(name) : i]));
  const read = (pictures: Labelled[], called: string) =>
    readPictures(pictures, labelOf, areDigits, called, signal);
  return toDataset(
    {
      name: nameOf(path),
      train: await read(train, trainPath),
      test: testPath === undefined ? undefined : await read(test, testPath),
      ...(areDigits ? { classes: 10 } : { classNames: names }),
    },
    signal,
  );
}
