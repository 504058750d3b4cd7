import { loadDataset } from "../../ts/data/load.js";
import { digitOfStrokes } from "../../ts/data/pictures/strokes.js";
import { train } from "../../ts/training/train.js";
import { itWithShared, mnist } from "./shared.js";

/** A 1 of height 10 whose flag comes from so far to the left and so far down, leaning by so much. */
function flaggedOne(flag: { left: number; down: number }, lean: number, foot: boolean): Uint8Array {
  const at = (x: number, y: number) => ({ x: x - lean * y, y });
  const strokes = [
    [at(-flag.left, flag.down), at(0, 0), at(0, 10)],
    ...(foot ? [[at(-3, 10), at(3, 10)]] : []),
  ];
  return digitOfStrokes(strokes).pixels;
}

describe("synthetic digits", () => {
  itWithShared(
    "teach a network to read MNIST's training images",
    async () => {
      const [synthetic, real] = await Promise.all([loadDataset("synthetic"), loadDataset(mnist)]);
      const data = { ...synthetic, test: real.train };
      const { history } = await train({ data, recipe: "fast", evaluateEvery: 4 });
      // Measured with three seeds: 0.967 to 0.968. Augmented images and 20 epochs bring it to 0.984.
      expect(history.epochs.at(-1)?.testAccuracy).toBeGreaterThan(0.95);
    },
    60_000,
  );

  itWithShared(
    "beside MNIST's, teach a network to read the 1 with a long flag",
    async () => {
      const { model } = await train({ data: [mnist, "synthetic"], recipe: "fast", evaluateEvery: 0 });
      const ones = [3, 4, 5.5].flatMap((left) =>
        [4.5, 6, 8].flatMap((down) =>
          [-0.1, 0.1, 0.25].flatMap((lean) =>
            [false, true].map((foot) => flaggedOne({ left, down }, lean, foot)),
          ),
        ),
      );
      const misread = ones.filter((image) => model.classify(image).label !== 1);
      // Measured: none of the 54 with relaxed SIMD, two with plain. The digits of version 0.1.0 left 16.
      expect(misread.length).toBeLessThan(8);
    },
    60_000,
  );
});
