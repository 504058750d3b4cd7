import { DigitrainError, OptionError, UnavailableError } from "../../base/errors.js";
import { environment } from "../../base/environment.js";
import { defaultCacheDirectory, fetchInto, remedyFor } from "./cache.js";
import type { Dataset } from "../dataset.js";
import type { DownloadOptions, PublishedFile } from "./download.js";
import { readIdxDirectory } from "../formats/directory.js";
import { join, lengthOf } from "../files.js";

/** A data set as its makers published it: MNIST's four files. */
interface PublishedSet {
  /** What people call it. */
  readonly title: string;
  /** Base URLs, in the order to try them. */
  readonly mirrors: readonly string[];
  readonly files: readonly PublishedFile[];
  /** The classes' names, where they are not the digits. */
  readonly classNames?: readonly string[];
}

/** The four files, by lengths and SHA-256 of training images, training labels, test images and test labels. */
function fourFiles(...published: readonly (readonly [length: number, sha256: string])[]): PublishedFile[] {
  const names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
  return published.map(([length, sha256], i) => ({ name: `${names[i] ?? ""}-ubyte.gz`, length, sha256 }));
}

const SETS = {
  mnist: {
    title: "MNIST",
    mirrors: [
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ],
    files: fourFiles(
      [9_630_610, "7ff28fd295f802eefc6d40e461175dfe4b969b1842b2abc8c6dc8c20711cf79f"],
      [28_878, "81a978ae83d39ffdba0db3ce2fcaf80a8921e9629e874428996a2b03242d4b2a"],
      [1_602_050, "197e111ae341b0770be9011ac5e622d0e6cd1c640b32eb0de5dc1dd26cc6e182"],
      [4_517, "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b"],
    ),
  },
  // Lengths and SHA-256 of the other two are those that TensorFlow Datasets checks them by.
  "fashion-mnist": {
    title: "Fashion-MNIST",
    mirrors: [
      "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ],
    files: fourFiles(
      [26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"],
      [29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"],
      [4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"],
      [5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"],
    ),
    classNames: [
      ...["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag"],
      "Ankle boot",
    ],
  },
  kmnist: {
    title: "KMNIST",
    mirrors: [
      "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
      "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    ],
    files: fourFiles(
      [18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"],
      [29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"],
      [3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"],
      [5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"],
    ),
    classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
  },
} as const satisfies Record<string, PublishedSet>;

/** The name of a data set that {@link loadPublished} knows. */
export type PublishedName = keyof typeof SETS;

/** The names of all of them. */
export const PUBLISHED_NAMES = Object.keys(SETS) as readonly PublishedName[];

/** Whether it is one of their names. */
export function isPublished(name: string): name is PublishedName {
  return Object.hasOwn(SETS, name);
}

/** A set's public mirrors, after the one that environment variable DIGITRAIN_MIRROR names. */
function mirrorsOf(name: PublishedName): string[] {
  const { mirrors } = SETS[name];
  const own = environment("DIGITRAIN_MIRROR");
  if (!own) return [...mirrors];
  if (!/^https?:\/\//i.test(own) || !URL.canParse(own))
    throw new OptionError(
      `DIGITRAIN_MIRROR takes the URL of a cache directory such as https://example.org/digitrain/, got "${own}"`,
    );
  return [`${own.replace(/\/$/, "")}/${name}/`, ...mirrors];
}

/**
 * A published data set, from the cache's directory of its name; what isn't there is downloaded.
 * @throws UnavailableError where a file is neither there nor can be downloaded; DigitrainError where one is damaged.
 */
export async function loadPublished(
  name: PublishedName,
  cacheDirectory: string,
  options: DownloadOptions,
): Promise<Dataset> {
  const set: PublishedSet = SETS[name];
  const directory = join(cacheDirectory, name);
  try {
    await fetchInto(directory, set.files, mirrorsOf(name), options);
  } catch (error) {
    const failed = error instanceof DigitrainError && !(error instanceof OptionError);
    if (!failed || error instanceof UnavailableError) throw error;
    throw new UnavailableError(`${error.message}; ${remedyFor(set.title, directory)}`);
  }
  const data = await readIdxDirectory(directory, options.signal, 10);
  return set.classNames ? { ...data, classNames: set.classNames } : data;
}

/** What {@link listCache} finds. */
export interface CacheListing {
  readonly directory: string;
  /** The data sets that are there, as a whole or in part. */
  readonly sets: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
}

/**
 * The downloaded data sets in a cache directory: for each how many of its four files are there, and how many bytes.
 * @param directory default: environment variable DIGITRAIN_CACHE, else the system's place for caches
 */
export async function listCache(directory: string = defaultCacheDirectory()): Promise<CacheListing> {
  const sets = PUBLISHED_NAMES.map(async (name) => {
    const lengths = await Promise.all(
      SETS[name].files.map((file) => lengthOf(join(directory, name, file.name))),
    );
    const found = lengths.filter((length) => length !== undefined);
    return { name, files: found.length, bytes: found.reduce((sum, size) => sum + size, 0) };
  });
  return { directory, sets: (await Promise.all(sets)).filter(({ files }) => files > 0) };
}
