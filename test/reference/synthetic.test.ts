import { loadDataset } from "../../ts/data/load.js";
import { train } from "../../ts/training/train.js";
import { itWithShared, mnist } from "./shared.js";

describe("synthetic digits", () => {
  itWithShared(
    "teach a network to read MNIST's training images",
    async () => {
      const [synthetic, real] = await Promise.all([loadDataset("synthetic"), loadDataset(mnist)]);
      const data = { ...synthetic, test: real.train };
      const { history } = await train({ data, recipe: "fast", evaluateEvery: 4 });
      // Measured with three seeds: 0.961 to 0.963. The recipe "accurate" reaches 0.969, in five times the time.
      expect(history.epochs.at(-1)?.testAccuracy).toBeGreaterThan(0.94);
    },
    60_000,
  );
});
