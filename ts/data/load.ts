import { type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { closestMatch } from "leven";
import { DigitrainError, OptionError, UnavailableError } from "../errors.js";
import { defaultCacheDirectory } from "./cache.js";
import type { Dataset, OwnData } from "./dataset.js";
import { readIdxDirectory } from "./directory.js";
import { readNpz } from "./npz.js";
import { fromOwnData, isObject } from "./own.js";
import { codeOf, readBytes, reasonOf } from "./read.js";
import { isPublished, loadPublished, PUBLISHED_NAMES } from "./published.js";
import { syntheticDigits } from "./synthetic.js";
import { isZip } from "./zip.js";

/**
 * What to load: `"mnist"`, `"fashion-mnist"` or `"kmnist"`, from the cache or the internet; `"synthetic"`, digits that look handwritten, made here;
 * `"auto"`, MNIST or, where it can't be had, synthetic digits, with a notice; the path of a directory of IDX
 * files (train-images-idx3-ubyte[.gz] and so on) or of an .npz file (x_train, y_train, x_test, y_test); a caller's own
 * arrays; or a Dataset, which is passed through.
 */
export type DataSource = string | OwnData | Dataset;

/** How to load it. */
export interface LoadOptions {
  /** Where downloaded data is kept. Default: environment variable DIGITRAIN_CACHE, else the system's place for caches. */
  cacheDirectory?: string;
  /** Stops the loading: `loadDataset` rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called as a download goes on. Lengths are in bytes. */
  onDownload?: (progress: { file: string; received: number; total: number | undefined }) => void;
  /** Told, in a sentence, when the data is not what was hoped for. Default: `console.warn`. */
  onNotice?: (notice: string) => void;
}

const NAMES = ["auto", ...PUBLISHED_NAMES, "synthetic"];
const TAKES =
  'data takes "auto", "mnist", "fashion-mnist", "kmnist", "synthetic", the path of a directory of IDX files or of an .npz file';

function isDataset(source: OwnData | Dataset): source is Dataset {
  return isObject(source) && isObject(source.train) && "count" in source.train;
}

async function statOf(path: string): Promise<Stats> {
  return stat(path).catch((error: unknown) => {
    const absent = ["ENOENT", "ENOTDIR"].includes(String(codeOf(error)));
    if (!absent) throw new DigitrainError(`${path} can't be read: ${reasonOf(error)}`);
    const nearest = closestMatch(path, NAMES, { maxDistance: 2 });
    const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    throw new OptionError(`${TAKES}, and there is no "${path}"${hint}`);
  });
}

async function loadPath(path: string, signal?: AbortSignal): Promise<Dataset> {
  const found = await statOf(path);
  if (found.isDirectory()) return readIdxDirectory(path, signal);
  // Reading a pipe or a device might never end.
  const bytes = found.isFile() ? await readBytes(path, signal) : new Uint8Array();
  if (!isZip(bytes)) throw new DigitrainError(`${path} is no .npz file; ${TAKES}`);
  return readNpz(bytes, path, signal);
}

/**
 * Loads a data set. Nothing holds the event loop for more than some milliseconds.
 * @param source what to load; default `"auto"`
 * @throws OptionError for a source that is none of these.
 * @throws DigitrainError for data that is missing, damaged or unfit, and for a failed download; the message says where
 * and what would be right.
 */
export async function loadDataset(source: DataSource = "auto", options: LoadOptions = {}): Promise<Dataset> {
  const { cacheDirectory = defaultCacheDirectory(), signal, onDownload, onNotice = console.warn } = options;
  signal?.throwIfAborted();
  if (typeof source === "string") {
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
  return isDataset(source) ? source : fromOwnData(source, signal);
}
