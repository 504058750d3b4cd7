import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { DigitrainError } from "../errors.js";
import type { Dataset } from "./dataset.js";
import { decompress, isGzip } from "./gzip.js";
import { parseIdx } from "./idx.js";
import { classesOfImages, toDataset, type Unchecked } from "./own.js";
import { readBytes, reasonOf } from "./read.js";

type Part = "train" | "t10k";
type Kind = "images" | "labels";

interface Directory {
  readonly path: string;
  readonly files: readonly string[];
}

/** The names that a file goes by: as it was published, and as some tools unpack it. */
function namesOf(part: Part, kind: Kind): string[] {
  const dimensions = kind === "images" ? "idx3" : "idx1";
  return [`${part}-${kind}-${dimensions}-ubyte`, `${part}-${kind}.${dimensions}-ubyte`].flatMap((name) => [
    name,
    `${name}.gz`,
  ]);
}

async function readIdx(path: string, kind: Kind, signal: AbortSignal | undefined) {
  const bytes = await readBytes(path, signal);
  const compressed = isGzip(bytes) || path.endsWith(".gz");
  return parseIdx(compressed ? await decompress(bytes, path) : bytes, kind, path);
}

/** A file's path; undefined where the directory has none of its names. */
function find(directory: Directory, part: Part, kind: Kind): string | undefined {
  const name = namesOf(part, kind).find((candidate) => directory.files.includes(candidate));
  return name === undefined ? undefined : join(directory.path, name);
}

function need(directory: Directory, part: Part, kind: Kind): string {
  const path = find(directory, part, kind);
  if (path !== undefined) return path;
  throw new DigitrainError(
    `${directory.path}: there is no file of ${part === "train" ? "training" : "test"} ${kind}; looked for ${namesOf(part, kind).join(", ")}`,
  );
}

async function readExamples(directory: Directory, part: Part, signal?: AbortSignal): Promise<Unchecked> {
  const called = { images: need(directory, part, "images"), labels: need(directory, part, "labels") };
  const [images, labels] = await Promise.all([
    readIdx(called.images, "images", signal),
    readIdx(called.labels, "labels", signal),
  ]);
  const [count = 0, ...shape] = images.sizes;
  if (count !== labels.values.length) {
    throw new DigitrainError(
      `${called.images} holds ${count} images, but ${called.labels} holds ${labels.values.length} labels; take both from one data set`,
    );
  }
  return { images: images.values, labels: labels.values, shape, called };
}

/**
 * Reads a directory of MNIST's four IDX files, compressed with gzip or not: train-images-idx3-ubyte[.gz],
 * train-labels-idx1-ubyte[.gz] and, where there is a test set, the same with t10k. Images may have any size.
 * The data set has the directory's name.
 * @throws DigitrainError for a file that is missing or damaged.
 */
export async function readIdxDirectory(path: string, signal?: AbortSignal): Promise<Dataset> {
  const files = await readdir(path).catch((error: unknown) => {
    throw new DigitrainError(`${path} can't be read: ${reasonOf(error)}`);
  });
  const directory = { path, files };
  const hasTest = find(directory, "t10k", "images") ?? find(directory, "t10k", "labels");
  const [train, test] = await Promise.all([
    readExamples(directory, "train", signal),
    hasTest === undefined ? undefined : readExamples(directory, "t10k", signal),
  ]);
  const name = basename(resolve(path));
  return toDataset({ name, train, test, classes: classesOfImages(train.shape) }, signal);
}
