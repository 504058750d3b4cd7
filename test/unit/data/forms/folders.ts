import { encode } from "fast-png";
import type { Examples } from "../../../../ts/data/dataset.js";
import { type Digits, type Files, type Form, pixelsOf } from "./form.js";

const png = (pixels: number[], side = 28) =>
  encode({ width: side, height: side, data: Uint8Array.from(pixels), channels: 1 });

/** A picture of each example, under a name made of its label and its place. */
function pictures(
  examples: Examples,
  name: (label: number, i: number) => string,
  change = (pixel: number) => pixel,
): Files {
  const files = [...examples.labels].map(
    (label, i) => [name(label, i), png(pixelsOf(examples, i).map(change))] as const,
  );
  return Object.fromEntries(files);
}

/** The digits' classes in the order of their directories, and the pixels of those of class 0, which come first. */
const inClassOrder = ({ train }: Digits) => ({
  classes: 10,
  train: { labels: train.labels.toSorted(), count: train.count, shape: [28, 28] },
});
const withTest = (digits: Digits) => ({
  ...inClassOrder(digits),
  test: { labels: digits.test.labels.toSorted(), count: digits.test.count },
});
const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const side = (label: number, i: number) => `${label}/${i}.png`;

export const FOLDER_FORMS: readonly Form[] = [
  {
    what: "a directory for each class",
    done: "classes by their names",
    files: ({ train }) => pictures(train, side),
    data: inClassOrder,
  },
  ...(
    [
      ["`train`, `test`", "train", "test"],
      ["`training_set`, `test_set`", "training_set", "test_set"],
      ["`Train`, `Testing`", "Train", "Testing"],
    ] as const
  ).map(([what, trainName, testName]): Form => ({
    what: `${what} around them`,
    done: "training and test images",
    files: ({ train, test }) => ({
      ...pictures(train, (label, i) => `${trainName}/${label}/${i}.png`),
      ...pictures(test, (label, i) => `${testName}/${label}/${i}.png`),
    }),
    data: withTest,
  })),
  {
    what: "names that begin with the set's: `MNIST - JPG - training`, `mnist_test`",
    done: "training and test images, where all directories are such",
    files: ({ train, test }) => ({
      ...pictures(train, (label, i) => `data/MNIST - JPG - training/${label}/${i}.png`),
      ...pictures(test, (label, i) => `data/MNIST - JPG - testing/${label}/${i}.png`),
    }),
    data: withTest,
  },
  {
    what: "classes that are called so, among others: `bullet train`, `car`",
    done: "classes",
    files: ({ train }) =>
      pictures(train, (label, i) => `${label % 2 === 0 ? "bullet train" : "car"}/${i}.png`),
    data: ({ train }) => ({ classNames: ["bullet train", "car"], train: { count: train.count } }),
  },
  {
    what: "Kaggle's `trainingSet/trainingSet/CLASS` and `testSet/testSet` without classes",
    done: "training images, and no test set, which is said",
    files: ({ train, test }) => ({
      ...pictures(train, (label, i) => `trainingSet/trainingSet/${label}/${i}.png`),
      ...pictures(test, (_, i) => `testSet/testSet/img_${i}.png`),
    }),
    data: inClassOrder,
    remarks: ["left out"],
    remark: "so they are not used as a test set; predict can read them",
  },
  {
    what: "`val`, `valid`, `validation` or `dev` beside them",
    done: "validation examples, which judge the epochs",
    files: ({ train, test }) => ({
      ...pictures(train, (label, i) => `train/${label}/${i}.png`),
      ...pictures(test, (label, i) => `valid/${label}/${i}.png`),
      ...pictures(test, (label, i) => `test/${label}/${i}.png`),
    }),
    data: (digits) => ({ ...withTest(digits), validation: withTest(digits).test }),
  },
  {
    what: "`train` and `valid` alone, as fastai has them",
    done: "what is there for validation is the test set",
    files: ({ train, test }) => ({
      ...pictures(train, (label, i) => `train/${label}/${i}.png`),
      ...pictures(test, (label, i) => `valid/${label}/${i}.png`),
    }),
    data: withTest,
  },
  {
    what: "a directory or two around all, a Mac's `__MACOSX` beside it",
    done: "the inner directory",
    files: ({ train, test }) => ({
      ...pictures(train, (label, i) => `archive/digits/train/${label}/${i}.png`),
      ...pictures(test, (label, i) => `archive/digits/test/${label}/${i}.png`),
      "__MACOSX/archive/._x.png": "x",
    }),
    data: withTest,
  },
  {
    what: "Kaggle's `training_set/training_set/CLASS`",
    done: "the inner directory",
    files: ({ train }) => pictures(train, (label, i) => `training_set/training_set/${label}/${i}.png`),
    data: inClassOrder,
  },
  {
    what: "pictures one level deeper, `CLASS/images/*.png`",
    done: "classes by the upper names",
    files: ({ train }) => pictures(train, (label, i) => `${label}/images/${i}.png`),
    data: inClassOrder,
  },
  {
    what: "classes one level deeper, `WRITER/CLASS/*.png`",
    done: "classes by the lower names, which recur",
    files: ({ train }) => pictures(train, (label, i) => `writer${i % 3}/${label}/${i}.png`),
    data: ({ train }) => ({ classes: 10, train: { count: train.count } }),
  },
  {
    what: "`00` to `09`",
    done: "digits",
    files: ({ train }) => pictures(train, (label, i) => `0${label}/${i}.png`),
    data: inClassOrder,
  },
  {
    what: "`zero` to `nine`",
    done: "digits, in their order",
    files: ({ train }) => pictures(train, (label, i) => `${WORDS[label] ?? ""}/${i}.png`),
    data: inClassOrder,
  },
  {
    what: "pictures of digits of any size, dark on light or light on dark: your own photographs",
    done: "brought into MNIST's form",
    files: ({ train }) => {
      const large = (i: number) =>
        Array.from({ length: 56 * 56 }, (_, pixel) => {
          const [y, x] = [Math.floor(pixel / 112), Math.floor((pixel % 56) / 2)];
          return 250 - 0.9 * (pixelsOf(train, i)[28 * y + x] ?? 0);
        });
      return Object.fromEntries([...train.labels].map((label, i) => [side(label, i), png(large(i), 56)]));
    },
    data: inClassOrder,
  },
  {
    what: "other classes",
    done: "pictures as they are, in shades of grey, all of one size; dark on light is turned, and said",
    files: ({ train }) =>
      pictures(
        train,
        (label, i) => `class ${"abcdefghij"[label] ?? ""}/${i}.png`,
        (pixel) => 255 - pixel,
      ),
    data: ({ train }) => ({
      classNames: Array.from("abcdefghij", (letter) => `class ${letter}`),
      train: { count: train.count },
    }),
    remarks: ["dark on light"],
  },
  ...(
    [
      ["`img_00012_label_7.png`", (label, i) => `img_000${i}_label_${label}.png`],
      ["`7_0001.png`, `7 (12).png`", (label, i) => `${label}_000${i}.png`],
      ["`img_0012_7.png`", (label, i) => `img_${i}_${label}.png`],
    ] as [string, (label: number, i: number) => string][]
  ).map(([what, name]): Form => ({
    what: `no directories of classes, but labels in all names: ${what}`,
    done: "the labels",
    files: ({ train, test }) => ({
      ...pictures(train, (label, i) => `train/${name(label, i)}`),
      ...pictures(test, (label, i) => `test/${name(label, i)}`),
    }),
    data: ({ train, test }) => ({ classes: 10, train: { count: train.count }, test: { count: test.count } }),
  })),
  {
    what: "`cat.1.png`, `dog.1.png`",
    done: "the classes' names",
    files: ({ train }) => pictures(train, (label, i) => `${label % 2 === 0 ? "cat" : "dog"}.${i}.png`),
    data: () => ({ classNames: ["cat", "dog"] }),
  },
  {
    what: "pictures whose names tell nothing",
    done: "refused",
    files: ({ train }) => pictures(train, (_, i) => `img_${i}.png`),
    error:
      "~: there are 30 pictures, but nothing tells their classes; put those of each class into a directory of its name, or the label into each name, such as 7_0001.png",
  },
  {
    what: "test pictures without classes",
    done: "no test set, and said; `predict` takes them",
    files: ({ train, test }) => ({
      ...pictures(train, (label, i) => `train/${label}/${i}.png`),
      ...pictures(test, (_, i) => `test/${i}.png`),
    }),
    data: inClassOrder,
    remarks: ["left out"],
    remark: "its 20 pictures have no labels, so they are not used as a test set; predict can read them",
  },
  {
    what: "broken pictures, fewer than 1 %",
    done: "left out, and said",
    files: ({ train }) => ({
      ...pictures(train, side),
      ...(Object.assign(
        {},
        ...[1, 2, 3].map((copy) => pictures(train, (label, i) => `${label}/${copy}-${i}.png`)),
      ) as Files),
      "3/empty.png": "",
    }),
    data: ({ train }) => ({ train: { count: 4 * train.count } }),
    remarks: ["left out"],
    remark: "1 of 121 pictures can't be read, and are left out (",
  },
  {
    what: "more broken pictures",
    done: "refused; the first five are named, with what is wrong with each",
    files: ({ train }) => ({
      ...pictures(train, side),
      ...Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`0/x${i}.png`, i === 0 ? "" : "GIF89a"])),
    }),
    error:
      "~: 7 of 37 pictures can't be read: ~/0/x0.png: the file is empty; ~/0/x1.png: this is neither a PNG file nor a JPEG file",
  },
  {
    what: "other kinds of pictures: BMP, GIF, WebP, TIFF, HEIC, SVG",
    done: "refused, with how to convert them",
    files: ({ train }) => ({ ...pictures(train, side), "x/1.bmp": "BM" }),
    error:
      "~/x: there are no .png, .jpg or .jpeg files in it; each class needs some, but there are .bmp files; convert these, such as with: mogrify -format png *.bmp",
  },
];
