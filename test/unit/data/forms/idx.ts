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

export const IDX_FORMS: readonly Form[] = [
  {
    what: "MNIST's four files, `train-images-idx3-ubyte` and so on",
    done: "read",
    files: (digits) => fourFiles(digits),
  },
  { what: "the same as `.gz`", done: "unpacked", files: (digits) => compressed(fourFiles(digits)) },
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
