import { UnavailableError } from "../base/errors.js";
import { toPath } from "../base/path.js";
import { defaultCacheDirectory } from "./published/cache.js";
import { checkDataset, fromOwnData, isObject } from "./check.js";
import { loadFiles, loadPath } from "./path.js";
import type { Dataset, OwnData } from "./dataset.js";
import { datasetLightOnDark } from "./ink.js";
import { joinDatasets } from "./join.js";
import { checkLoadOptions, type LoadOptions } from "./load-options.js";
import { isPublished, loadPublished } from "./published/published.js";
import { checkSplit, splitForTest } from "./split.js";
import { areSeveral, type DataSource, isFiles, type SingleSource } from "./source.js";
import { syntheticDigits } from "./synthetic.js";

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
 * @throws OptionError for an option of a wrong type, or a source that isn't there.
 * @throws DigitrainError for data that is missing, damaged or unfit, and for a failed download; the message says where
 * and what would be right.
 */
export async function loadDataset(source: DataSource = "auto", options: LoadOptions = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const { signal, testFraction, splitSeed = 0 } = options;
  signal?.throwIfAborted();
  if (testFraction !== undefined) checkSplit(testFraction, splitSeed);
  const data = await (areSeveral(source) ? loadSeveral(source, options) : loadOne(source, options));
  if (testFraction === undefined || data.test?.count) return data;
  return splitForTest(data, testFraction, splitSeed, signal);
}
