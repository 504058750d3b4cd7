import { loadDataset, train } from "../../ts/index.js";
import { itWithShared, mnist } from "./shared.js";

/** Deep and narrow networks, and the least percentage of test images that recipe fast has them classify. */
const NETWORKS: Record<string, { hidden: number[]; least: number }> = {
  "six layers of 64": { hidden: Array<number>(6).fill(64), least: 94 },
  "four layers of 32": { hidden: Array<number>(4).fill(32), least: 94 },
  "eight layers of 16": { hidden: Array<number>(8).fill(16), least: 84 },
};
const SEEDS = [0, 1, 2];

describe("recipe fast, two epochs of the first 30,000 images", () => {
  itWithShared.each(Object.entries(NETWORKS))("%s learn", async (_, { hidden, least }) => {
    const data = await loadDataset(mnist);
    const accuracies: number[] = [];
    for (const seed of SEEDS) {
      const options = { recipe: "fast", hidden, epochs: 2, limit: 30_000, seed, evaluateEvery: 2 } as const;
      const { testAccuracy = NaN } = await train({ ...options, data });
      accuracies.push(100 * testAccuracy);
    }
    const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / SEEDS.length;
    expect(mean).toBeGreaterThanOrEqual(least);
  });
});
