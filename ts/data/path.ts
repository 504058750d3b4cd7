import { closestMatch } from "leven";
import { DigitrainError, OptionError } from "../base/errors.js";
import type { Dataset } from "./dataset.js";
import { entriesOf, join, kindOf, nameOf, putFiles, readBytes } from "./files.js";
import { isCsvName, readCsvDataset } from "./formats/csv.js";
import { isIdxName, readIdxDirectory } from "./formats/directory.js";
import { readPictureDirectory } from "./formats/folder.js";
import { inOrder } from "./formats/names.js";
import { readNpz } from "./formats/npz.js";
import { isZip } from "./formats/zip.js";
import { upright } from "./transposed.js";
import { PUBLISHED_NAMES } from "./published/published.js";

/** How to read what is at a path. */
export interface PathOptions {
  /** Which column of a CSV file holds the labels. */
  readonly labelColumn?: string;
  readonly signal?: AbortSignal;
}

const NAMES = ["auto", ...PUBLISHED_NAMES, "synthetic"];
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
  const nearest = closestMatch(path, NAMES, { maxDistance: 2 });
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return new OptionError(`${TAKES}, and there is no "${path}"${hint}`);
}

async function loadDirectory(path: string, options: PathOptions): Promise<Dataset> {
  const entries = await entriesOf(path);
  const isEmnist = [nameOf(path), ...entries.map(({ name }) => name)].some(isEmnistName);
  if (entries.some(({ name }) => isIdxName(name)))
    return upright(await readIdxDirectory(path, options.signal), isEmnist, options.signal);
  const csv = (part: RegExp) => {
    const names = entries.map(({ name }) => name).filter((name) => isCsvName(name) && part.test(name));
    if (names.length < 2) return names[0];
    throw new DigitrainError(
      `${path}: there are several such files (${inOrder(names).join(", ")}); name one, or keep each set in a directory of its own`,
    );
  };
  const [train, test] = [csv(/(^|[^a-z])train(ing)?\.csv/i), csv(/(^|[^a-z])test(ing)?\.csv/i)];
  if (train !== undefined) {
    const files = { name: nameOf(path), train: join(path, train), test: test && join(path, test) };
    return upright(await readCsvDataset(files, options), isEmnist, options.signal);
  }
  if (entries.some(({ isDirectory }) => isDirectory)) return readPictureDirectory(path, options.signal);
  throw new DigitrainError(
    `${path}: there is no data in this directory; a data set is IDX files (train-images-idx3-ubyte and so on), train.csv, or a directory of .png or .jpg pictures for each class`,
  );
}

/** Whether bytes begin with numbers that a comma or its like separates. */
function isText(bytes: Uint8Array): boolean {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  return /^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(start) && /[,;\t| ]/.test(start);
}

/**
 * Loads what is at a path.
 * @throws OptionError where there is nothing, DigitrainError where it is no data.
 */
export async function loadPath(path: string, options: PathOptions): Promise<Dataset> {
  const kind = await kindOf(path);
  if (kind === "absent") throw absent(path);
  if (kind === "directory") return loadDirectory(path, options);
  const data = await loadFile(path, kind, options);
  return upright(data, isEmnistName(nameOf(path)), options.signal);
}

/** EMNIST's files have rows for columns. */
function isEmnistName(name: string): boolean {
  return /emnist/i.test(name);
}

async function loadFile(path: string, kind: "file" | "other", options: PathOptions): Promise<Dataset> {
  if (kind === "file" && isCsvName(path)) return readCsvDataset({ name: nameOf(path), train: path }, options);
  // Reading a pipe or a device might never end.
  const bytes = kind === "file" ? await readBytes(path, options.signal) : new Uint8Array();
  if (isText(bytes) && !/\.npz$/i.test(path))
    return readCsvDataset({ name: nameOf(path), train: path }, options);
  if (!isZip(bytes)) throw new DigitrainError(`${path} is no .npz file; ${TAKES}`);
  return readNpz(bytes, path, options.signal);
}
