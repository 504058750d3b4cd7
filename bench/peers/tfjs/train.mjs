// The walk-through's network in TensorFlow.js on its WebAssembly back end: by model.fit, or with the gradients by hand.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { readArguments, readParameters, readTrainingSet, run } from "../common.mjs";

const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");

const wasm = require("@tensorflow/tfjs-backend-wasm");

const args = readArguments("mode");
wasm.setWasmPaths(`${import.meta.dirname}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
if (args.threads > 1) wasm.setThreadsCount(args.threads);
await tf.setBackend("wasm");

const { images, targets, count } = readTrainingSet(args.data, args.limit);
const x = tf.tensor2d(images, [count, 784]);
const y = tf.tensor2d(targets, [count, 10]);
const initial = readParameters(args.initial).map(({ shape, values }) => tf.tensor(values, shape));

/** model.fit, as its guide shows it. */
function byFit() {
  const model = tf.sequential();
  const last = initial.length / 2 - 1;
  for (let layer = 0; layer <= last; layer++) {
    const [inputDim, units] = initial[2 * layer].shape;
    model.add(tf.layers.dense({ inputDim, units, activation: layer === last ? "linear" : "relu" }));
  }
  model.setWeights(initial);
  model.compile({ optimizer: tf.train.sgd(args.learningRate), loss: "meanSquaredError" });
  return async () => {
    const losses = [];
    const onBatchEnd = (batch, { loss }) => {
      if (batch % 100 === 0) losses.push(loss);
    };
    await model.fit(x, y, {
      batchSize: args.batchSize,
      epochs: 1,
      shuffle: false,
      verbose: 0,
      callbacks: { onBatchEnd },
    });
    return losses;
  };
}

/** Forward, backward and update as their formulas, one operation after the other. */
function byHand() {
  let parameters = initial;
  const step = (from) => {
    const size = Math.min(args.batchSize, count - from);
    const target = y.slice([from, 0], [size, 10]);
    const inputs = [x.slice([from, 0], [size, 784])];
    const last = parameters.length / 2 - 1;
    for (let layer = 0; layer <= last; layer++) {
      const sums = inputs[layer].matMul(parameters[2 * layer]).add(parameters[2 * layer + 1]);
      inputs.push(layer === last ? sums : sums.relu());
    }
    const error = inputs[last + 1].sub(target);
    let gradient = error.mul(2 / (size * 10));
    const updated = [];
    for (let layer = last; layer >= 0; layer--) {
      const [weights, biases] = parameters.slice(2 * layer, 2 * layer + 2);
      const of = [inputs[layer].matMul(gradient, true), gradient.sum(0)];
      if (layer > 0) gradient = gradient.matMul(weights, false, true).mul(inputs[layer].step());
      updated.unshift(weights.sub(of[0].mul(args.learningRate)), biases.sub(of[1].mul(args.learningRate)));
    }
    return [...updated, error.square().mean()];
  };
  return () => {
    const losses = [];
    for (let from = 0; from < count; from += args.batchSize) {
      const results = tf.tidy(() => step(from));
      tf.dispose(parameters);
      const loss = results.pop();
      parameters = results;
      if ((from / args.batchSize) % 100 === 0) losses.push(loss.dataSync()[0]);
      loss.dispose();
    }
    return losses;
  };
}

const { version } = JSON.parse(
  readFileSync(`${import.meta.dirname}/node_modules/@tensorflow/tfjs/package.json`, "utf8"),
);
const threads = tf.env().getBool("WASM_HAS_MULTITHREAD_SUPPORT") ? wasm.getThreadsCount() : 1;
await run(args, `TensorFlow.js ${version}`, args.mode === "fit" ? byFit() : byHand(), { threads });
