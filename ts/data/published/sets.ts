import type { PublishedName } from "../source.js";

/** A file as it was published, to the bit: what it holds unpacked, or its compressed form, or both. */
export interface PublishedFile {
  /** Its name unpacked: train-images-idx3-ubyte. */
  readonly name: string;
  /** Its length unpacked, in bytes. */
  readonly length: number;
  /** The SHA-256 of what it holds unpacked, in hexadecimal, where a public source tells it. */
  readonly sha256?: string;
  /** The gzip file that most mirrors serve: where bytes are these, they need no other check. */
  readonly packed: { readonly length: number; readonly sha256: string };
}

/** A place that serves a set's files. */
export interface Mirror {
  /** A directory's URL, which ends with a slash. */
  readonly url: string;
  /** Whether it answers pages of other sites, too. */
  readonly cors?: true;
}

/** A data set as its makers published it: MNIST's four files. */
export interface PublishedSet {
  /** What people call it. */
  readonly title: string;
  /** In the order to ask them. */
  readonly mirrors: readonly Mirror[];
  /** An .npz file that holds the same numbers, for where no mirror has the files. */
  readonly archive?: string;
  readonly files: readonly PublishedFile[];
  /** The classes' names, where they are not the digits. */
  readonly classNames?: readonly string[];
}

/** SHA-256 of a file as it is compressed and, where it is known, of what it holds. */
type Digests = readonly [packedLength: number, packedSha256: string, sha256?: string];

/** Training images, training labels, test images and test labels: 60,000 and 10,000 of 28x28 pixels. */
const FILES = [
  { name: "train-images-idx3-ubyte", length: 47_040_016 },
  { name: "train-labels-idx1-ubyte", length: 60_008 },
  { name: "t10k-images-idx3-ubyte", length: 7_840_016 },
  { name: "t10k-labels-idx1-ubyte", length: 10_008 },
] as const;

function fourFiles(...digests: readonly [Digests, Digests, Digests, Digests]): PublishedFile[] {
  return digests.map(([length, packedSha256, sha256], i) => ({
    ...(FILES[i] ?? FILES[0]),
    packed: { length, sha256: packedSha256 },
    ...(sha256 !== undefined && { sha256 }),
  }));
}

export const SETS: Readonly<Record<PublishedName, PublishedSet>> = {
  mnist: {
    title: "MNIST",
    mirrors: [
      { url: "https://storage.googleapis.com/cvdf-datasets/mnist/" },
      { url: "https://ossci-datasets.s3.amazonaws.com/mnist/" },
      { url: "https://cdn.jsdelivr.net/gh/fgnt/mnist/", cors: true },
    ],
    // The walk-through's own source.
    archive: "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    files: fourFiles(
      [
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      ],
      [
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      ],
      [
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      ],
      [
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      ],
    ),
  },
  // Lengths and SHA-256 of the other two, as compressed, are those that TensorFlow Datasets checks them by.
  "fashion-mnist": {
    title: "Fashion-MNIST",
    mirrors: [
      { url: "https://storage.googleapis.com/tensorflow/tf-keras-datasets/" },
      {
        url: "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        cors: true,
      },
      { url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/" },
    ],
    files: fourFiles(
      [26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"],
      [
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      ],
      [4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"],
      [
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
      ],
    ),
    classNames: [
      ...["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag"],
      "Ankle boot",
    ],
  },
  kmnist: {
    title: "KMNIST",
    mirrors: [
      { url: "https://codh.rois.ac.jp/kmnist/dataset/kmnist/" },
      { url: "http://codh.rois.ac.jp/kmnist/dataset/kmnist/" },
    ],
    files: fourFiles(
      [18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"],
      [29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"],
      [3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"],
      [5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"],
    ),
    classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
  },
};
