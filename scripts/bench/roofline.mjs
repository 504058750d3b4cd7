// How near training comes to what the core could do: the operations that remain when zeros are skipped, counted, over
// those that the core could have done in the same time, measured.
import { loadDataset, Model, train } from "../../dist/node/index.js";
import { runPinned } from "./machine.mjs";
import { summarize } from "./statistics.mjs";

/** The mean number of an example's values that aren't zero, for the inputs and for each hidden layer of a model. */
function countNonZeros({ layers, parameters }, { images, count }) {
  const values = [images];
  for (let depth = 1; depth < layers.length - 1; depth++) {
    // The model cut off behind a hidden layer, whose relu makes its scores that layer's activations.
    const first = [...parameters.values()].slice(0, 2 * depth).flatMap((tensor) => [...tensor.values]);
    const cut = new Model({
      layers: layers.slice(0, depth + 1),
      outputActivation: "relu",
      loss: "mse",
      values: Float32Array.from(first),
    });
    values.push(cut.predict(images));
  }
  return values.map((of) => of.reduce((sum, value) => sum + (value !== 0), 0) / count);
}

/** The float32 operations that an example takes: two for each value that isn't zero and each weight that it meets. */
function operationsOf(nonZeros, layers) {
  let operations = 0;
  for (const [layer, values] of nonZeros.entries()) {
    const outputs = layers[layer + 1];
    operations += 2 * values * outputs; // forward
    operations += 2 * values * outputs; // the gradient of the weights
    // The gradient of the layer below; behind a relu it is zero where the activation is.
    if (layer > 0) operations += 2 * (nonZeros[layer + 1] ?? outputs) * layers[layer];
  }
  return operations;
}

/** Measures an epoch of the walk-through on one core, and the core's peak, in turns. */
export async function measureRoofline({ data, quick, rounds, nodes }, trainHere) {
  const engine = nodes.at(-1);
  const { train: examples } = await loadDataset(data);
  const models = [];
  for (const epochs of [0, quick ? 1 : 10]) {
    models.push((await train({ data, epochs, evaluateEvery: 0 })).model);
  }
  // The mean of before and after training: what is zero changes little on the way.
  const [before, after] = models.map((model) => countNonZeros(model, examples));
  const nonZeros = before.map((value, i) => (value + after[i]) / 2);
  const operations = examples.count * operationsOf(nonZeros, models[0].layers);
  const seconds = [];
  const peaks = [];
  for (let round = 0; round < rounds; round++) {
    const { output } = await runPinned(1, [engine.path, "scripts/bench/peak.mjs"]);
    peaks.push(JSON.parse(output).flopsPerSecond);
    const options = { epochs: quick ? 2 : 6 };
    seconds.push((await trainHere({ engine, cores: 1, variant: "relaxed", options })).seconds);
  }
  const [peak, epoch] = [peaks, seconds].map(summarize);
  const fraction = operations / (epoch.median * peak.max);
  return [
    { name: "roofline", cores: 1, engine: engine.name, nonZeros, operations, peak, seconds: epoch, fraction },
  ];
}
