// Draws digits in many ways, as people do on the page's pad, and counts how many of each kind a network reads:
//   node scripts/bench/strokes.mjs [--model FILE] [--recipe fast] [--count 60] [--seed 0] [--data ../shared/mnist] [--sheet DIR]
// Each drawing is read twice: as strokes, and as a picture of them drawn with a pen of the kind's width. Without --model a
// network is trained on all but the last sixth of MNIST's training images. --sheet saves a PNG of each kind.
import "../../dist/cli/relaxed-simd.js";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { digitOf, digitOfStrokes, loadDataset, Model, train } from "../../dist/node/index.js";
import { holdOut } from "./held-out.mjs";
import { Random } from "./photos/random.mjs";
import { Sheet } from "./photos/sheet.mjs";
import { EUROPEAN, FORMS } from "./strokes/forms.mjs";
import { drawn, writeOnce } from "./strokes/pen.mjs";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    recipe: { type: "string", default: "fast" },
    count: { type: "string", default: "60" },
    seed: { type: "string", default: "0" },
    data: { type: "string", default: "../shared/mnist" },
    sheet: { type: "string" },
  },
});

/** The page's pen, in parts of the pad. */
const PEN = 0.075;

/** How digits are drawn: their height and their pen's width in parts of the pad, and what the hand does. */
const KINDS = {
  small: (random) => ({ size: random.between(0.15, 0.3), pen: 0.03 }),
  large: (random) => ({ size: random.between(0.8, 0.9) }),
  slanted: (random) => ({
    size: random.between(0.45, 0.75),
    slant: random.pick([-1, 1, 1]) * random.between(0.2, 0.4),
  }),
  shaky: (random) => ({ size: random.between(0.45, 0.75), shake: random.between(0.015, 0.025) }),
  thin: (random) => ({ size: random.between(0.5, 0.8), pen: random.between(0.012, 0.025) }),
  thick: (random) => ({ size: random.between(0.6, 0.85), pen: random.between(0.1, 0.13) }),
  European: (random) => ({ size: random.between(0.45, 0.75), forms: EUROPEAN }),
};

const model = values.model
  ? Model.fromSafetensors(readFileSync(values.model))
  : (
      await train({
        data: holdOut(await loadDataset(values.data)),
        recipe: values.recipe,
        evaluateEvery: 1000,
      })
    ).model;
if (values.sheet) mkdirSync(values.sheet, { recursive: true });

const count = Number(values.count);
let [strokesRead, picturesRead] = [0, 0];
for (const [number, kind] of Object.keys(KINDS).entries()) {
  const random = new Random(100 * Number(values.seed) + number);
  const sheet = new Sheet();
  let [asStrokes, asPictures] = [0, 0];
  for (let i = 0; i < count; i++) {
    const label = i % 10;
    const { forms = FORMS, pen = PEN, ...hand } = KINDS[kind](random);
    const strokes = writeOnce(random.pick(forms[label]), random, hand);
    const picture = drawn(strokes, pen);
    const { pixels } = digitOfStrokes(strokes, PEN);
    const isRead = model.classify(pixels).label === label;
    if (isRead) asStrokes++;
    const seen = digitOf(picture);
    const isPictureRead = model.classify(seen).label === label;
    if (isPictureRead) asPictures++;
    sheet.add(picture, pixels, isRead);
    sheet.add(picture, seen, isPictureRead);
  }
  strokesRead += asStrokes;
  picturesRead += asPictures;
  console.log(`${kind.padEnd(12)} ${asStrokes} of ${count} as strokes, ${asPictures} as pictures`);
  if (values.sheet) sheet.save(join(values.sheet, `${kind}.png`));
}
const percent = (read) => ((100 * read) / (count * Object.keys(KINDS).length)).toFixed(1);
console.log(`${percent(strokesRead)} % as strokes, ${percent(picturesRead)} % as pictures`);
