import { closestMatch } from "leven";
import { DigitrainError, OptionError } from "../base/errors.js";
import type { Dataset } from "./dataset.js";
import { directoryOf, type Entry, entriesOf, join, kindOf, nameOf, putFiles, readBytes } from "./files.js";
import { isArrayName, readArrayDirectory } from "./formats/arrays.js";
import { isCsvName, readCsvDataset } from "./formats/csv.js";
import { isIdxName, readIdxDirectory } from "./formats/directory.js";
import { readPictureDirectory } from "./formats/folder.js";
import { decompressParts, isGzip } from "./formats/gzip.js";
import { isPictureName } from "./formats/labelled.js";
import { inOrder } from "./formats/names.js";
import { readNpz } from "./formats/npz.js";
import { refuse } from "./formats/refusals.js";
import { isZip } from "./formats/zip.js";
import type { Ink } from "./pictures/contrast.js";
import { SOURCE_NAMES } from "./source.js";
import { upright } from "./transposed.js";

/** How to read what is at a path. */
export interface PathOptions {
  /** Which column of a CSV file holds the labels. */
  readonly labelColumn?: string;
  /** Whether ink is darker or lighter than paper in pictures of digits. */
  readonly ink?: Ink;
  readonly signal?: AbortSignal;
}

const TAKES =
  'data takes "auto", "mnist", "fashion-mnist", "kmnist", "synthetic", the path of an .npz or .csv file, or of a directory of IDX files, CSV files or pictures';

/** Loads files that a user of a page chose. */
export async function loadFiles(chosen: readonly File[], options: PathOptions): Promise<Dataset> {
  const { path, remove } = await putFiles(chosen);
  try {
    return await loadPath(path, options);
  } finally {
    remove();
  }
}

function absent(path: string): OptionError {
  const nearest = closestMatch(path, SOURCE_NAMES, { maxDistance: 2 });
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return new OptionError(`${TAKES}, and there is no "${path}"${hint}`);
}

/** Archives wrap their data in so many directories at most. */
const DEEPEST = 4;

/** Whether a directory's entry is data of some form, or says that the data is here. */
function isData({ name, isDirectory }: Entry): boolean {
  return isIdxName(name) || (!isDirectory && (isCsvName(name) || isArrayName(name) || isPictureName(name)));
}

/** The directory in which the data begins: archives wrap it in others, torchvision in MNIST/raw. */
async function unwrapped(path: string): Promise<string> {
  let place = path;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const entries = await entriesOf(place);
    const directories = entries.filter(({ isDirectory }) => isDirectory);
    const next = directories.find(({ name }) => name === "raw") ?? directories[0];
    const isWrapper = directories.length === 1 || next?.name === "raw";
    if (!next || !isWrapper || entries.some(isData)) return place;
    // A single directory of pictures is a class, or the training images.
    const inside = await entriesOf(join(place, next.name));
    const isClass = inside.some(({ name, isDirectory }) => !isDirectory && isPictureName(name));
    if (isClass || !inside.some((entry) => entry.isDirectory || isData(entry))) return place;
    place = join(place, next.name);
  }
  return place;
}

/** A directory's CSV files: train.csv and test.csv, or the only one. */
function csvFilesOf(
  path: string,
  entries: readonly Entry[],
): { train: string; validation?: string | undefined; test?: string | undefined } | undefined {
  const names = entries
    .filter(({ name, isDirectory }) => !isDirectory && isCsvName(name))
    .map(({ name }) => name);
  const only = (part: RegExp) => {
    const found = names.filter((name) => part.test(name));
    if (found.length < 2) return found[0];
    throw new DigitrainError(
      `${path}: there are several such files (${inOrder(found).join(", ")}); name one, or keep each set in a directory of its own`,
    );
  };
  const train = only(/(^|[^a-z])train(ing)?\.[ct]sv/i);
  const validation = only(/(^|[^a-z])(val(id|idation)?|dev)\.[ct]sv/i);
  const test = only(/(^|[^a-z])test(ing)?\.[ct]sv/i);
  const alone = entries.length === 1 ? names[0] : undefined;
  return train === undefined
    ? alone === undefined
      ? undefined
      : { train: alone }
    : { train, validation, test };
}

async function loadDirectory(path: string, options: PathOptions): Promise<Dataset> {
  const { signal } = options;
  const place = await unwrapped(path);
  const entries = await entriesOf(place);
  const isEmnist = [nameOf(path), ...entries.map(({ name }) => name)].some(isEmnistName);
  const named = async (data: Promise<Dataset>) => ({ ...(await data), name: nameOf(path) });
  if (entries.some(({ name }) => isIdxName(name)))
    return upright(await named(readIdxDirectory(place, signal)), isEmnist, signal);
  if (entries.some(({ name, isDirectory }) => !isDirectory && isArrayName(name)))
    return upright(await named(readArrayDirectory(place, signal)), isEmnist, signal);
  const csv = csvFilesOf(place, entries);
  if (csv) {
    const at = (name?: string) => name && join(place, name);
    const files = { train: join(place, csv.train), validation: at(csv.validation), test: at(csv.test) };
    return upright(await readCsvDataset({ name: nameOf(path), ...files }, options), isEmnist, signal);
  }
  if (entries.some(({ name, isDirectory }) => isDirectory || isPictureName(name)))
    return named(readPictureDirectory(place, options));
  const [first] = entries;
  if (first) refuse(await readBytes(join(place, first.name), signal), join(place, first.name));
  throw new DigitrainError(
    `${path}: there is no data in this directory; a data set is IDX files (train-images-idx3-ubyte and so on), train.csv, .npz or .npy files, or a directory of .png or .jpg pictures for each class`,
  );
}

/** EMNIST's files have rows for columns. */
function isEmnistName(name: string): boolean {
  return /emnist/i.test(name);
}

/** Whether bytes begin with numbers that a comma or its like separates. */
function isText(bytes: Uint8Array): boolean {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  return /^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(start) && /[,;\t| ]/.test(start);
}

/** What a file begins with, unpacked. */
async function startOf(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const whole = async function* () {
    yield await Promise.resolve(bytes);
  };
  for await (const part of decompressParts(whole(), path)) return part;
  return new Uint8Array();
}

async function loadFile(path: string, options: PathOptions): Promise<Dataset> {
  const { signal } = options;
  const name = nameOf(path);
  if (isCsvName(path)) return readCsvDataset({ name, train: path }, options);
  if (isIdxName(name)) return readIdxDirectory(directoryOf(path), signal, name);
  const bytes = await readBytes(path, signal);
  if (isZip(bytes)) return readNpz(bytes, path, signal);
  const start = await startOf(bytes, path);
  refuse(start, path);
  if (isText(start) && !/\.npz$/i.test(path)) return readCsvDataset({ name, train: path }, options);
  throw new DigitrainError(`${path} is no .npz file; ${TAKES}`);
}

/**
 * Loads what is at a path.
 * @throws OptionError where there is nothing, DigitrainError where it is no data.
 */
export async function loadPath(path: string, options: PathOptions): Promise<Dataset> {
  const kind = await kindOf(path);
  if (kind === "absent") throw absent(path);
  if (kind === "directory") return loadDirectory(path, options);
  // Reading a pipe or a device might never end.
  if (kind === "other") throw new DigitrainError(`${path} is no .npz file; ${TAKES}`);
  return upright(await loadFile(path, options), isEmnistName(nameOf(path)), options.signal);
}
