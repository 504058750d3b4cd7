import type { Dataset, Examples } from "../../../ts/data/dataset.js";
import { inkOf, lightOnDark } from "../../../ts/data/ink.js";
import { loadDataset } from "../../../ts/data/load.js";
import { syntheticDigits } from "../../../ts/data/synthetic.js";
import { Model } from "../../../ts/model/model.js";
import { train } from "../../../ts/training/train.js";

let digits: Dataset & { test: Examples };

beforeAll(async () => {
  const { test, ...data } = await syntheticDigits({ train: 600, test: 100 });
  if (!test) throw new Error("there are no test digits");
  digits = { ...data, test };
});

const inverted = (examples: Examples): Examples => ({
  ...examples,
  images: examples.images.map((pixel) => 255 - pixel),
});
const changed = (examples: Examples, change: (pixel: number) => number): Examples => ({
  ...examples,
  images: Float32Array.from(examples.images, change),
});
/** Images of noise: what is ink in them can't be told. */
const noise = (count: number): Examples => ({
  images: Uint8Array.from({ length: 784 * count }, (_, i) => (i * 2654435761) >>> 24),
  labels: Int32Array.from({ length: count }, (_, i) => i % 10),
  count,
  shape: [28, 28],
});

describe("the look at images' ink", () => {
  it("tells dark on light from light on dark, on any scale", () => {
    for (const scale of [1, 1 / 255, 16 / 255]) {
      expect(inkOf(changed(digits.test, (pixel) => pixel * scale))).toBe("light");
      expect(inkOf(changed(digits.test, (pixel) => (255 - pixel) * scale))).toBe("dark");
    }
    expect(inkOf(changed(digits.test, (pixel) => pixel / 127.5 - 1))).toBe("light");
    expect(inkOf(changed(digits.test, (pixel) => 230 - 0.8 * pixel))).toBe("dark");
    expect(inkOf({ ...inverted(digits.test), shape: [784] })).toBe("dark");
  });

  it("decides nothing on what is no image, has no paper or no ink", () => {
    expect(inkOf(noise(20))).toBeUndefined();
    expect(inkOf({ ...inverted(digits.test), shape: [56, 14, 1, 1] })).toBeUndefined();
    expect(inkOf({ ...digits.test, images: digits.test.images.map(() => 255) })).toBeUndefined();
    const half = inverted(digits.test).images;
    half.set(digits.test.images.subarray(0, half.length / 2));
    expect(inkOf({ ...digits.test, images: half })).toBeUndefined();
    expect(
      inkOf({ images: new Uint8Array(), labels: new Int32Array(), count: 0, shape: [28, 28] }),
    ).toBeUndefined();
  });
});

describe("what is dark on light", () => {
  it("is turned, so that paper is 0", () => {
    expect(lightOnDark(inverted(digits.test))).toEqual(digits.test);
    expect(lightOnDark(digits.test)).toBe(digits.test);
    const { images } = lightOnDark(changed(digits.test, (pixel) => 1 - pixel / 127.5));
    expect(Math.min(...images.subarray(0, 784))).toBe(-1);
    expect(
      Math.max(...lightOnDark(changed(digits.test, (pixel) => 1 - pixel / 255)).images.subarray(0, 784)),
    ).toBe(1);
  });

  it("is turned as it is loaded, each part by itself, and this is said", async () => {
    const turned = await loadDataset({
      ...digits,
      train: inverted(digits.train),
      test: inverted(digits.test),
    });
    expect(turned).toMatchObject({ train: digits.train, test: digits.test, ink: "dark" });
    expect(turned.remarks).toEqual([
      {
        kind: "dark on light",
        text: "synthetic: the images are dark on light, so they were turned: paper is 0 for a network; --ink light (ink) leaves them as they are",
      },
    ]);
    expect(await loadDataset(turned)).toBe(turned);
    const oneDark = await loadDataset({ ...digits, test: inverted(digits.test) });
    expect(oneDark).toMatchObject({ train: digits.train, test: digits.test });
    expect(oneDark).not.toHaveProperty("ink");
    expect(oneDark.remarks?.[0]?.text).toMatch(/^synthetic: the test images are dark on light/);
    const otherDark = await loadDataset({ ...digits, train: inverted(digits.train) });
    expect(otherDark.remarks?.[0]?.text).toMatch(/^synthetic: the training images are dark on light/);
    const judging = await loadDataset({ ...digits, validation: inverted(digits.test) });
    expect(judging.remarks?.[0]?.text).toMatch(/^synthetic: the validation images are dark on light/);
  });

  it("is turned or left as the option ink says, without a word", async () => {
    const dark = { ...digits, train: inverted(digits.train), test: inverted(digits.test) };
    expect(await loadDataset(dark, { ink: "light" })).toEqual({ ...dark, ink: "light" });
    expect(await loadDataset(dark, { ink: "dark" })).toEqual({ ...digits, ink: "dark" });
    expect(await loadDataset(digits, { ink: "dark" })).toEqual({ ...dark, ink: "dark" });
    await expect(loadDataset(dark, { ink: "white" as "light" })).rejects.toThrow(
      'ink takes "auto", "dark" or "light", got "white"',
    );
  });
});

describe("a model", () => {
  const run = { hidden: [16], epochs: 2, recipe: "fast", threads: 1 } as const;

  it("of inverted data is that of the data itself, and tests either", async () => {
    const dark = { ...digits, train: inverted(digits.train), test: inverted(digits.test) };
    const { model } = await train({ ...run, data: dark });
    const { model: other } = await train({ ...run, data: digits });
    expect([...model.parameters]).toEqual([...other.parameters]);
    expect([model.ink, other.ink]).toEqual(["dark", undefined]);
    expect(model.evaluate(inverted(digits.test))).toEqual(model.evaluate(digits.test));
    expect(model.worst(inverted(digits.test), 3)).toEqual(model.worst(digits.test, 3));
    const left = await train({ ...run, data: dark, ink: "light" });
    expect([...left.model.parameters]).not.toEqual([...other.parameters]);
    expect(left.model.ink).toBe("light");
  });

  it("keeps what its images were, which holds where a look decides nothing", async () => {
    const { model } = await train({ ...run, data: digits, ink: "dark", epochs: 0 });
    const loaded = Model.fromSafetensors(model.toSafetensors());
    expect(loaded.ink).toBe("dark");
    const images = noise(30);
    expect(loaded.evaluate(images)).toEqual(loaded.evaluate(inverted(images), { ink: "light" }));
    expect(loaded.evaluate(images, { ink: "light" })).toEqual(loaded.evaluate(inverted(images)));
    const bytes = Buffer.from(
      Buffer.from(model.toSafetensors()).toString("latin1").replace('"ink":"dark"', '"ink":"grey"'),
      "latin1",
    );
    expect(() => Model.fromSafetensors(bytes, "m")).toThrow(
      'm: the metadata "ink" is "grey", but should be "dark" or "light"',
    );
  });
});
