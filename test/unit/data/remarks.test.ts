import type { Dataset, Examples } from "../../../ts/data/dataset.js";
import { loadDataset } from "../../../ts/data/load.js";
import { type RemarkOptions, remarksOn } from "../../../ts/data/remarks.js";
import { onTheirSide } from "./forms/form.js";
import { syntheticDigits } from "../../../ts/data/synthetic.js";
import { lightOnDark } from "../../../ts/data/ink.js";

let digits: Dataset & { test: Examples };

beforeAll(async () => {
  const { test, ...data } = await syntheticDigits({ train: 600, test: 100 });
  if (!test) throw new Error("there are no test digits");
  digits = { ...data, test };
});

const scaled = (examples: Examples, scale: number): Examples => ({
  ...examples,
  images: Float32Array.from(examples.images, (pixel) => pixel * scale),
});
const rounded = (examples: Examples, most: number): Examples => ({
  ...examples,
  images: examples.images.map((pixel) => Math.round((pixel * most) / 255)),
});

const turned = (examples: Examples) => lightOnDark(examples, { ink: "dark" });

/** Examples in the order of their labels. */
function inClassOrder(examples: Examples): Examples {
  const order = [...examples.labels.keys()].sort(
    (a, b) => (examples.labels[a] ?? 0) - (examples.labels[b] ?? 0),
  );
  const images = new Uint8Array(examples.images.length);
  order.forEach((from, to) => {
    images.set(examples.images.subarray(784 * from, 784 * (from + 1)), 784 * to);
  });
  return { ...examples, images, labels: Int32Array.from(order, (i) => examples.labels[i] ?? 0) };
}

describe("remarks", () => {
  it("are none where nothing is wrong", async () => {
    expect(remarksOn(digits)).toEqual([]);
    expect(remarksOn(digits, { limit: 3 })).toEqual([]);
    expect(
      remarksOn({ ...digits, train: scaled(digits.train, 1 / 255), test: scaled(digits.test, 1 / 255) }),
    ).toEqual([]);
    const standardized = ({ images, ...examples }: Examples): Examples => ({
      ...examples,
      images: Float32Array.from(images, (pixel) => (pixel / 255 - 0.13) / 0.31),
    });
    expect(
      remarksOn({ ...digits, train: standardized(digits.train), test: standardized(digits.test) }),
    ).toEqual([]);
    const flowers = Float32Array.of(5.1, 3.5, 1.4, 0.2, 7, 3.2, 4.7, 1.4);
    expect(remarksOn(await loadDataset({ train: { images: flowers, labels: [0, 1] } }))).toEqual([]);
    expect(
      remarksOn({
        ...digits,
        train: { ...digits.train, images: new Uint8Array(), labels: new Int32Array(), count: 0 },
      }),
    ).toEqual([]);
  });

  it("begin with what was said when the data was loaded", () => {
    const remark = { kind: "left out", text: "a column" } as const;
    expect(remarksOn({ ...digits, remarks: [remark] })).toEqual([remark]);
  });

  const CASES: [
    kind: string,
    text: string,
    change: () => Partial<Dataset> | Promise<Partial<Dataset>>,
    options?: RemarkOptions,
  ][] = [
    [
      "classes missing",
      "no training example has the label 0, though labels go up to 10, so the network gets 11 outputs",
      () => ({
        classes: 11,
        train: { ...digits.train, labels: digits.train.labels.map((label) => label + 1) },
        test: { ...digits.test, labels: digits.test.labels.map((label) => label + 1) },
      }),
    ],
    [
      "classes missing",
      "no training example has the labels 1, 3, 5, 7, 9, though labels go up to 9",
      () => ({ train: { ...digits.train, labels: digits.train.labels.map((label) => label - (label % 2)) } }),
    ],
    [
      "dark on light",
      "the images are dark on light, but a network takes 0 for paper",
      () => ({ train: turned(digits.train) }),
    ],
    [
      "scale",
      "the 8-bit pixels end at 16, but 255 is full ink, so the network sees 0.0627 at most and learns slowly; multiply them by 15.9",
      () => ({ train: rounded(digits.train, 16), test: rounded(digits.test, 16) }),
    ],
    [
      "scale",
      "the 8-bit pixels end at 1, ",
      () => ({ train: rounded(digits.train, 1), test: rounded(digits.test, 1) }),
    ],
    [
      "scale",
      "the numbers go up to 255, but real numbers are used as they are, and networks learn best from 0 to 1; divide them by 255, or save them as uint8",
      () => ({ train: scaled(digits.train, 1), test: scaled(digits.test, 1) }),
    ],
    [
      "test scale",
      "the training images end at 1, but the test images at 255",
      () => ({ train: scaled(digits.train, 1 / 255), test: scaled(digits.test, 1) }),
    ],
    [
      "test scale",
      "the training images end at 1, but the test images at 0.00392",
      () => ({ test: rounded(digits.test, 1) }),
    ],
    [
      "sorted",
      "so the first 130 hold only the classes 0, 1, 2, 3 of 10",
      () => ({ train: inClassOrder(digits.train) }),
      { limit: 130 },
    ],
    [
      "sorted",
      "so the first 20 hold only class 0, 1 of 10;",
      () => ({ train: inClassOrder(digits.train) }),
      { limit: 20 },
    ],
    ["transposed", "the images seem to lie on their side", () => ({ train: onTheirSide(digits.train) })],
    [
      "test in training",
      "100 % of the test images are among the training images, too",
      () => ({ test: digits.train }),
    ],
    [
      "images equal",
      "84 % of the training images are empty, so there is little to learn",
      () => ({
        train: {
          ...digits.train,
          images: digits.train.images.map((pixel, i) => (i < 784 * 500 ? 0 : pixel)),
        },
      }),
    ],
  ];

  it.each(CASES)("tell of: %s (%s)", async (kind, text, change, options = {}) => {
    const remarks = remarksOn({ ...digits, ...(await change()) }, options);
    expect(remarks).toEqual([{ kind, text: expect.stringContaining(text) as string }]);
  });

  it("don't tell of ink that is known", () => {
    expect(remarksOn({ ...digits, train: turned(digits.train), ink: "light" })).toEqual([]);
  });
});
