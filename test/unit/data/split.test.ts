import type { Dataset, Examples } from "../../../ts/data/dataset.js";
import { loadDataset } from "../../../ts/data/load.js";
import { splitForValidation } from "../../../ts/data/split.js";
import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import { show } from "../../../ts/base/options.js";
import { rejection } from "./made.js";

/** Examples that show which they are: image i holds i twice. */
function makeData(labels: readonly number[], test?: Examples): Dataset {
  const images = Float32Array.from(labels.flatMap((_, i) => [i, i]));
  const train = { images, labels: Int32Array.from(labels), count: labels.length, shape: [2] };
  return { name: "mine", classes: 3, train, ...(test && { test }) };
}
const data = makeData(Array.from({ length: 100 }, (_, i) => (i < 60 ? 0 : i < 90 ? 1 : 2)));
const numbersOf = ({ images }: Examples) => Array.from(images).filter((_, i) => i % 2 === 0);

describe("testFraction", () => {
  it("sets the same fraction of each class aside, each example on one side, in its order", async () => {
    const { train, test } = await loadDataset(data, { testFraction: 0.2 });
    if (!test) throw new Error("there is no test set");
    const counts = [0, 1, 2].map((label) => test.labels.filter((other) => other === label).length);
    expect(counts).toEqual([12, 6, 2]);
    expect([train.count, test.count]).toEqual([80, 20]);
    const numbers = [...numbersOf(train), ...numbersOf(test)];
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbersOf(data.train));
    for (const part of [train, test]) {
      expect(numbersOf(part)).toEqual(numbersOf(part).toSorted((a, b) => a - b));
      expect(numbersOf(part).map((i) => data.train.labels[i])).toEqual(Array.from(part.labels));
      expect(part.images).toHaveLength(2 * part.count);
    }
  });

  it("is decided by the seed", async () => {
    const chosen = async (splitSeed?: number) => {
      const { test } = await loadDataset(data, {
        testFraction: 0.5,
        ...(splitSeed !== undefined && { splitSeed }),
      });
      return test && numbersOf(test).join();
    };
    expect(await chosen()).toBe(await chosen(0));
    expect(
      new Set([await chosen(0), await chosen(1), await chosen(2 ** 32), await chosen(2 ** 52)]).size,
    ).toBe(4);
  });

  it("leaves data alone that has a test set, and all where it isn't asked for", async () => {
    const whole = makeData([0, 1], data.train);
    expect(await loadDataset(whole, { testFraction: 0.5 })).toBe(whole);
    expect(await loadDataset(data)).toBe(data);
  });

  it.each([0, 1, -0.1, NaN, "0.2"])("refuses %p", async (testFraction) => {
    expect(await rejection(loadDataset(data, { testFraction: testFraction as number }))).toEqual(
      new OptionError(`testFraction takes a number above 0 and below 1, got ${show(testFraction)}`),
    );
  });

  it.each([-1, 0.5, NaN, 2 ** 53])("refuses the seed %p", async (splitSeed) => {
    expect(await rejection(loadDataset(data, { testFraction: 0.5, splitSeed }))).toEqual(
      new OptionError(`splitSeed takes a whole number from 0 to 2^53 - 1, got ${splitSeed}`),
    );
  });

  it.each([
    [0.1, 0],
    [0.9, 3],
  ])("says that %p leaves no examples for one of them", async (testFraction, count) => {
    expect(await rejection(loadDataset(makeData([0, 1, 2]), { testFraction }))).toEqual(
      new DigitrainError(
        `mine: a test fraction of ${testFraction} leaves ${count} of 3 examples for testing; both training and testing need some`,
      ),
    );
  });
});

describe("validationFraction", () => {
  it("sets the same fraction of each class aside, always the same examples", async () => {
    const { train, validation } = await splitForValidation(data, 0.1);
    const counts = [0, 1, 2].map((label) => validation.labels.filter((other) => other === label).length);
    expect(counts).toEqual([6, 3, 1]);
    const numbers = [...numbersOf(train), ...numbersOf(validation)];
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbersOf(data.train));
    expect(await splitForValidation(data, 0.1)).toEqual({ train, validation });
  });

  it.each([
    [0.04, "0 of the 10 training examples of class 2"],
    [0.96, "10 of the 10 training examples of class 2"],
  ])("of %p is refused where a class would have none", async (fraction, what) => {
    const message = `validationFraction takes a number that sets some examples of each class aside and leaves some, got ${fraction}, which sets aside ${what}`;
    expect(await rejection(splitForValidation(data, fraction))).toEqual(new OptionError(message));
    const named = { ...data, classNames: ["x", "y", "2"] };
    expect(await rejection(splitForValidation(named, fraction))).toEqual(new OptionError(message));
  });
});
