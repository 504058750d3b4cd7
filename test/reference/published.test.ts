import { loadDataset, train } from "../../ts/index.js";
import { itWithShared, mnist, readReferenceJson } from "./shared.js";

/** The walk-through's own log, and how its losses spread over many initialisations of its program. */
interface PublishedLog {
  published: { epoch: number; step: number; loss: number }[];
  initialisations: number;
  mean: number[];
  standardDeviation: number[];
}

const SEEDS = 10;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

describe("the walk-through's program, from random weights", () => {
  itWithShared(
    "gives losses distributed as the published ones",
    async () => {
      const log = readReferenceJson("published-log.json") as PublishedLog;
      const data = await loadDataset(mnist);
      /** The losses that the program prints, of each seed. */
      const runs: number[][] = [];
      for (let seed = 0; seed < SEEDS; seed++) {
        const printed: { epoch: number; step: number; loss: number }[] = [];
        await train({ data, seed, evaluateEvery: 0, onStep: (event) => printed.push(event) });
        const steps = log.published.map(({ epoch, step }) => [epoch, step]);
        expect(printed.map(({ epoch, step }) => [epoch, step])).toEqual(steps);
        runs.push(printed.map(({ loss }) => loss));
      }
      log.published.forEach(({ loss }, i) => {
        const ours = runs.map((run) => run[i] ?? NaN);
        const expected = log.mean[i] ?? NaN;
        const spread = log.standardDeviation[i] ?? NaN;
        // Both means are of samples: their difference has this standard error.
        const standardError = spread * Math.sqrt(1 / SEEDS + 1 / log.initialisations);
        expect(Math.abs(mean(ours) - expected)).toBeLessThan(3 * standardError);
        // The published loss is one more sample. Against a mean and a standard deviation estimated from ten, it lies
        // within t = 4.8 (two-sided 99.9 %, nine degrees of freedom) times the standard deviation of a prediction.
        const prediction = standardDeviation(ours) * Math.sqrt(1 + 1 / SEEDS);
        expect(Math.abs(loss - mean(ours))).toBeLessThan(4.8 * prediction);
      });
      // The chance that one more sample lies outside ten others is 2 in 11. The printed losses of a run go together, so
      // that the fifty are far from independent: more than half of them inside is what can soundly be asked for.
      const inside = log.published.filter(({ loss }, i) => {
        const ours = runs.map((run) => run[i] ?? NaN);
        return loss >= Math.min(...ours) && loss <= Math.max(...ours);
      });
      expect(inside.length).toBeGreaterThan(log.published.length / 2);
    },
    600_000,
  );
});
