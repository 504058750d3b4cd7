import fc from "fast-check";
import type { Dataset, OwnData } from "../../../ts/data/dataset.js";
import { checkDataset, fromOwnData } from "../../../ts/data/check.js";
import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import { rejection } from "./made.js";

const train = { images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: [0, 1, 2] };

describe("fromOwnData", () => {
  it("takes arrays as they are", async () => {
    const images = Float32Array.of(-1, 0.5, 2, 1e30);
    const labels = Int32Array.of(1, 0);
    const dataset = await fromOwnData({
      name: "pairs",
      train: { images, labels, shape: [2, 1] },
      classes: 7,
    });
    expect(dataset).toEqual({
      name: "pairs",
      classes: 7,
      train: { images, labels, count: 2, shape: [2, 1] },
    });
    expect(dataset.train.images).toBe(images);
    expect(dataset.train.labels).toBe(labels);
  });

  it("finds out name, shape and classes where they are left out", async () => {
    expect(await fromOwnData({ train })).toMatchObject({
      name: "own data",
      classes: 3,
      train: { shape: [2], count: 3, labels: Int32Array.of(0, 1, 2) },
    });
    const images = new Uint8Array(784);
    expect(await fromOwnData({ train: { images, labels: [0] } })).toMatchObject({
      classes: 2,
      train: { shape: [28, 28] },
    });
  });

  it("keeps the classes' names, of which there may be more than labels", async () => {
    const classNames = ["a", "b", "c", "d"];
    expect(await fromOwnData({ train, classNames })).toMatchObject({ classes: 4, classNames });
    expect(await rejection(fromOwnData({ train, classNames: ["a", "b"] }))).toEqual(
      new DigitrainError(
        "data.train.labels: the label at position 2 is 2, but labels are whole numbers from 0 to 1",
      ),
    );
  });

  it("counts the test set's classes too", async () => {
    const test = { images: Uint8Array.of(1, 2), labels: Uint16Array.of(300) };
    expect(await fromOwnData({ train, test })).toMatchObject({ classes: 301, test: { count: 1 } });
  });

  it("agrees with its input, whatever the sizes", async () => {
    const sizes = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(sizes, sizes, sizes, async (count, rows, columns) => {
        const images = Float32Array.from({ length: count * rows * columns }, (_, i) => i / 7);
        const labels = Array.from({ length: count }, (_, i) => i);
        const dataset = await fromOwnData({ train: { images, labels, shape: [rows, columns] } });
        expect(dataset.classes).toBe(Math.max(2, count));
        expect(dataset.train).toEqual({
          images,
          labels: Int32Array.from(labels),
          count,
          shape: [rows, columns],
        });
      }),
    );
  });

  it.each<[OwnData, string]>([
    [
      { train: { images: new Uint8Array(), labels: [] } },
      "data.train.labels: there are no examples; at least 1 is needed",
    ],
    [
      { train: { images: new Uint8Array(7), labels: [0, 1, 2] } },
      "data.train.images: 7 numbers can't be divided evenly among 3 labels; each image needs as many as the others",
    ],
    [
      { train: { images: new Uint8Array(), labels: [0, 1] } },
      "data.train.images: an example has 0 numbers, but a network takes 1 to 65536",
    ],
    [
      { train: { images: new Uint8Array(65_537), labels: [0] } },
      "data.train.images: an example has 65537 numbers, but a network takes 1 to 65536",
    ],
    [
      { train: { ...train, shape: [2, 2] } },
      "data.train.images: an example has 2 numbers, which don't make the shape [2, 2]",
    ],
    [
      { train: { ...train, shape: [-1, -2] } },
      "data.train.images: an example has 2 numbers, which don't make the shape [-1, -2]",
    ],
    [
      { train: { ...train, labels: [0, 1.5, -1] } },
      "data.train.labels: the label at position 1 is 1.5, but labels are whole numbers from 0 to 65535",
    ],
    [
      { train: { ...train, labels: Int32Array.of(0, 1, -1) } },
      "data.train.labels: the label at position 2 is -1, but labels are whole numbers from 0 to 65535",
    ],
    [
      { train, test: { images: Uint8Array.of(1, 2), labels: [5] }, classes: 4 },
      "data.test.labels: the label at position 0 is 5, but labels are whole numbers from 0 to 3",
    ],
    [
      { train: { images: Float32Array.of(0, 1, 2, -Infinity), labels: [0, 1] } },
      "data.train.images: example 1 holds -Infinity at position 1, but numbers must be finite",
    ],
    [
      { name: "mine", train, test: { images: Uint8Array.of(1, 2, 3), labels: [1] } },
      "mine: the training examples have 2 numbers each, but the test examples 3; both must have as many",
    ],
  ])("refuses wrong data (%#)", async (data, message) => {
    expect(await rejection(fromOwnData(data))).toEqual(new DigitrainError(message));
  });

  it.each([
    [7, "data takes a name, a path or { train: { images, labels } }, got 7"],
    [null, "data takes a name, a path or { train: { images, labels } }, got Null"],
    [{}, "data.train takes { images, labels }, got Undefined"],
    [{ train, test: null }, "data.test takes { images, labels }, got Null"],
    [
      { train: { ...train, images: [1, 2] } },
      "data.train.images takes a Uint8Array or a Float32Array, got Array",
    ],
    [
      { train: { ...train, labels: new BigInt64Array(3) } },
      "data.train.labels takes a Uint8Array, a Uint16Array, an Int32Array or an array of numbers, got BigInt64Array",
    ],
    [{ train: { ...train, shape: 2 } }, "data.train.shape takes an array of numbers, got 2"],
    [{ train, classes: 1 }, "data.classes takes a whole number from 2 to 65536, got 1"],
    [{ train, classes: 65_537 }, "data.classes takes a whole number from 2 to 65536, got 65537"],
    [{ train, classNames: ["a"] }, "data.classNames takes an array of 2 to 65536 names, got Array"],
    [{ train, classNames: ["a", 2] }, "data.classNames takes an array of 2 to 65536 names, got Array"],
    [
      { train, classes: 4, classNames: ["a", "b", "c"] },
      "data.classNames takes 4 names, as there are classes, got 3",
    ],
    [{ train, classes: "ten" }, "data.classes takes a whole number from 2 to 65536, got String"],
  ])("refuses what isn't data (%#)", async (data, message) => {
    expect(await rejection(fromOwnData(data as OwnData))).toEqual(new OptionError(message));
  });
});

describe("checkDataset", () => {
  const part = { images: Uint8Array.of(1, 2, 3, 4), labels: Int32Array.of(0, 1), count: 2, shape: [2] };
  const data = { name: "mine", classes: 2, train: part };

  it("takes a Dataset that is one", async () => {
    await checkDataset({ ...data, test: part, classNames: ["a", "b"] });
    await checkDataset({
      ...data,
      test: { ...part, images: new Uint8Array(), labels: new Int32Array(), count: 0 },
    });
  });

  it.each([
    [{ ...data, name: 7 }, "data.name takes a text, got 7"],
    [{ ...data, classes: undefined }, "data.classes takes a whole number from 2 to 65536, got Undefined"],
    [{ ...data, classNames: ["a"] }, "data.classNames takes an array of 2 to 65536 names, got Array"],
    [{ ...data, classNames: ["a", "b", "c"] }, "data.classNames takes 2 names, as there are classes, got 3"],
    [{ ...data, train: null }, "data.train takes { images, labels, count, shape }, got Null"],
    [
      { ...data, train: { ...part, images: [1, 2, 3, 4] } },
      "data.train.images takes a Uint8Array or a Float32Array, got Array",
    ],
    [
      { ...data, train: { ...part, images: new Float64Array(4) } },
      "data.train.images takes a Uint8Array or a Float32Array, got Float64Array",
    ],
    [{ ...data, test: { ...part, labels: [0, 1] } }, "data.test.labels takes an Int32Array, got Array"],
    [{ ...data, train: { ...part, count: 1.5 } }, "data.train.count takes a whole number, got 1.5"],
    [
      { ...data, train: { ...part, shape: [] } },
      "data.train.shape takes an array of whole numbers, such as [28, 28], got Array",
    ],
    [
      { ...data, test: { ...part, shape: 2 } },
      "data.test.shape takes an array of whole numbers, such as [28, 28], got 2",
    ],
  ])("refuses another (%#)", async (wrong, message) => {
    expect(await rejection(checkDataset(wrong as unknown as Dataset))).toEqual(new OptionError(message));
  });

  it.each([
    [
      { ...part, labels: Int32Array.of(0) },
      "2 training examples of 2 numbers take 4 numbers and 2 labels, got 4 and 1",
    ],
    [{ ...part, shape: [1] }, "2 training examples of 1 numbers take 2 numbers and 2 labels, got 4 and 2"],
  ])("refuses lengths that don't agree (%#)", async (train, message) => {
    expect(await rejection(checkDataset({ ...data, train }))).toEqual(new DigitrainError(message));
  });
});
