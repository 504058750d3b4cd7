import { type Dataset, firstOf, imageSize } from "../data/dataset.js";
import type { Evaluation } from "../model/model.js";
import type { EpochRecord } from "../training/events.js";
import type { Hyperparameters } from "../training/hyperparameters.js";
import type { TrainResult } from "../training/train.js";
import { percent, thousands } from "../base/format.js";
import { augmented } from "../training/augmented.js";
import { type Axis, chart, CHART_STYLE, type Mark, type Series } from "./chart.js";
import { CONFUSION_STYLE, confusionTable } from "./confusion.js";
import { escape } from "./html.js";
import { imageOf } from "./pixels.js";
import { greyPicture, weightsPicture } from "./pictures.js";
import { publishedPoints } from "./published.js";

/** A finished run. */
export interface FinishedRun extends TrainResult {
  readonly data: Dataset;
  readonly options: Hyperparameters;
}

const WORST = 40;
/** How many training images are shown that were changed, and in how many epochs. */
const AUGMENTED = 8;
const EPOCHS_SHOWN = 9;
/** A confusion matrix of more fits no page. */
const MOST_CLASSES = 64;
/** Units whose weights are shown. */
const UNITS = 256;

/**
 * One self-contained HTML page about a run: its losses, accuracies, mistakes and weights, how it was configured and
 * how long it took. It has no scripts, and loads nothing.
 */
export function reportPage(report: FinishedRun): string {
  const { data, model } = report;
  const evaluation = data.test?.count ? model.evaluate(data.test) : undefined;
  const title = `${data.name}, ${model.layers.join("-")}`;
  const accuracy = evaluation && `${percent(evaluation.accuracy)} of the test examples classified correctly`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}: a digitrain run</title>
<style>${STYLE}${CHART_STYLE}${CONFUSION_STYLE}</style>
<body>
<header>
<h1>${escape(title)}</h1>
<p>${accuracy ?? "There were no test examples."}</p>
</header>
<main>
${[
  section("Loss", lossChart(report)),
  section("Accuracy", accuracyChart(report)),
  section("Confusion matrix", confusionSection(report, evaluation)),
  section("Most wrong", worstImages(report)),
  section("Augmented training images", augmentedImages(report)),
  section("First-layer weights", firstLayer(report)),
  section("Configuration", configuration(report)),
  section("Time", timings(report)),
].join("")}</main>
</body>
</html>
`;
}

function section(title: string, content: string | undefined): string {
  return content === undefined ? "" : `<section>\n<h2>${title}</h2>\n${content}\n</section>\n`;
}

function confusionSection({ model }: FinishedRun, evaluation: Evaluation | undefined): string | undefined {
  if (!evaluation) return undefined;
  if (evaluation.confusion.length > MOST_CLASSES) return "<p>There are too many classes for a table.</p>";
  return confusionTable(evaluation.confusion, model.classNames);
}

/** The loss of every step, its mean over stretches of an epoch and, on the same scale, the walk-through's own. */
export function lossChart(run: FinishedRun): string | undefined {
  const { history, options } = run;
  const { losses, epochs } = history;
  if (losses.length === 0) return undefined;
  const perEpoch = Math.ceil(trainedOn(run) / options.batchSize);
  const series: Series[] = [
    { name: "each step", look: "faint", points: extremes(losses, perEpoch) },
    { name: "mean", look: "line", points: means(losses, Math.max(1, Math.round(perEpoch / 20)), perEpoch) },
  ];
  const validated = epochs.flatMap(({ epoch, validationLoss }): [number, number][] =>
    validationLoss === undefined ? [] : [[epoch + 1, validationLoss]],
  );
  if (validated.length > 0)
    series.push({ name: "validation", look: "other-line-and-dots", points: validated });
  // Only squared errors can be compared with it.
  if (options.loss === "mse") {
    const points = publishedPoints(epochs.length);
    series.push({ name: "published with the walk-through", look: "dots", points });
  }
  const y: Axis = {
    label: options.loss,
    scale: "log",
    format: (loss) => String(Number(loss.toPrecision(3))),
  };
  return chart("Loss of each step", epochAxis, y, series, bestEpochOf(run));
}

const epochAxis: Axis = {
  label: "epochs",
  scale: "linear",
  format: (epochs) => String(Number(epochs.toFixed(2))),
  includes: [0],
};

/** At most so many stretches of a run are drawn. */
const STRETCHES = 600;

/** The losses as a line through each stretch's least and largest, which looks as the whole would. */
function extremes(losses: Float32Array, perEpoch: number): [number, number][] {
  const length = Math.max(1, Math.ceil(losses.length / STRETCHES));
  return stretches(losses, length).flatMap((stretch, i): [number, number][] => {
    const x = (i * length) / perEpoch;
    const [low, high] = [Math.min(...stretch), Math.max(...stretch)];
    return low === high ? [[x, low]] : [[x, low], [x, high]]; // prettier-ignore
  });
}

function means(losses: Float32Array, length: number, perEpoch: number): [number, number][] {
  return stretches(losses, length).map((stretch, i) => [
    (i * length + stretch.length / 2) / perEpoch,
    stretch.reduce((sum, loss) => sum + loss, 0) / stretch.length,
  ]);
}

function stretches(losses: Float32Array, length: number): Float32Array[] {
  const count = Math.ceil(losses.length / length);
  return Array.from({ length: count }, (_, i) => losses.subarray(i * length, (i + 1) * length));
}

/** The accuracy on test and validation examples after each epoch that has one. */
export function accuracyChart(run: FinishedRun): string | undefined {
  const after = (accuracyOf: (record: EpochRecord) => number | undefined) =>
    run.history.epochs.flatMap((record): [number, number][] => {
      const accuracy = accuracyOf(record);
      return accuracy === undefined ? [] : [[record.epoch + 1, accuracy]];
    });
  const all: Series[] = [
    { name: "test", look: "line-and-dots", points: after(({ testAccuracy }) => testAccuracy) },
    {
      name: "validation",
      look: "other-line-and-dots",
      points: after(({ validationAccuracy }) => validationAccuracy),
    },
  ];
  const series = all.filter(({ points }) => points.length > 0);
  if (series.length === 0) return undefined;
  const y: Axis = {
    label: `${series.map(({ name }) => name).join(" and ")} accuracy`,
    scale: "linear",
    format: (fraction) => `${Number((100 * fraction).toFixed(2))} %`,
  };
  return chart("Accuracy after each epoch", epochAxis, y, series, bestEpochOf(run));
}

/** The end of the best epoch, where it was asked for. */
function bestEpochOf({ bestEpoch }: FinishedRun): Mark[] {
  return bestEpoch === undefined ? [] : [{ x: bestEpoch + 1, name: `best: epoch ${bestEpoch}` }];
}

/** How many examples the run trained on. */
function trainedOn({ data, model }: FinishedRun): number {
  return model.training?.examples ?? data.train.count;
}

/** How many examples were set aside for validation. */
function validatedOn(run: FinishedRun): number {
  return Math.min(run.data.train.count, run.options.limit ?? Infinity) - trainedOn(run);
}

/** The images that the model got most wrong. */
function worstImages({ data: { test }, model }: FinishedRun): string | undefined {
  if (!test || !imageSize(test.shape)) return undefined;
  const nameOf = (label: number) => escape(model.classNames?.[label] ?? String(label));
  const figures = model.worst(test, WORST).map(({ example, label, predicted, loss }) => {
    const image = imageOf(test, example);
    if (!image) return "";
    const what = `example ${example}: ${nameOf(label)} taken for ${nameOf(predicted)}, loss ${loss.toPrecision(3)}`;
    return `<figure title="${what}"><img alt="${what}" src="${greyPicture(image)}"><figcaption>${nameOf(label)} as ${nameOf(predicted)}</figcaption></figure>`;
  });
  if (figures.length === 0) return "<p>All test images are classified correctly.</p>";
  return `<p>The images of largest loss among those classified wrongly: what each is, and what it was taken for.</p>
<div class="tiles">${figures.join("\n")}</div>`;
}

/** Some training images, and how they were changed. */
function augmentedImages({ data: { train }, options }: FinishedRun): string | undefined {
  const { augment, seed } = options;
  if (!augment || !imageSize(train.shape)) return undefined;
  const first = firstOf(train, AUGMENTED);
  const epochs = Array.from({ length: EPOCHS_SHOWN }, (_, epoch) =>
    augmented(first, { augment, seed, epoch }),
  );
  const figures = Array.from({ length: first.count }, (_, example) =>
    [first, ...epochs].map((examples, i) => {
      const image = imageOf(examples, example);
      const what = `example ${example} ${i === 0 ? "as it is" : `in epoch ${i - 1}`}`;
      return image ? `<figure><img title="${what}" alt="${what}" src="${greyPicture(image)}"></figure>` : "";
    }),
  );
  return `<p>The first training images, each as it is and as ${EPOCHS_SHOWN} epochs may see it.</p>
<div class="tiles augmented">${figures.flat().join("\n")}</div>`;
}

/** What each unit of the first layer looks for. */
function firstLayer({ data, model }: FinishedRun): string | undefined {
  const weights = model.parameters.get("w1");
  const size = imageSize(data.train.shape);
  if (!weights || !size) return undefined;
  const units = weights.shape[1] ?? 0;
  const shown = units > UNITS ? `The first ${UNITS} of ${units} units` : `All ${units} units`;
  return `<p>${shown}: <span class="positive">positive</span> weights speak for it, <span class="negative">negative</span> ones against it; the stronger, the larger.</p>
<img class="weights" alt="The weights of each unit of the first layer, as images" src="${weightsPicture(weights, size, UNITS)}">`;
}

function configuration(run: FinishedRun): string {
  const { data, model, options, runtime } = run;
  const counts = [
    `${thousands(trainedOn(run))} training`,
    ...(options.validationFraction > 0 ? [`${thousands(validatedOn(run))} validation`] : []),
    `${thousands(data.test?.count ?? 0)} test`,
  ];
  return table([
    ["data", `${data.name}: ${new Intl.ListFormat("en").format(counts)} examples`],
    ["network", model.layers.join("-")],
    ...Object.entries<Hyperparameters[keyof Hyperparameters]>({ ...options }).map(
      ([name, value]): [string, string] => [name, optionInWords(value)],
    ),
    [
      "runtime",
      `${runtime.variant}, ${runtime.threads} thread${runtime.threads === 1 ? "" : "s"}: ${runtime.why}`,
    ],
  ]);
}

/** `{ patience: 3 }` is "patience 3". */
function optionInWords(value: Hyperparameters[keyof Hyperparameters]): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.join(", ") || "none";
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${String(part)}`)
    .join(", ");
}

function timings(run: FinishedRun): string {
  const { epochs, losses } = run.history;
  const seconds = epochs.map((epoch) => epoch.seconds);
  const total = seconds.reduce((sum, one) => sum + one, 0);
  const rate = Math.round((trainedOn(run) * epochs.length) / (total || 1));
  const accuracy = (fraction?: number) => (fraction === undefined ? "–" : percent(fraction));
  const columns: [head: string, cell: (record: EpochRecord) => string | number][] = [
    ["epoch", ({ epoch }) => (epoch === run.bestEpoch ? `best: ${epoch}` : epoch)],
    ["time", ({ seconds }) => `${seconds.toFixed(3)} s`],
    ["mean loss", ({ meanLoss }) => meanLoss.toFixed(4)],
    ["validation loss", ({ validationLoss }) => validationLoss?.toFixed(4) ?? "–"],
    ["validation accuracy", ({ validationAccuracy }) => accuracy(validationAccuracy)],
    ["test loss", ({ testLoss }) => testLoss?.toFixed(4) ?? "–"],
    ["test accuracy", ({ testAccuracy }) => accuracy(testAccuracy)],
  ];
  const isValidated = run.options.validationFraction > 0;
  const shown = columns.filter(([head]) => isValidated || !head.startsWith("validation"));
  const heads = shown.map(([head]) => `<th>${head}`).join("");
  const rows = epochs.map((record) => shown.map(([, cell]) => `<td>${cell(record)}</td>`).join(""));
  return `<p>${thousands(losses.length)} steps in ${total.toFixed(2)} s of training, evaluation apart: ${thousands(rate)} images a second.</p>
<div class="scroll"><table class="numbers"><thead><tr>${heads}</thead>
<tbody>${rows.map((row) => `<tr>${row}</tr>`).join("\n")}</tbody></table></div>`;
}

function table(rows: readonly (readonly [name: string, value: string])[]): string {
  const cells = rows.map(([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(value)}</td></tr>`);
  return `<table class="options">${cells.join("\n")}</table>`;
}

const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1f2328, #e6edf3); --quiet: light-dark(#59636e, #9198a1); --rule: light-dark(#d1d9e0, #3d444d);
  --paper: light-dark(#ffffff, #15191f); --accent: light-dark(#0969da, #58a6ff); --other: light-dark(#bc4c00, #f0883e);
}
body { margin: 0 auto; max-width: 76rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--paper); }
h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 0.5rem; font-size: 1.1rem; }
p { margin: 0 0 0.5rem; color: var(--quiet); }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 2rem; margin-top: 1.5rem; }
section { min-width: 0; }
.scroll { overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, 4rem); gap: 0.5rem; }
.augmented { grid-template-columns: repeat(${EPOCHS_SHOWN + 1}, 1fr); gap: 0.25rem; }
figure { margin: 0; text-align: center; }
figure img { width: 100%; image-rendering: pixelated; border-radius: 4px; }
figcaption { font-size: 0.8rem; color: var(--quiet); }
.weights { width: 100%; image-rendering: pixelated; border: 1px solid var(--rule); border-radius: 4px; }
.positive { color: light-dark(#b3261e, #ff7b72); } .negative { color: var(--accent); }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.options th { padding: 0.1rem 1rem 0.1rem 0; text-align: left; font-weight: normal; color: var(--quiet); vertical-align: top; }
.numbers th { font-weight: normal; color: var(--quiet); }
.numbers td, .numbers th { padding: 0.1rem 0.6rem; text-align: right; }
.numbers td, .confusion td { white-space: nowrap; }
`;
