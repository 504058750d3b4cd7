// Counts the WebAssembly operations that training executes, and shows what has become dearer since they were recorded:
//   npm run count-operations                compares with bench/operations.json
//   npm run count-operations -- --update   records the counts there
// A count, unlike a time, is the same on every machine, however busy. It says nothing of caches, so it is shown and
// nothing fails by it: the benchmark has the last word.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { instrument } from "./instrument.mjs";

const SHOWN_FROM = 0.03;
const EXAMPLES = 2560;
const RECORD = "bench/operations.json";
const COPY = "target/operations";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
process.env.DIGITRAIN_THREADS = "1";
const { update } = parseArgs({ options: { update: { type: "boolean", default: false } } }).values;

/** A copy of dist/ whose modules count; the names of its variants. */
async function makeCopy() {
  rmSync(COPY, { recursive: true, force: true });
  cpSync("dist", COPY, { recursive: true });
  const variants = readdirSync(`${COPY}/wasm`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  for (const variant of variants) {
    const path = `${COPY}/wasm/${variant}/digitrain_bg.wasm`;
    writeFileSync(path, await instrument(readFileSync(path)));
  }
  return variants;
}

/** Images as sparse as MNIST's: in their middle 20 x 20 pixels, three of eight are ink. The same ones every time. */
function makeExamples() {
  let state = 1;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const images = new Uint8Array(EXAMPLES * 784);
  for (let i = 0; i < images.length; i++) {
    const [row, column] = [Math.floor((i % 784) / 28), i % 28];
    const inside = Math.min(row, column) >= 4 && Math.max(row, column) < 24;
    if (inside && random(8) < 3) images[i] = 1 + random(255);
  }
  const labels = Int32Array.from({ length: EXAMPLES }, () => random(10));
  return { images, labels, count: EXAMPLES, shape: [28, 28] };
}

const counters = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    if (this.exports.operations) counters.push(this.exports.operations);
  }
};

/** The operations executed so far. */
function executed() {
  return Number(counters.reduce((sum, { value }) => sum + value, 0n));
}

/** The operations an example that a recipe takes to load the data, for an epoch of training, and for evaluation. */
async function count(train, recipe) {
  const examples = makeExamples();
  const data = { name: "counted", classes: 10, train: examples, test: examples };
  const marks = [executed()];
  const mark = () => marks.push(executed());
  const { model } = await train({ data, recipe, epochs: 1, evaluateEvery: 0, onStart: mark, onEpoch: mark });
  marks[3] = executed();
  model.evaluate(examples);
  mark();
  const each = marks.slice(1).map((value, i) => Math.round((value - marks[i]) / EXAMPLES));
  return { load: each[0], epoch: each[1], evaluate: each[3] };
}

/** The counts of all variants, by name. */
async function countAll() {
  const variants = await makeCopy();
  const load = (file) => import(pathToFileURL(`${COPY}/${file}`).href);
  await load("cli/relaxed-simd.js");
  const { train } = await load("node/index.js");
  const counts = {};
  for (const variant of variants) {
    process.env.DIGITRAIN_VARIANT = variant;
    const tutorial = await count(train, "tutorial");
    const { epoch } = await count(train, "fast");
    counts[`${variant}, loading`] = tutorial.load;
    counts[`${variant}, recipe tutorial`] = tutorial.epoch;
    counts[`${variant}, recipe fast`] = epoch;
    counts[`${variant}, evaluation`] = tutorial.evaluate;
  }
  return counts;
}

function show(counts, recorded) {
  const row = (...cells) =>
    console.log(
      cells[0].padEnd(32) +
        cells
          .slice(1)
          .map((cell) => cell.padStart(12))
          .join(""),
    );
  const number = (value) => value?.toLocaleString("en") ?? "-";
  row("operations an example", "recorded", "now", "change");
  const dearer = [];
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(counts)])) {
    const [before, now] = [recorded[name], counts[name]];
    const change = now / before - 1;
    const percent = `${change < 0 ? "" : "+"}${(100 * change).toFixed(1)} %`;
    row(name, number(before), number(now), Number.isFinite(change) ? percent : "-");
    if (change > SHOWN_FROM)
      dearer.push(`DEARER: ${name}: ${number(before)} operations an example are now ${number(now)}`);
  }
  if (dearer.length > 0) {
    console.log(`${dearer.join("\n")}\nMeant so? Record them: npm run count-operations -- --update`);
  }
}

const counts = await countAll();
if (update) writeFileSync(RECORD, `${JSON.stringify(counts, null, 2)}\n`);
show(counts, JSON.parse(readFileSync(RECORD, "utf8")));
