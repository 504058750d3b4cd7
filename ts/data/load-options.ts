import { OptionError } from "../base/errors.js";
import { checkIsOptions, show, unknownOption } from "../base/options.js";
import { INK_TAKES, isInk } from "./pictures/check-ink.js";
import type { Ink } from "./pictures/contrast.js";

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

const isFunction = (value: unknown) => typeof value === "function";

/** What each option takes, in words and as a test; what decides about a split is checked where it is made. */
const TAKES: Record<keyof LoadOptions, [takes: string, accepts: (value: unknown) => boolean]> = {
  cacheDirectory: ["a directory's path", (value) => typeof value === "string" || value instanceof URL],
  testFraction: ["a number above 0 and below 1", (value) => typeof value === "number"],
  splitSeed: ["a whole number from 0 to 2^53 - 1", (value) => typeof value === "number"],
  labelColumn: ["a column's name or number", (value) => typeof value === "string"],
  ink: [INK_TAKES, isInk],
  signal: ["an AbortSignal", (value) => value instanceof AbortSignal],
  onDownload: ["a function", isFunction],
  onNotice: ["a function", isFunction],
};

/**
 * Checks the types of the options for loading.
 * @throws OptionError
 */
export function checkLoadOptions(options: LoadOptions): void {
  checkIsOptions(options, "loadDataset", "testFraction: 0.2");
  for (const [name, value] of Object.entries<unknown>({ ...options })) {
    if (!Object.hasOwn(TAKES, name)) throw unknownOption(name, Object.keys(TAKES));
    const [takes, accepts] = TAKES[name as keyof LoadOptions];
    if (value !== undefined && !accepts(value))
      throw new OptionError(`${name} takes ${takes}, got ${show(value)}`);
  }
}
