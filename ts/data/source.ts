import type { Dataset, OwnData } from "./dataset.js";

/**
 * One source of data: `"mnist"`, `"fashion-mnist"` or `"kmnist"`, from the cache or the internet; `"synthetic"`, digits that
 * look handwritten, made here; `"auto"`, MNIST or, where it can't be had, synthetic digits, with a notice; the path of a
 * directory of IDX files (train-images-idx3-ubyte[.gz] and so on), of train.csv and test.csv, or of a directory of
 * pictures for each class; the path of an .npz file (x_train, y_train, x_test, y_test) or a .csv file
 * (label,pixel0,...); a caller's own arrays; or a Dataset, which is passed through. In a page, a path is a URL, and files
 * that a user chose or dropped will do, too. A `file:` URL stands for its path.
 */
export type SingleSource = string | URL | OwnData | Dataset | readonly File[];

/**
 * What to load: a source, or several, which become one data set: the training examples of all, and the test examples of the
 * first that has some. Their images must be of the same size, and their classes the same.
 */
export type DataSource = SingleSource | readonly SingleSource[];

/** The names of the published data sets. */
export const PUBLISHED_NAMES = ["mnist", "fashion-mnist", "kmnist"] as const;

/** One of them. */
export type PublishedName = (typeof PUBLISHED_NAMES)[number];

/** All sources that have a name: other texts are paths. */
export const SOURCE_NAMES: readonly string[] = ["auto", ...PUBLISHED_NAMES, "synthetic"];

/** Whether what is to be loaded are files of the user's, which are one source together. */
export function isFiles(source: unknown): source is readonly File[] {
  return Array.isArray(source) && source.every((one) => one instanceof File);
}

/** Whether these are several sources. */
export function areSeveral(source: DataSource): source is readonly SingleSource[] {
  return Array.isArray(source) && !isFiles(source);
}

/** Whether loading it, or one of several, takes reading files: a user's, or those at a path or URL. */
export function areFiles(source: DataSource): boolean {
  if (areSeveral(source)) return source.some(areFiles);
  return typeof source === "string"
    ? !SOURCE_NAMES.includes(source)
    : source instanceof URL || isFiles(source);
}
