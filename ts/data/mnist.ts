import { join } from "node:path";
import { DigitrainError, OptionError, UnavailableError } from "../errors.js";
import { fetchInto } from "./cache.js";
import type { Dataset } from "./dataset.js";
import type { DownloadOptions, PublishedFile } from "./download.js";
import { readIdxDirectory } from "./directory.js";

const FILES: readonly PublishedFile[] = [
  {
    name: "train-images-idx3-ubyte.gz",
    length: 9_630_610,
    sha256: "7ff28fd295f802eefc6d40e461175dfe4b969b1842b2abc8c6dc8c20711cf79f",
  },
  {
    name: "train-labels-idx1-ubyte.gz",
    length: 28_878,
    sha256: "81a978ae83d39ffdba0db3ce2fcaf80a8921e9629e874428996a2b03242d4b2a",
  },
  {
    name: "t10k-images-idx3-ubyte.gz",
    length: 1_602_050,
    sha256: "197e111ae341b0770be9011ac5e622d0e6cd1c640b32eb0de5dc1dd26cc6e182",
  },
  {
    name: "t10k-labels-idx1-ubyte.gz",
    length: 4_517,
    sha256: "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b",
  },
];

const MIRRORS = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

/** The public mirrors, after the one that environment variable DIGITRAIN_MIRROR names. */
function mirrors(): string[] {
  const own = process.env.DIGITRAIN_MIRROR;
  if (!own) return MIRRORS;
  if (!/^https?:\/\//i.test(own) || !URL.canParse(own))
    throw new OptionError(`DIGITRAIN_MIRROR takes a URL such as https://example.org/mnist/, got "${own}"`);
  return [own, ...MIRRORS];
}

/**
 * MNIST, from the cache's directory "mnist"; what isn't there is downloaded.
 * @throws UnavailableError where a file is neither there nor can be downloaded; DigitrainError where one is damaged.
 */
export async function loadMnist(cacheDirectory: string, options: DownloadOptions): Promise<Dataset> {
  const directory = join(cacheDirectory, "mnist");
  try {
    await fetchInto(directory, FILES, mirrors(), options);
  } catch (error) {
    if (error instanceof OptionError || !(error instanceof DigitrainError)) throw error;
    throw new UnavailableError(
      `${error.message}; put MNIST's four files into ${directory}, or name data of your own: --data DIR or loadDataset(directory)`,
    );
  }
  return readIdxDirectory(directory, options.signal);
}
