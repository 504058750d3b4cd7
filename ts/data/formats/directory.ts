import { DigitrainError } from "../../base/errors.js";
import type { Dataset } from "../dataset.js";
import { entriesOf, join, nameOf, readBytes } from "../files.js";
import { decompress, isGzip } from "./gzip.js";
import { idxLength, parseIdxImages, parseIdxLabels } from "./idx.js";
import { inOrder } from "./names.js";
import { leastClassesOf, toDataset, type Unchecked } from "../own.js";

type Part = "train" | "t10k";
type Kind = "images" | "labels";

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
  const names = part === "train" ? "train(?:ing)?" : "(?:t10k|test(?:ing)?)";
  return new RegExp(`^(.*[-_. ])?${names}[-_. ]${kind}(?=.*(?:idx|ubyte))[-_. ].*$`, "i");
}

const PATTERNS = (["train", "t10k"] as const).flatMap((part) =>
  (["images", "labels"] as const).map((kind) => patternOf(part, kind)),
);

/** Whether a file's name is one of an IDX data set. */
export function isIdxName(name: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(name));
}

/** What stands before the part in a file's name: "emnist-letters-". */
function setOf(name: string): string {
  return PATTERNS.map((pattern) => pattern.exec(name)).find((match) => match !== null)?.[1] ?? "";
}

/** Zeros that may fill up a file. */
const MOST_FILLING = 2 ** 20;

async function readFileOf(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = await readBytes(path, signal);
  if (bytes.length === 0) throw new DigitrainError(`${path}: the file is empty; download it again`);
  // Some servers unpack what they send, and some tools what they save.
  return isGzip(bytes) ? decompress(bytes, path, (start) => (idxLength(start) ?? 0) + MOST_FILLING) : bytes;
}

/** A file of a set, in its directory or in one of the same name, as Kaggle's archives have them. */
interface Found {
  readonly name: string;
  readonly path: string;
}

async function filesIn(path: string): Promise<Found[]> {
  const entries = (await entriesOf(path)).filter(({ name }) => isIdxName(name));
  const beside = entries.filter(({ isDirectory }) => !isDirectory);
  const inside = entries.filter(({ isDirectory }) => isDirectory);
  const nested = inside.map(async ({ name }) => {
    const files = (await entriesOf(join(path, name))).filter(({ isDirectory }) => !isDirectory);
    const file = files.find((found) => isIdxName(found.name)) ?? files[0];
    return file ? [{ name, path: join(path, name, file.name) }] : [];
  });
  const found = beside.map(({ name }) => ({ name, path: join(path, name) }));
  return [...found, ...(await Promise.all(nested)).flat()];
}

/** A file's path; undefined where there is none. */
function find(files: readonly Found[], part: Part, kind: Kind): string | undefined {
  const pattern = patternOf(part, kind);
  const usual = namesOf(part, kind);
  const byName = (a: string, b: string) => (a < b ? -1 : 1);
  const matching = files.filter(({ name }) => pattern.test(name)).sort((a, b) => byName(a.name, b.name));
  const named = usual.map((name) => matching.find((file) => file.name === name)).find((file) => file);
  return (named ?? matching[0])?.path;
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
 * train-labels-idx1-ubyte[.gz] and, where there is a test set, the same with t10k or test. Images may have any size, names
 * may begin with that of the data set. Each file may lie in a directory of its own. The data set has the directory's name.
 * @param file one of the files, where there are several data sets and this one's is meant
 * @throws DigitrainError for a file that is missing or damaged.
 */
export async function readIdxDirectory(path: string, signal?: AbortSignal, file?: string): Promise<Dataset> {
  const all = await filesIn(path);
  const sets = new Set(all.map(({ name }) => setOf(name)));
  if (sets.size > 1 && file === undefined) {
    const shown = inOrder(all.map(({ name }) => name)).slice(0, 8);
    throw new DigitrainError(
      `${path}: there are files of several data sets, ${shown.join(", ")}${all.length > 8 ? ", ..." : ""}; name one of a set's files, or give each set a directory of its own`,
    );
  }
  const files = file === undefined ? all : all.filter(({ name }) => setOf(name) === setOf(file));
  const read = async (part: Part, kind: Kind) => {
    const found = find(files, part, kind);
    if (found !== undefined) return { path: found, bytes: await readFileOf(found, signal) };
    throw new DigitrainError(
      `${path}: there is no file of ${part === "train" ? "training" : "test"} ${kind}; looked for ${namesOf(part, kind).join(", ")}`,
    );
  };
  const hasTest = find(files, "t10k", "images") ?? find(files, "t10k", "labels");
  const parts: Part[] = hasTest === undefined ? ["train"] : ["train", "t10k"];
  const contents = await Promise.all(parts.flatMap((part) => [read(part, "images"), read(part, "labels")]));
  return fromIdxFiles(nameOf(path), contents, signal);
}
