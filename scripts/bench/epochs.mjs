// Trains once, as told by the JSON in its argument, and prints one line of JSON: what ran, seconds and losses.
// A process of its own for every measurement: what an engine has learned about the code in one doesn't help the next.
import "../../dist/cli/relaxed-simd.js";
import { readFileSync } from "node:fs";
import { loadDataset, Model, train } from "../../dist/node/index.js";

const { data: source, initial, repeat = 1, lossEvery = 100, ...options } = JSON.parse(process.argv[2]);

/** The training examples, `repeat` times one after the other. */
function repeated({ images, labels, count, shape }) {
  const all = new Uint8Array(repeat * images.length);
  for (let i = 0; i < repeat; i++) all.set(images, i * images.length);
  const allLabels = Int32Array.from({ length: repeat * count }, (_, i) => labels[i % count]);
  return { images: all, labels: allLabels, count: repeat * count, shape };
}

const loaded = await loadDataset(source);
const data = repeat === 1 ? loaded : { ...loaded, train: repeated(loaded.train) };
const model = initial && { initial: Model.fromSafetensors(readFileSync(initial), initial) };
const losses = [];
const onStep = ({ loss }) => losses.push(loss);
const { history, runtime } = await train({
  ...options,
  ...model,
  data,
  evaluateEvery: 0,
  logEvery: lossEvery,
  onStep,
});
const seconds = history.epochs.map((epoch) => epoch.seconds);
process.stdout.write(`${JSON.stringify({ runtime, seconds, losses })}\n`);
