import { readFile } from "node:fs/promises";
import fc from "fast-check";
import type { Dataset } from "../../../../ts/data/dataset.js";
import { readNpz } from "../../../../ts/data/formats/npz.js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { npy, npz, rejection, TYPES } from "../made.js";

const x = npy("|u1", [3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 254, 255]);
const y = npy("<i8", [3], [2, 0, 1]);
const whole = { x_train: x, y_train: y, x_test: x, y_test: y };

/** The numbers of 2 examples of 3 numbers, as arrays of a dtype hold them. */
function imagesOf(type: string): fc.Arbitrary<number[]> {
  const largest = type === "b1" ? 1 : type === "i1" ? 127 : 255;
  const value = type.startsWith("f")
    ? fc.float({ noNaN: true, noDefaultInfinity: true })
    : fc.integer({ min: 0, max: largest });
  return fc.array(value, { minLength: 6, maxLength: 6 });
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

async function refusal(arrays: Record<string, Uint8Array>): Promise<unknown> {
  return rejection(readNpz(npz(arrays), "dir/f.npz"));
}

describe("readNpz", () => {
  it.each([0, 6] as const)("reads training and test examples, compressed at level %d", async (level) => {
    const dataset = await readNpz(npz(whole, level), "dir/f.npz");
    expect(dataset).toMatchObject({ name: "f.npz", classes: 3 });
    for (const examples of [dataset.train, dataset.test]) {
      expect(examples).toEqual({
        images: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 254, 255),
        labels: Int32Array.of(2, 0, 1),
        count: 3,
        shape: [2, 2],
      });
    }
  });

  it("reads a file that numpy wrote", async () => {
    const file = new URL("../../../fixtures/reference/data.npz", import.meta.url);
    const { classes, train, test } = await readNpz(new Uint8Array(await readFile(file)), "data.npz");
    expect(classes).toBe(10);
    expect([train.count, ...train.shape]).toEqual([200, 28, 28]);
    expect([test?.count, ...(test?.shape ?? [])]).toEqual([40, 28, 28]);
    // As numpy prints them.
    expect(Array.from(train.labels.subarray(0, 10))).toEqual([3, 3, 3, 4, 0, 0, 5, 3, 9, 3]);
    expect(Array.from(test?.labels.subarray(0, 5) ?? [])).toEqual([0, 2, 8, 4, 8]);
    expect(sumOf(train.images)).toBe(4_016_442);
    expect(sumOf(test?.images ?? [])).toBe(807_696);
  });

  it("needs no test set", async () => {
    const dataset = await readNpz(npz({ x_train: x, y_train: y }), "f.npz");
    expect(dataset).not.toHaveProperty("test");
  });

  it.each(TYPES)("gives back images of dtype %s", async (type) => {
    await fc.assert(
      fc.asyncProperty(imagesOf(type), fc.constantFrom("<", ">"), async (values, order) => {
        const arrays = {
          x_train: npy(`${order}${type}`, [2, 3], values),
          y_train: npy(`${order}${type}`, [2, 1], [1, 0]),
        };
        const { train } = await readNpz(npz(arrays, 6), "f.npz");
        const pixels = type.startsWith("u") || type.startsWith("i");
        expect(train.images).toEqual(pixels ? Uint8Array.from(values) : Float32Array.from(values));
        expect(train.labels).toEqual(Int32Array.of(1, 0));
      }),
      { numRuns: 30 },
    );
  });

  it("takes float32 numbers wherever they stand in the file", async () => {
    const values = [1.5, -2, 3e-9, 4, 5, 6];
    for (const length of [0, 1, 2, 3]) {
      const pad = new Uint8Array(length);
      const x_train = npy("<f4", [2, 3], values);
      const { train } = await readNpz(npz({ pad, x_train, y_train: npy("|u1", [2], [0, 1]) }), "f.npz");
      expect(train.images).toEqual(Float32Array.from(values));
    }
  });

  it("takes 10 classes or more for images of 28x28", async () => {
    const x_train = npy("|u1", [2, 28, 28], new Uint8Array(2 * 784));
    const { classes } = await readNpz(npz({ x_train, y_train: npy("|u1", [2], [0, 3]) }), "f.npz");
    expect(classes).toBe(10);
    const more = await readNpz(npz({ x_train, y_train: npy("|u1", [2], [0, 10]) }), "f.npz");
    expect(more.classes).toBe(11);
  });

  it.each([
    [
      { x_train: x },
      "dir/f.npz: there are no training labels; a data set has arrays such as x_train and y_train and, for a test set, x_test and y_test, but there are x_train",
    ],
    [
      {},
      "dir/f.npz: there are no training images and labels; a data set has arrays such as x_train and y_train and, for a test set, x_test and y_test, but there are none",
    ],
    [
      { x_train: x, y_train: y, y_test: y },
      "dir/f.npz: there are no test images; a data set has arrays such as x_train and y_train and, for a test set, x_test and y_test, but there are x_train, y_train, y_test",
    ],
    [
      { x_train: npy("|u1", [3], [1, 2, 3]), y_train: y },
      "dir/f.npz: x_train: takes the shape (n, ...), got (3,)",
    ],
    [
      { x_train: x, y_train: npy("|u1", [3, 2], [1, 0, 0, 1, 1, 1]) },
      "dir/f.npz: y_train: row 2 of its 2 columns has no single 1 among zeros, as a one-hot label does; an image has one label, so data with several labels an image can't be learned",
    ],
    [
      { x_train: npy("|u1", [2 ** 33, 0], []), y_train: npy("|u1", [2 ** 33, 0], []) },
      "dir/f.npz: y_train: takes one label an image, the shape (n,), (n, 1) or, one-hot, (n, classes), got (8589934592, 0)",
    ],
    [
      { x_train: x, y_train: npy("|u1", [], [1]) },
      "dir/f.npz: y_train: takes one label an image, the shape (n,), (n, 1) or, one-hot, (n, classes), got ()",
    ],
    [
      { x_train: x, y_train: npy("|u1", [2], [1, 0]) },
      "dir/f.npz: x_train holds 3 images, but y_train 2 labels",
    ],
    [
      { x_train: npy("<i2", [2, 3], [0, 1, 2, 3, 256, 5]), y_train: npy("|u1", [2], [1, 0]) },
      "dir/f.npz: x_train: image 1 holds 256 at position 1, but integers are pixels from 0 to 255; save other numbers as float32",
    ],
    [
      { x_train: npy("|i1", [2, 1], [-1, 0]), y_train: npy("|u1", [2], [1, 0]) },
      "dir/f.npz: x_train: image 0 holds -1 at position 0, but integers are pixels from 0 to 255; save other numbers as float32",
    ],
    [
      { x_train: npy("<f4", [2, 1], [0.5, NaN]), y_train: npy("|u1", [2], [1, 0]) },
      "dir/f.npz: x_train: example 1 holds NaN at position 0, but numbers must be finite",
    ],
    [
      { x_train: npy("<f8", [2, 1], [1e300, 1]), y_train: npy("|u1", [2], [1, 0]) },
      "dir/f.npz: x_train: example 0 holds Infinity at position 0, but numbers must be finite",
    ],
    [
      { x_train: x, y_train: npy("<f8", [3], [0, 1.5, 2]) },
      "dir/f.npz: y_train: the label at position 1 is 1.5, but labels are whole numbers from 0 to 65535",
    ],
    [
      { x_train: npy("|u1", [0, 28, 28], []), y_train: npy("|u1", [0], []) },
      "dir/f.npz: y_train: there are no examples; at least 1 is needed",
    ],
  ])("refuses wrong arrays (%#)", async (arrays, message) => {
    expect(await refusal(arrays)).toEqual(new DigitrainError(message));
  });

  it("stops at an abort", async () => {
    const reason = new Error("enough");
    expect(await rejection(readNpz(npz(whole), "f.npz", AbortSignal.abort(reason)))).toBe(reason);
  });
});

describe.each([0, 6] as const)("a damaged .npz, compressed at level %d", (level) => {
  const bytes = npz(whole, level);

  it("is refused where it is cut off, anywhere", async () => {
    for (let length = 0; length < bytes.length; length++)
      expect(await rejection(readNpz(bytes.subarray(0, length), "f"))).toBeInstanceOf(DigitrainError);
  });

  it("is refused, or read as before, where any byte is changed", async () => {
    const intact = await readNpz(bytes, "f");
    let refused = 0;
    let said = 0;
    for (let position = 0; position < bytes.length; position++) {
      const copy = bytes.slice();
      copy[position] = (copy[position] ?? 0) ^ 0xff;
      const result = await readNpz(copy, "f").catch((error: unknown) => error);
      if (result instanceof DigitrainError) refused++;
      else if ((result as Dataset).remarks) said++;
      else expect(result).toEqual(intact);
    }
    // What may change unseen: times, attributes, versions, the directory's copy of names and the like.
    expect(refused).toBeGreaterThan(bytes.length / 2);
    // An array's name may become another, which is said.
    expect(said).toBeLessThan(bytes.length / 20);
  });
});
