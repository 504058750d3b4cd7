// The phases of a step with several optimizers: run.mjs PACKAGE MNIST-DIRECTORY, the package being one with the feature clock.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadDataset, resolveOptions } from "../../../dist/node/index.js";
import { describeMachine } from "../machine.mjs";

const EPOCHS = 3;
const LAYERS = Uint32Array.of(784, 256, 128, 10);
const CASES = {
  "walk-through": {},
  fast: { recipe: "fast" },
  "fast, Adam": { recipe: "fast", optimizer: "adam" },
  "fast, augmented": { recipe: "fast", augment: true },
};

const [directory, data] = process.argv.slice(2);
const core = await import(pathToFileURL(join(directory, "digitrain.js")).href);
core.initSync({ module: readFileSync(join(directory, "digitrain_bg.wasm")) });
const { train } = await loadDataset(data);

/** The milliseconds of each phase so far. */
function phases() {
  const rows = core
    .phases()
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
  return new Map(rows.map(([, phase, milliseconds]) => [phase, Number(milliseconds)]));
}

/** Trains some epochs, and gives the microseconds that each phase took of a step. */
function measure(options) {
  const resolved = resolveOptions(options);
  const { batchSize, seed, shuffle, initialization, initialStandardDeviation, outputActivation } = resolved;
  const examples = new core.CompressedExamples(784, 10, train.count);
  examples.appendPixels(train.images, Uint16Array.from(train.labels));
  const network = core.Network.random(
    LAYERS,
    outputActivation,
    BigInt(seed),
    initialization,
    initialStandardDeviation,
  );
  const steps = Math.ceil(train.count / batchSize);
  const augment = resolved.augment ? { ...resolved.augment, width: 28 } : undefined;
  const trainer = new core.Trainer(network, { ...resolved, totalSteps: EPOCHS * steps, augment });
  const team = new core.Team();
  const losses = new Float32Array(steps);
  let before = phases();
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    trainer.beginEpoch(train.count, epoch, shuffle ? BigInt(seed) : undefined, 0);
    trainer.run(network, examples, losses, team);
    // The first epoch is the engine's, which compiles.
    if (epoch === 0) before = phases();
  }
  const taken = [...phases()].map(([phase, milliseconds]) => [
    phase,
    (1000 * (milliseconds - (before.get(phase) ?? 0))) / ((EPOCHS - 1) * steps),
  ]);
  for (const made of [trainer, network, examples, team]) made.free();
  return new Map(taken);
}

const columns = Object.entries(CASES).map(([name, options]) => [name, measure(options)]);
const names = [...new Set(columns.flatMap(([, phases]) => [...phases.keys()]))];
const row = (cells) => `| ${cells.join(" | ")} |`;
const sum = (phases) => [...phases.values()].reduce((total, one) => total + one, 0);
/** A row of whole microseconds. */
const rowOf = (name, valueOf) => row([name, ...columns.map(([, phases]) => valueOf(phases).toFixed(0))]);
const { processor, cores } = describeMachine();
console.log(`${processor}, one of ${cores} cores, Node ${process.versions.node}\n`);
console.log(row(["microseconds of a step", ...columns.map(([name]) => name)]));
console.log(row(["---", ...columns.map(() => "---:")]));
for (const name of names) console.log(rowOf(name, (phases) => phases.get(name) ?? 0));
console.log(rowOf("all", sum));
