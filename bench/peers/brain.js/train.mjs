// The walk-through's network in brain.js, which takes one example a step and has relu on the last layer too.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { readArguments, readParameters, readTrainingSet, run } from "../common.mjs";

const require = createRequire(import.meta.url);
const { NeuralNetwork } = require("brain.js");

const args = readArguments();
if (args.batchSize !== 1) throw new Error("brain.js takes batches of one example only");
const { images, targets, count } = readTrainingSet(args.data, args.limit);
const examples = Array.from({ length: count }, (_, i) => ({
  input: images.subarray(784 * i, 784 * (i + 1)),
  output: targets.subarray(10 * i, 10 * (i + 1)),
}));

const parameters = readParameters(args.initial);
const layers = [784, ...parameters.filter((_, i) => i % 2 === 1).map(({ shape }) => shape[0])];
const network = new NeuralNetwork({
  activation: "relu",
  // It descends half the sum of squared errors; the walk-through their mean.
  learningRate: (2 / layers.at(-1)) * args.learningRate,
});
// As an option it would have to be above 0.
network.trainOpts.momentum = 0;
network.sizes = layers;
network.initialize();
for (let layer = 1; layer < layers.length; layer++) {
  const [weights, biases] = parameters.slice(2 * layer - 2, 2 * layer);
  network.biases[layer] = biases.values.slice();
  network.weights[layer].forEach((row, unit) => {
    row.forEach((_, input) => (row[input] = weights.values[input * layers[layer] + unit]));
  });
}

const { version } = JSON.parse(
  readFileSync(`${import.meta.dirname}/node_modules/brain.js/package.json`, "utf8"),
);
await run(args, `brain.js ${version}`, () =>
  examples.map((example) => network.trainPattern(example, true)).filter((_, step) => step % 100 === 0),
);
