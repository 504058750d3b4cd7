import { OptionError, UnavailableError } from "../base/errors.js";
import { toPath } from "../base/path.js";
import { defaultCacheDirectory } from "./published/cache.js";
import { checkDataset, fromOwnData, isObject } from "./check.js";
import { loadFiles, loadPath } from "./path.js";
import type { Dataset, OwnData } from "./dataset.js";
import { datasetLightOnDark } from "./ink.js";
import { joinDatasets } from "./join.js";
import type { Ink } from "./pictures/contrast.js";
import { isPublished, loadPublished } from "./published/published.js";
import { checkSplit, splitForTest } from "./split.js";
import { areSeveral, type DataSource, isFiles, type SingleSource } from "./source.js";
import { syntheticDigits } from "./synthetic.js";

/** How to load it. */
export interface LoadOptions {
  /** Where downloaded data is kept. Default: environment variable DIGITRAIN_CACHE, else the system's place for caches. */
  cacheDirectory?: string | URL;
  /**
   * Where the data has no test examples, the fraction of its training examples, above 0 and below 1, that is set aside
   * as such, of each class the same. Default: none is.
   */
  testFraction?: number;
  /** Decides which those are: a whole number from 0 to 2^53 - 1. Default 0. */
  splitSeed?: number;
  /** Which column of a CSV file holds the labels: its name, its number from 1, `"first"` or `"last"`. Default: found by its name or looks. */
  labelColumn?: string;
  /**
   * Whether ink is darker or lighter than paper, which a network takes as 0: images that are dark on light are turned.
   * Default `"auto"`: as a look decides.
   */
  ink?: Ink;
  /** Stops the loading: `loadDataset` rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called as a download progresses. Lengths are in bytes. */
  onDownload?: (progress: { file: string; received: number; total: number | undefined }) => void;
  /** Told, in a sentence or a few lines, when the data is not what was hoped for. Default: `console.warn`. */
  onNotice?: (notice: string) => void;
}

const INKS: readonly Ink[] = ["auto", "dark", "light"];

function isDataset(source: OwnData | Dataset): source is Dataset {
  return isObject(source) && isObject(source.train) && "count" in source.train;
}

/** Loads one source, with paper as 0: each is judged by itself. */
async function loadOne(source: SingleSource, options: LoadOptions): Promise<Dataset> {
  const { ink = "auto", signal } = options;
  return datasetLightOnDark(await load(source, options), ink, signal);
}

async function loadSeveral(sources: readonly SingleSource[], options: LoadOptions): Promise<Dataset> {
  const loaded: Dataset[] = [];
  for (const source of sources) loaded.push(await loadOne(source, options));
  // There is one at least: an empty array counts as files.
  return joinDatasets(loaded as [Dataset, ...Dataset[]], options.signal);
}

async function load(source: SingleSource, options: LoadOptions): Promise<Dataset> {
  if (typeof source === "string") return loadNamed(source, options);
  if (source instanceof URL) return loadPath(toPath(source), options);
  if (isFiles(source)) return loadFiles(source, options);
  if (!isDataset(source)) return fromOwnData(source, options.signal);
  await checkDataset(source, options.signal);
  return source;
}

async function loadNamed(source: string, options: LoadOptions): Promise<Dataset> {
  const { signal, onDownload, onNotice = console.warn } = options;
  const made = () => syntheticDigits({ ...(signal && { signal }) });
  if (source === "synthetic") return made();
  if (source !== "auto" && !isPublished(source)) return loadPath(toPath(source), options);
  const cacheDirectory = toPath(options.cacheDirectory ?? (await defaultCacheDirectory()));
  if (isPublished(source))
    return loadPublished(source, "by name", cacheDirectory, { signal, onDownload, onNotice });
  const wanted = loadPublished("mnist", "by default", cacheDirectory, { signal, onDownload, onNotice });
  return wanted.catch((error: unknown) => {
    if (!(error instanceof UnavailableError)) throw error;
    onNotice(`${error.reason}\nSYNTHETIC digits, made here, stand in for MNIST\n${error.remedy}`);
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
  const { signal, testFraction, splitSeed = 0, ink = "auto" } = options;
  signal?.throwIfAborted();
  if (testFraction !== undefined) checkSplit(testFraction, splitSeed);
  if (!INKS.includes(ink)) throw new OptionError(`ink takes "auto", "dark" or "light", got ${ink as string}`);
  const data = await (areSeveral(source) ? loadSeveral(source, options) : loadOne(source, options));
  if (testFraction === undefined || data.test?.count) return data;
  return splitForTest(data, testFraction, splitSeed, signal);
}
