// Trains a recipe with many seeds in one process, and prints the accuracies that they reach and the seconds they take:
//   node scripts/bench/recipes.mjs fast [--seeds 20] [--data ../shared/mnist] [--held-out] [--try '{"epochs":4}']...
//   node scripts/bench/recipes.mjs fast --networks [--seeds 5] [--data ../shared/mnist]
// trains networks from none to eight hidden layers, for two epochs of the first 30,000 images.
// Recipes are tuned with --held-out: it trains on all training images but the last sixth, and measures on those.
//   node scripts/bench/recipes.mjs --to 99 [--seeds 10] [--data ../shared/mnist]
// takes the quickest known way to so many percent of MNIST's test images, each time in a process of its own, and prints
// what each reached, and the seconds from its start to its end.
import "../../dist/cli/relaxed-simd.js";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { loadDataset, train } from "../../dist/node/index.js";
import { holdOut } from "./held-out.mjs";
import { runPinned } from "./machine.mjs";
import { QUICKEST } from "./quickest.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string" },
    to: { type: "string" },
    data: { type: "string", default: "../shared/mnist" },
    "held-out": { type: "boolean", default: false },
    networks: { type: "boolean", default: false },
    try: { type: "string", multiple: true, default: ["{}"] },
  },
});
const [recipe = "fast"] = positionals;

/** The smallest, the mean and the largest. */
function summarize(numbers, format) {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return [Math.min(...numbers), mean, Math.max(...numbers)].map(format).join(" ");
}

const layers = (count, width) => Array.from({ length: count }, () => width);
/** Depths and widths that a recipe has to bear; docs/training.md has what they reach. */
const NETWORKS = [[], [2048], layers(3, 1024), layers(4, 32), layers(6, 64), layers(8, 16)].map((hidden) =>
  JSON.stringify({ hidden, epochs: 2, limit: 30_000 }),
);

async function measureQuickest(percent) {
  const flags = QUICKEST[percent];
  if (!flags) throw new Error(`--to takes ${Object.keys(QUICKEST).join(" or ")}, got ${percent}`);
  console.log(`digitrain train ${flags}`);
  const cores = availableParallelism();
  const [accuracies, times] = [[], []];
  for (let seed = 0; seed < Number(values.seeds ?? 10); seed++) {
    const program = [process.execPath, "dist/cli/main.js", "train", "--data", values.data, "--json"];
    const args = [...flags.split(" "), "--seed", `${seed}`, "--evaluate-every", "1000"];
    const { output, seconds } = await runPinned(cores, [...program, ...args]);
    const { testAccuracy } = JSON.parse(output.trimEnd().split("\n").at(-1));
    accuracies.push(100 * testAccuracy);
    times.push(seconds);
    console.log(`seed ${seed}: ${(100 * testAccuracy).toFixed(2)} % in ${seconds.toFixed(2)} s`);
  }
  const reached = accuracies.filter((accuracy) => accuracy >= Number(percent)).length;
  console.log(
    `minimum mean maximum: ${summarize(accuracies, (accuracy) => accuracy.toFixed(2))} %, ${reached} of them at least ${percent} %`,
  );
  console.log(
    `minimum mean maximum: ${summarize(times, (time) => time.toFixed(2))} s from start to end, ${cores} cores`,
  );
}

async function measureRecipe() {
  const loaded = await loadDataset(values.data);
  const data = values["held-out"] ? holdOut(loaded) : loaded;
  console.log(
    "accuracy in %: minimum mean maximum | seconds of training: the same | options beside the recipe's",
  );
  for (const options of values.networks ? NETWORKS : values.try) {
    const [accuracies, seconds] = [[], []];
    for (let seed = 0; seed < Number(values.seeds ?? (values.networks ? 5 : 20)); seed++) {
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
}

await (values.to === undefined ? measureRecipe() : measureQuickest(values.to));
