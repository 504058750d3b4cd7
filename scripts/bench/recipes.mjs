// Trains a recipe with many seeds in one process, and prints the accuracies that they reach and the seconds they take:
//   node scripts/bench/recipes.mjs fast [--seeds 20] [--data ../shared/mnist] [--held-out] [--try '{"epochs":4}']...
// Recipes are tuned with --held-out: it trains on all training images but the last sixth, and measures on those.
import "../../dist/cli/relaxed-simd.js";
import { parseArgs } from "node:util";
import { loadDataset, train } from "../../dist/node/index.js";
import { holdOut } from "./held-out.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "20" },
    data: { type: "string", default: "../shared/mnist" },
    "held-out": { type: "boolean", default: false },
    try: { type: "string", multiple: true, default: ["{}"] },
  },
});
const [recipe = "fast"] = positionals;

/** The smallest, the mean and the largest. */
function summarize(numbers, format) {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return [Math.min(...numbers), mean, Math.max(...numbers)].map(format).join(" ");
}

const loaded = await loadDataset(values.data);
const data = values["held-out"] ? holdOut(loaded) : loaded;
console.log(
  "accuracy in %: minimum mean maximum | seconds of training: the same | options beside the recipe's",
);
for (const options of values.try) {
  const [accuracies, seconds] = [[], []];
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    const { history } = await train({ recipe, ...JSON.parse(options), data, seed, evaluateEvery: 1000 });
    accuracies.push(100 * history.epochs.at(-1).testAccuracy);
    seconds.push(history.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0));
  }
  const figures = [
    summarize(accuracies, (accuracy) => accuracy.toFixed(2)),
    summarize(seconds, (time) => time.toFixed(2)),
  ];
  console.log([...figures, options].join(" | "));
}
