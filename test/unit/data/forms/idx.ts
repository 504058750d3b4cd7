import { gzipSync } from "node:zlib";
import type { Examples } from "../../../../ts/data/dataset.js";
import { encodeIdx } from "../../../../ts/data/formats/idx.js";
import { type Digits, type Files, type Form, onTheirSide } from "./form.js";

/** The four files, under names that a prefix begins and perhaps a suffix ends. */
function fourFiles({ train, test }: Digits, name = (part: string, kind: string) => `${part}-${kind}`): Files {
  const parts: [string, Examples][] = [
    ["train", train],
    ["t10k", test],
  ];
  return Object.fromEntries(
    parts.flatMap(([part, examples]) => {
      const { images, labels } = encodeIdx(examples);
      return [
        [name(part, "images-idx3-ubyte"), images],
        [name(part, "labels-idx1-ubyte"), labels],
      ];
    }),
  );
}

const compressed = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));

/** Files under other names. */
const renamed = (files: Files, name: (old: string) => string): Files =>
  Object.fromEntries(Object.entries(files).map(([old, bytes]) => [name(old), bytes]));

/** An IDX file of numbers of 4 bytes: its magic number, its sizes, and a writer of each. */
function wideIdx(
  magic: number,
  sizes: readonly number[],
  values: ArrayLike<number>,
  write: "setInt32" | "setFloat32",
): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 4 * sizes.length + 4 * values.length));
  [magic, ...sizes].forEach((number, i) => {
    view.setUint32(4 * i, number);
  });
  Array.from(values).forEach((value, i) => {
    view[write](4 + 4 * sizes.length + 4 * i, value);
  });
  return new Uint8Array(view.buffer);
}

/** Two gzip files, one behind the other. */
function inTwoMembers(bytes: Uint8Array | string): Uint8Array {
  const whole = Buffer.from(bytes);
  return Buffer.concat([gzipSync(whole.subarray(0, 100)), gzipSync(whole.subarray(100))]);
}

const filledUp = (bytes: Uint8Array | string) => Buffer.concat([Buffer.from(bytes), Buffer.alloc(500)]);

export const IDX_FORMS: readonly Form[] = [
  {
    what: "MNIST's four files, `train-images-idx3-ubyte` and so on, or with a dot before `idx`",
    done: "read",
    files: (digits) => renamed(fourFiles(digits), (name) => name.replace("images-", "images.")),
  },
  { what: "the same as `.gz`", done: "unpacked", files: (digits) => compressed(fourFiles(digits)) },
  {
    what: "`.gz` that the server unpacked, or a gzip file under another name",
    done: "told by what they hold",
    files: (digits) => ({
      ...renamed(fourFiles(digits), (name) => `${name}.gz`),
      "t10k-images-idx3-ubyte.gz": gzipSync(fourFiles(digits)["t10k-images-idx3-ubyte"] ?? ""),
    }),
  },
  {
    what: "`.gz` of several members",
    done: "unpacked whole",
    files: (digits) =>
      Object.fromEntries(
        Object.entries(fourFiles(digits)).map(([name, bytes]) => [`${name}.gz`, inTwoMembers(bytes)]),
      ),
  },
  {
    what: "zeros behind the data, or behind the gzip file",
    done: "ignored",
    files: (digits) => {
      const files = Object.entries(fourFiles(digits));
      return Object.fromEntries(
        files.map(([name, bytes], i) =>
          i < 2 ? [name, filledUp(bytes)] : [`${name}.gz`, filledUp(gzipSync(bytes))],
        ),
      );
    },
  },
  {
    what: "Kaggle's archive: directories named as the files, with files beside them",
    done: "the files in them, or beside them",
    files: (digits) => {
      const files = fourFiles(digits);
      const inside = renamed(files, (name) => `${name}/${name}`);
      const beside = renamed(files, (name) => name.replace("-idx", ".idx"));
      return { ...inside, ...Object.fromEntries(Object.entries(beside).slice(0, 2)) };
    },
  },
  {
    what: "torchvision's root: `MNIST/raw`, with `.gz` beside what was unpacked",
    done: "found",
    files: (digits) =>
      renamed({ ...fourFiles(digits), ...compressed(fourFiles(digits)) }, (name) => `MNIST/raw/${name}`),
  },
  {
    what: "an archive's directory around the files, a Mac's `__MACOSX` beside it",
    done: "the inner directory; `__MACOSX` is ignored",
    files: (digits) => ({
      ...renamed(fourFiles(digits), (name) => `mnist/data/${name}`),
      "__MACOSX/mnist/._data": "x",
    }),
  },
  {
    what: "a name with dots before the usual one",
    done: "read",
    files: (digits) => fourFiles(digits, (part, kind) => `my.digits.v2-${part}-${kind}`),
  },
  {
    what: "several sets in one directory, as EMNIST's archive has",
    done: "refused, unless one of the files is named",
    files: (digits) => ({
      ...fourFiles(digits, (part, kind) => `emnist-digits-${part.replace("t10k", "test")}-${kind}`),
      ...fourFiles(digits, (part, kind) => `emnist-letters-${part.replace("t10k", "test")}-${kind}`),
    }),
    error: "~: there are files of several data sets, emnist-digits-test-images-idx3-ubyte,",
  },
  {
    what: "one of the files named",
    done: "its set",
    files: (digits) => ({
      ...fourFiles(digits),
      ...fourFiles({ train: digits.test, test: digits.train }, (part, kind) => `other-${part}-${kind}`),
    }),
    path: "train-images-idx3-ubyte",
  },
  {
    what: "QMNIST's labels, `idx2-int`",
    done: "their first column",
    files: (digits) => {
      const { "train-images-idx3-ubyte": images = "", ...files } = fourFiles(digits);
      delete files["train-labels-idx1-ubyte"];
      const rows = [...digits.train.labels].flatMap((label, i) => [label, 0, 1, i, 2, 3, 0, 0]);
      return {
        ...renamed(files, (name) => `qmnist-${name.replace("t10k", "test")}`),
        "qmnist-train-images-idx3-ubyte": images,
        "qmnist-train-labels-idx2-int": wideIdx(0x0c02, [digits.train.count, 8], rows, "setInt32"),
      };
    },
  },
  {
    what: "real numbers (`0x0d`, `0x0e`)",
    done: "used as they are",
    files: (digits) => {
      const pixels = Float32Array.from(digits.train.images, (pixel) => pixel / 255);
      const images = wideIdx(0x0d03, [digits.train.count, 28, 28], pixels, "setFloat32");
      return {
        "train-images-idx3-float": images,
        "train-labels-idx1-ubyte": fourFiles(digits)["train-labels-idx1-ubyte"] ?? "",
      };
    },
    data: ({ train }) => ({
      train: { ...train, images: Float32Array.from(train.images, (pixel) => pixel / 255) },
    }),
  },
  {
    what: "letters, labelled 1 to 26",
    done: "read; that class 0 is missing is said",
    files: ({ train, test }) =>
      fourFiles({
        train: { ...train, labels: train.labels.map((label) => label + 1) },
        test: { ...test, labels: test.labels.map((label) => label + 1) },
      }),
    data: ({ train: { labels } }) => ({ classes: 11, train: { labels: labels.map((label) => label + 1) } }),
    remarks: ["classes missing"],
  },
  {
    what: "EMNIST's files, whose images have rows for columns",
    done: "set upright, and said",
    files: ({ train, test }) =>
      fourFiles(
        { train: onTheirSide(train), test: onTheirSide(test) },
        (part, kind) => `emnist-digits-${part.replace("t10k", "test")}-${kind}`,
      ),
    remarks: ["transposed"],
  },
  {
    what: "images with rows for columns under any name",
    done: "told by a look at them, set upright, and said",
    files: ({ train, test }) => fourFiles({ train: onTheirSide(train), test: onTheirSide(test) }),
    remarks: ["transposed"],
  },
  {
    what: "files called EMNIST's that are upright",
    done: "left as they are",
    files: (digits) => fourFiles(digits, (part, kind) => `emnist-${part.replace("t10k", "test")}-${kind}`),
  },
  {
    what: "images dark on light",
    done: "turned, so that paper is 0, and said; `--ink light` (`ink`) leaves them",
    files: ({ train, test }) => {
      const inverted = (examples: Examples) => ({
        ...examples,
        images: examples.images.map((pixel) => 255 - pixel),
      });
      return fourFiles({ train: inverted(train), test: inverted(test) });
    },
    remarks: ["dark on light"],
  },
];
