// Photographs handwritten digits in many ways and counts how many of each kind a network reads:
//   node scripts/bench/photos.mjs [--model FILE] [--recipe accurate] [--count 20] [--kind "lined paper"]...
//     [--data ../shared/mnist] [--sheet DIR]
// The digits are the last sixth of MNIST's training images, which the network hasn't seen: without --model one is trained
// on the others. --sheet saves a PNG of each kind: every photo and under it what the network sees; what is misread, red.
import "../../dist/cli/relaxed-simd.js";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadDataset, Model, readDigit, train } from "../../dist/node/index.js";
import { holdOut } from "./held-out.mjs";
import { KINDS } from "./photos/kinds.mjs";
import { Random } from "./photos/random.mjs";
import { Sheet } from "./photos/sheet.mjs";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    recipe: { type: "string", default: "accurate" },
    count: { type: "string", default: "20" },
    kind: { type: "string", multiple: true, default: Object.keys(KINDS) },
    data: { type: "string", default: "../shared/mnist" },
    sheet: { type: "string" },
  },
});
const count = Number(values.count);
const data = holdOut(await loadDataset(values.data));
const { images, labels } = data.test;
const model = values.model
  ? Model.fromSafetensors(readFileSync(values.model))
  : (await train({ data, recipe: values.recipe, evaluateEvery: 1000 })).model;
const imageOf = (i) => images.subarray(784 * i, 784 * (i + 1));
if (values.sheet) mkdirSync(values.sheet, { recursive: true });

/** What the network sees of a photo, and what it takes that for. */
async function look(photo) {
  try {
    const digit = await readDigit(photo);
    return { ...digit, ...model.read(digit) };
  } catch (error) {
    return { error: error.message };
  }
}

let [readOfAll, slowest] = [0, 0];
for (const kind of values.kind) {
  // Each kind has its own digits, whichever others are asked for.
  const number = Object.keys(KINDS).indexOf(kind);
  const random = new Random(number);
  const sheet = new Sheet();
  let [read, plain, sure, misled] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const example = (number * count + i) % data.test.count;
    const photo = KINDS[kind](imageOf(example), random, imageOf((example + 1) % data.test.count));
    const begun = performance.now();
    const { pixels, label, sure: isSure } = await look(photo);
    slowest = Math.max(slowest, performance.now() - begun);
    if (label === labels[example]) read++;
    if (isSure) sure++;
    if (isSure && label !== labels[example]) misled++;
    if (model.classify(imageOf(example)).label === labels[example]) plain++;
    sheet.add(photo, pixels, label === labels[example]);
  }
  readOfAll += read;
  const isSaid = `sure of ${sure}${misled > 0 ? `, wrongly of ${misled}` : ""}`;
  console.log(`${kind.padEnd(24)} ${read} of ${count} (${plain} as MNIST has them), ${isSaid}`);
  if (values.sheet) sheet.save(join(values.sheet, `${kind.replaceAll(/\W+/g, "-")}.png`));
}
const total = count * values.kind.length;
console.log(
  `read ${((100 * readOfAll) / total).toFixed(1)} % of ${total}; the slowest took ${slowest.toFixed(0)} ms`,
);
