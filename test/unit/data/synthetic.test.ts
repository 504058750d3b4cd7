import { loadDataset } from "../../../ts/data/load.js";
import { syntheticDigits } from "../../../ts/data/synthetic.js";
import { OptionError } from "../../../ts/base/errors.js";
import { loadCore } from "../../../ts/core/core.js";
import { rejection } from "./made.js";

const PIXELS = 784;

/** FNV-1a, of 32 bits. */
function checksum(...parts: Uint8Array[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) for (const byte of part) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

describe("synthetic digits", () => {
  it("are the same bits in WebAssembly as natively", () => {
    for (const deterministic of [true, false]) {
      const [pixels, labels] = [new Uint8Array(1000 * PIXELS), new Uint8Array(1000)];
      loadCore({ deterministic }).writeDigits(3n, 0, pixels, labels);
      // crate/src/digits.rs has the same number.
      expect(checksum(pixels, labels)).toBe(0xc37a8970);
    }
  });

  it("are 60,000 to train on and 10,000 others to test on", async () => {
    const { name, classes, train, test } = await loadDataset("synthetic");
    expect({ name, classes }).toEqual({ name: "synthetic", classes: 10 });
    expect(train).toMatchObject({ count: 60_000, shape: [28, 28] });
    expect(test).toMatchObject({ count: 10_000, shape: [28, 28] });
    expect(train.images).toHaveLength(60_000 * PIXELS);
    for (const { labels, count } of test ? [train, test] : []) {
      const counts = new Array<number>(10).fill(0);
      for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
      expect(counts).toEqual(new Array(10).fill(count / 10));
    }
    const image = (images: ArrayLike<number>, i: number) =>
      Array.from({ length: PIXELS }, (_, pixel) => images[i * PIXELS + pixel]).join();
    const training = new Set(Array.from({ length: 60_000 }, (_, i) => image(train.images, i)));
    expect(training.size).toBe(60_000);
    for (let i = 0; i < 10_000; i++) expect(training.has(image(test?.images ?? [], i))).toBe(false);
  });

  it("are of a seed: fewer are the first of more, and another seed's are others", async () => {
    const [few, more, others] = await Promise.all([
      syntheticDigits({ seed: 5, train: 10, test: 0 }),
      syntheticDigits({ seed: 5, train: 100, test: 1 }),
      syntheticDigits({ seed: 6, train: 10, test: 0 }),
    ]);
    expect(few).not.toHaveProperty("test");
    expect(few.train.images).toEqual(more.train.images.subarray(0, 10 * PIXELS));
    expect(few.train.labels).toEqual(more.train.labels.subarray(0, 10));
    expect(few.train.images).not.toEqual(others.train.images);
  });

  it("leave the event loop its turns, and stop at an abort", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    let turns = 0;
    const timer = setInterval(() => {
      if (++turns === 3) controller.abort(reason);
    }, 1);
    try {
      expect(await rejection(syntheticDigits({ train: 1_000_000, signal: controller.signal }))).toBe(reason);
    } finally {
      clearInterval(timer);
    }
  });

  it.each([
    [{ seed: -1 }, "seed takes a whole number from 0 to 2^53 - 1, got -1"],
    [{ seed: 2 ** 53 }, "seed takes a whole number from 0 to 2^53 - 1, got 9007199254740992"],
    [{ train: 0 }, "train takes a whole number from 1 to 1,000,000, got 0"],
    [{ train: 1.5 }, "train takes a whole number from 1 to 1,000,000, got 1.5"],
    [{ test: 1_000_001 }, "test takes a whole number from 0 to 1,000,000, got 1000001"],
  ])("refuse %j", async (options, message) => {
    expect(await rejection(syntheticDigits(options))).toEqual(new OptionError(message));
  });
});
