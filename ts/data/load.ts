import { closestMatch } from "leven";
import { DigitrainError, OptionError, UnavailableError } from "../base/errors.js";
import { defaultCacheDirectory } from "./published/cache.js";
import { checkDataset, fromOwnData, isObject } from "./check.js";
import { isCsvName, readCsvDataset } from "./formats/csv.js";
import { type Dataset, isFiles, type OwnData } from "./dataset.js";
import { isIdxName, readIdxDirectory } from "./formats/directory.js";
import { entriesOf, join, kindOf, nameOf, putFiles, readBytes } from "./files.js";
import { readPictureDirectory } from "./formats/folder.js";
import { readNpz } from "./formats/npz.js";
import { inOrder } from "./formats/order.js";
import { isPublished, loadPublished, PUBLISHED_NAMES } from "./published/published.js";
import { checkSplit, splitForTest } from "./split.js";
import { syntheticDigits } from "./synthetic.js";
import { isZip } from "./formats/zip.js";

/**
 * What to load: `"mnist"`, `"fashion-mnist"` or `"kmnist"`, from the cache or the internet; `"synthetic"`, digits that
 * look handwritten, made here; `"auto"`, MNIST or, where it can't be had, synthetic digits, with a notice; the path of a
 * directory of IDX files (train-images-idx3-ubyte[.gz] and so on), of train.csv and test.csv, or of a directory of
 * pictures for each class; the path of an .npz file (x_train, y_train, x_test, y_test) or a .csv file
 * (label,pixel0,...); a caller's own arrays; or a Dataset, which is passed through. In a page, a path is a URL, and files
 * that a user chose or dropped will do, too.
 */
export type DataSource = string | OwnData | Dataset | readonly File[];

/** How to load it. */
export interface LoadOptions {
  /** Where downloaded data is kept. Default: environment variable DIGITRAIN_CACHE, else the system's place for caches. */
  cacheDirectory?: string;
  /**
   * Where the data has no test examples, the fraction of its training examples, above 0 and below 1, that is set aside
   * as such, of each class the same. Default: none is.
   */
  testFraction?: number;
  /** Decides which those are: a whole number from 0 to 2^53 - 1. Default 0. */
  splitSeed?: number;
  /** Stops the loading: `loadDataset` rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called as a download goes on. Lengths are in bytes. */
  onDownload?: (progress: { file: string; received: number; total: number | undefined }) => void;
  /** Told, in a sentence, when the data is not what was hoped for. Default: `console.warn`. */
  onNotice?: (notice: string) => void;
}

const NAMES = ["auto", ...PUBLISHED_NAMES, "synthetic"];
const TAKES =
  'data takes "auto", "mnist", "fashion-mnist", "kmnist", "synthetic", the path of an .npz or .csv file, or of a directory of IDX files, CSV files or pictures';

function isDataset(source: OwnData | Dataset): source is Dataset {
  return isObject(source) && isObject(source.train) && "count" in source.train;
}

async function loadFiles(chosen: readonly File[], signal?: AbortSignal): Promise<Dataset> {
  const { path, remove } = await putFiles(chosen);
  try {
    return await loadPath(path, signal);
  } finally {
    remove();
  }
}

function absent(path: string): OptionError {
  const nearest = closestMatch(path, NAMES, { maxDistance: 2 });
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return new OptionError(`${TAKES}, and there is no "${path}"${hint}`);
}

async function loadDirectory(path: string, signal?: AbortSignal): Promise<Dataset> {
  const entries = await entriesOf(path);
  if (entries.some(({ name }) => isIdxName(name))) return readIdxDirectory(path, signal);
  const csv = (part: RegExp) => {
    const names = entries.map(({ name }) => name).filter((name) => isCsvName(name) && part.test(name));
    if (names.length < 2) return names[0];
    throw new DigitrainError(
      `${path}: there are several such files (${inOrder(names).join(", ")}); name one, or keep each set in a directory of its own`,
    );
  };
  const [train, test] = [csv(/(^|[^a-z])train(ing)?\.csv/i), csv(/(^|[^a-z])test(ing)?\.csv/i)];
  if (train !== undefined) {
    return readCsvDataset(
      { name: nameOf(path), train: join(path, train), test: test && join(path, test) },
      signal,
    );
  }
  if (entries.some(({ isDirectory }) => isDirectory)) return readPictureDirectory(path, signal);
  throw new DigitrainError(
    `${path}: there is no data in this directory; a data set is IDX files (train-images-idx3-ubyte and so on), train.csv, or a directory of .png or .jpg pictures for each class`,
  );
}

async function loadPath(path: string, signal?: AbortSignal): Promise<Dataset> {
  const kind = await kindOf(path);
  if (kind === "absent") throw absent(path);
  if (kind === "directory") return loadDirectory(path, signal);
  if (kind === "file" && isCsvName(path)) return readCsvDataset({ name: nameOf(path), train: path }, signal);
  // Reading a pipe or a device might never end.
  const bytes = kind === "file" ? await readBytes(path, signal) : new Uint8Array();
  if (!isZip(bytes)) throw new DigitrainError(`${path} is no .npz file; ${TAKES}`);
  return readNpz(bytes, path, signal);
}

async function load(source: DataSource, options: LoadOptions): Promise<Dataset> {
  const { cacheDirectory = defaultCacheDirectory(), signal, onDownload, onNotice = console.warn } = options;
  if (isFiles(source)) return loadFiles(source, signal);
  if (typeof source !== "string") {
    if (!isDataset(source)) return fromOwnData(source, signal);
    checkDataset(source);
    return source;
  }
  const made = () => syntheticDigits({ ...(signal && { signal }) });
  if (source === "synthetic") return made();
  if (isPublished(source)) return loadPublished(source, cacheDirectory, { signal, onDownload });
  if (source !== "auto") return loadPath(source, signal);
  return loadPublished("mnist", cacheDirectory, { signal, onDownload }).catch((error: unknown) => {
    if (!(error instanceof UnavailableError)) throw error;
    onNotice(`SYNTHETIC digits, made here, stand in for MNIST, as ${error.message}`);
    return made();
  });
}

/**
 * Loads a data set. Nothing holds the event loop for more than some milliseconds.
 * @param source what to load; default `"auto"`
 * @throws OptionError for a source that is none of these.
 * @throws DigitrainError for data that is missing, damaged or unfit, and for a failed download; the message says where
 * and what would be right.
 */
export async function loadDataset(source: DataSource = "auto", options: LoadOptions = {}): Promise<Dataset> {
  const { signal, testFraction, splitSeed = 0 } = options;
  signal?.throwIfAborted();
  if (testFraction !== undefined) checkSplit(testFraction, splitSeed);
  const data = await load(source, options);
  if (testFraction === undefined || data.test?.count) return data;
  return splitForTest(data, testFraction, splitSeed, signal);
}
