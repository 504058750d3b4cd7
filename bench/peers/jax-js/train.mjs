// The walk-through's network in jax-js on its WebAssembly back end: its step compiled by jit, batches sliced beforehand.
import { readFileSync } from "node:fs";
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { readArguments, readParameters, readTrainingSet, run } from "../common.mjs";

const args = readArguments();
await init("wasm");
defaultDevice("wasm");
const { images, targets, count } = readTrainingSet(args.data, args.limit);
const batches = Array.from({ length: Math.ceil(count / args.batchSize) }, (_, step) => {
  const [from, to] = [step * args.batchSize, Math.min(count, (step + 1) * args.batchSize)];
  return [
    np.array(images.slice(784 * from, 784 * to)).reshape([to - from, 784]),
    np.array(targets.slice(10 * from, 10 * to)).reshape([to - from, 10]),
  ];
});
let parameters = readParameters(args.initial).map(({ shape, values }) => np.array(values).reshape(shape));

function batchLoss(parameters, x, y) {
  let activations = x;
  for (let layer = 0; layer < parameters.length; layer += 2) {
    const sums = np.dot(activations, parameters[layer]).add(parameters[layer + 1]);
    activations = layer + 2 < parameters.length ? nn.relu(sums) : sums;
  }
  return np.mean(np.square(activations.sub(y)));
}

const step = jit((parameters, x, y) => {
  const [loss, gradients] = valueAndGrad(batchLoss)(
    parameters.map((parameter) => parameter.ref),
    x,
    y,
  );
  return [parameters.map((parameter, i) => parameter.sub(gradients[i].mul(args.learningRate))), loss];
});

async function epoch() {
  const losses = [];
  for (const [x, y] of batches) {
    const [updated, loss] = step(parameters, x.ref, y.ref);
    parameters = updated;
    losses.push(loss);
  }
  await blockUntilReady(parameters.map((parameter) => parameter.ref));
  const values = await Promise.all(losses.map(async (loss) => (await loss.data())[0]));
  return values.filter((_, i) => i % 100 === 0);
}

const { version } = JSON.parse(
  readFileSync(`${import.meta.dirname}/node_modules/@jax-js/jax/package.json`, "utf8"),
);
await run(args, `jax-js ${version}`, epoch);
