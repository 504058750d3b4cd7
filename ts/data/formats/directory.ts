import { DigitrainError } from "../../base/errors.js";
import type { Dataset } from "../dataset.js";
import { entriesOf, join, nameOf, readBytes } from "../files.js";
import { decompress, isGzip } from "./gzip.js";
import { parseIdxImages, parseIdxLabels } from "./idx.js";
import { leastClassesOf, toDataset, type Unchecked } from "../own.js";

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

/** The same behind a data set's name, with any number of dimensions and type: emnist-letters-test-images-idx3-ubyte. */
function patternOf(part: Part, kind: Kind): RegExp {
  const names = part === "train" ? "train" : "(?:t10k|test)";
  return new RegExp(`^(.*[-_.])?${names}[-_.]${kind}[-_.]idx\\d[-_.][a-z0-9]+(\\.gz)?$`, "i");
}

/** Whether a file's name is one of an IDX data set. */
export function isIdxName(name: string): boolean {
  return (["train", "t10k"] as const).some((part) =>
    (["images", "labels"] as const).some((kind) => patternOf(part, kind).test(name)),
  );
}

async function readFileOf(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = await readBytes(path, signal);
  const compressed = isGzip(bytes) || path.endsWith(".gz");
  return compressed ? decompress(bytes, path) : bytes;
}

/** A file's path; undefined where the directory has none of its names. */
function find({ path, files }: Directory, part: Part, kind: Kind): string | undefined {
  const pattern = patternOf(part, kind);
  const others = files.filter((file) => pattern.test(file)).sort();
  const name = namesOf(part, kind).find((candidate) => files.includes(candidate)) ?? others[0];
  const sets = new Set(others.map((file) => pattern.exec(file)?.[1] ?? ""));
  if (sets.size > 1) {
    throw new DigitrainError(
      `${path}: there are files of several data sets, ${others.join(", ")}; give each a directory of its own`,
    );
  }
  return name === undefined ? undefined : join(path, name);
}

function need(directory: Directory, part: Part, kind: Kind): string {
  const path = find(directory, part, kind);
  if (path !== undefined) return path;
  throw new DigitrainError(
    `${directory.path}: there is no file of ${part === "train" ? "training" : "test"} ${kind}; looked for ${namesOf(part, kind).join(", ")}`,
  );
}

/** An IDX file's bytes, and what error messages call it. */
export interface IdxFile {
  readonly bytes: Uint8Array;
  readonly path: string;
}

function parseExamples(imagesFile: IdxFile, labelsFile: IdxFile) {
  const called = { images: imagesFile.path, labels: labelsFile.path };
  const images = parseIdxImages(imagesFile.bytes, called.images);
  const labels = parseIdxLabels(labelsFile.bytes, called.labels);
  const [count = 0, ...shape] = images.sizes;
  if (count !== labels.values.length) {
    throw new DigitrainError(
      `${called.images} holds ${count} images, but ${called.labels} holds ${labels.values.length} labels; take both from one data set`,
    );
  }
  return { images: images.values, labels: labels.values, shape, called } satisfies Unchecked;
}

/**
 * The data set that IDX files hold: training images and labels and, where there is a test set, its images and labels.
 * @param classes how many classes there are, where that is known
 * @throws DigitrainError for a file that is damaged, and for files that don't belong together.
 */
export async function fromIdxFiles(
  name: string,
  files: readonly IdxFile[],
  signal?: AbortSignal,
  classes?: number,
): Promise<Dataset> {
  const [trainImages, trainLabels, testImages, testLabels] = files;
  if (!trainImages || !trainLabels) throw new Error("training images and labels are needed");
  const train = parseExamples(trainImages, trainLabels);
  const test = testImages && testLabels && parseExamples(testImages, testLabels);
  return toDataset({ name, train, test, classes, leastClasses: leastClassesOf(train.shape) }, signal);
}

/**
 * Reads a directory of MNIST's four IDX files, compressed with gzip or not: train-images-idx3-ubyte[.gz],
 * train-labels-idx1-ubyte[.gz] and, where there is a test set, the same with t10k. Images may have any size, names
 * may begin with that of the data set. The data set has the directory's name.
 * @throws DigitrainError for a file that is missing or damaged.
 */
export async function readIdxDirectory(path: string, signal?: AbortSignal): Promise<Dataset> {
  const directory = { path, files: (await entriesOf(path)).map(({ name }) => name) };
  const read = async (part: Part, kind: Kind) => {
    const file = need(directory, part, kind);
    return { path: file, bytes: await readFileOf(file, signal) };
  };
  const hasTest = find(directory, "t10k", "images") ?? find(directory, "t10k", "labels");
  const parts: Part[] = hasTest === undefined ? ["train"] : ["train", "t10k"];
  const files = await Promise.all(parts.flatMap((part) => [read(part, "images"), read(part, "labels")]));
  return fromIdxFiles(nameOf(path), files, signal);
}
