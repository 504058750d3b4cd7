import { type Dataset, firstOf, imageSize } from "../data/dataset.js";
import type { Evaluation } from "../model/model.js";
import type { Hyperparameters } from "../training/hyperparameters.js";
import type { EpochRecord, ExampleCounts } from "../training/events.js";
import type { TrainResult } from "../training/train.js";
import { counted, percent, thousands } from "../base/format.js";
import { augmented } from "../training/augmented.js";
import { CHART_STYLE } from "./chart.js";
import { CONFUSION_STYLE, confusionTable } from "./confusion.js";
import { seenOf } from "./contents.js";
import { accuracyChart, lossChart } from "./history-charts.js";
import { escape } from "./html.js";
import { imageOf } from "./pixels.js";
import { greyPicture, weightsPicture } from "./pictures.js";
import { THEME } from "./theme.js";

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
  const evaluation = data.test?.count ? model.evaluate(data.test, seenOf(data)) : undefined;
  const title = `${data.name}, ${model.layers.join("-")}`;
  const reached = evaluation
    ? `<p class="reached"><strong>${percent(evaluation.accuracy)}</strong> of ${counted(data.test?.count ?? 0, "test example")} classified correctly</p>`
    : "<p>There were no test examples.</p>";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}: a digitrain run</title>
<style>${THEME}${STYLE}${CHART_STYLE}${CONFUSION_STYLE}</style>
<body>
<header>
<h1>${escape(title)}</h1>
${reached}
${paragraph(ending(report))}</header>
<main>
${[
  section("Loss", lossChart(report, report.options.loss)),
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

function paragraph(text: string): string {
  return text === "" ? "" : `<p>${text}</p>\n`;
}

/** Where a run ended that didn't do all its epochs, and which of them was the best. */
function ending({ stopped: { why }, bestEpoch, history, options }: FinishedRun): string {
  const { epochs, losses, stepsPerEpoch } = history;
  const done = counted(epochs.length, "epoch");
  const further = counted(losses.length - epochs.length * stepsPerEpoch, "step");
  const sentences = [
    why === "early-stopping" ? `Stopped early, after ${done}.` : "",
    why === "stop" ? `Stopped after ${done} and ${further}.` : "",
    bestEpoch === undefined
      ? ""
      : `The best epoch was number ${bestEpoch + 1}${options.keepBest ? ", whose model this is" : ""}.`,
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function confusionSection({ model }: FinishedRun, evaluation: Evaluation | undefined): string | undefined {
  if (!evaluation) return undefined;
  if (evaluation.confusion.length > MOST_CLASSES) return "<p>There are too many classes for a table.</p>";
  return confusionTable(evaluation.confusion, model.classNames);
}

/** The images that the model got most wrong. */
function worstImages({ data, model }: FinishedRun): string | undefined {
  const { test } = data;
  if (!test || !imageSize(test.shape)) return undefined;
  const nameOf = (label: number) => escape(model.classNames?.[label] ?? String(label));
  const figures = model.worst(test, WORST, seenOf(data)).map(({ example, label, predicted, loss }) => {
    const image = imageOf(test, example);
    if (!image) return "";
    const what = `example ${example}: ${nameOf(label)} taken for ${nameOf(predicted)}, loss ${loss.toPrecision(3)}`;
    return `<figure title="${what}"><img alt="${what}" src="${greyPicture(image)}"><figcaption>${nameOf(label)} <span>as ${nameOf(predicted)}</span></figcaption></figure>`;
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
    augmented(train, { augment, seed, epoch, limit: AUGMENTED }),
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

/** How many examples the run used for each purpose. */
function countsOf({ data, model, options }: FinishedRun): Required<ExampleCounts> {
  const used = Math.min(data.train.count, options.limit ?? Infinity);
  const train = model.training?.examples ?? used;
  const validation = options.validationFraction > 0 ? used - train : (data.validation?.count ?? 0);
  return { train, validation, test: data.test?.count ?? 0 };
}

function configuration(report: FinishedRun): string {
  const { data, model, options, runtime } = report;
  const { train, validation, test } = countsOf(report);
  const aside = validation > 0 ? `, ${thousands(validation)} validation` : "";
  return table([
    ["data", `${data.name}: ${thousands(train)} training${aside} and ${thousands(test)} test examples`],
    ["network", model.layers.join("-")],
    ...Object.entries<Option>({ ...options }).map(([name, value]) => [name, inWords(value)] as const),
    ["runtime", `${runtime.variant}, ${counted(runtime.threads, "thread")}: ${runtime.why}`],
  ]);
}

type Option = Hyperparameters[keyof Hyperparameters];

/** An option's value. */
function inWords(value: Option): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.join(", ") || "none";
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map((entry) => entry.join(" "))
    .join(", ");
}

const percentOf = (fraction: number | undefined) => (fraction === undefined ? undefined : percent(fraction));

/** What is told of each epoch that has ended. */
const COLUMNS: readonly (readonly [title: string, cell: (record: EpochRecord) => string | undefined])[] = [
  ["epoch", ({ epoch }) => String(epoch + 1)],
  ["time", ({ seconds }) => `${seconds.toFixed(3)} s`],
  ["mean loss", ({ meanLoss }) => meanLoss.toFixed(4)],
  ["validation loss", ({ validationLoss }) => validationLoss?.toFixed(4)],
  ["validation accuracy", ({ validationAccuracy: accuracy }) => percentOf(accuracy)],
  ["test loss", ({ testLoss }) => testLoss?.toFixed(4)],
  ["test accuracy", ({ testAccuracy: accuracy }) => percentOf(accuracy)],
];

function timings(report: FinishedRun): string {
  const { epochs, stepsPerEpoch } = report.history;
  const total = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  const rate = Math.round((countsOf(report).train * epochs.length) / (total || 1));
  const columns = COLUMNS.filter(([, cell]) => epochs.some((record) => cell(record) !== undefined));
  const rows = epochs.map((record) => {
    const cells = columns.map(([, cell]) => `<td>${cell(record) ?? "–"}</td>`).join("");
    return record.epoch === report.bestEpoch ? `<tr class="best">${cells}</tr>` : `<tr>${cells}</tr>`;
  });
  return `<p>${thousands(epochs.length * stepsPerEpoch)} steps in ${total.toFixed(2)} s of training, evaluation apart: ${thousands(rate)} images a second.</p>
<div class="scroll"><table class="numbers"><thead><tr>${columns.map(([title]) => `<th>${title}`).join("")}</thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}

function table(rows: readonly (readonly [name: string, value: string])[]): string {
  const cells = rows.map(([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(value)}</td></tr>`);
  return `<table class="options">${cells.join("\n")}</table>`;
}

const STYLE = `
*, ::before, ::after { box-sizing: border-box; }
body { max-width: 112rem; margin: 0 auto; padding: 0 clamp(1rem, 2vw, 2rem) 2rem; font: 16px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; color: var(--text); background: var(--paper); }
header { padding: 1rem 0 1.25rem; border-bottom: 1px solid var(--rule); }
h1 { margin: 0 0 0.5rem; font: 600 1.3rem/1.2 var(--serif); overflow-wrap: anywhere; }
h2 { margin: 0 0 0.5rem; font: 400 1.4rem/1.3 var(--serif); }
p { margin: 0 0 0.5rem; color: var(--quiet); text-wrap: pretty; }
.reached { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.6rem; }
.reached strong { font: 400 2.6rem/1.1 var(--serif); color: var(--text); }
main { columns: 30rem; column-gap: 2.5rem; margin-top: 1.5rem; }
section { container-type: inline-size; break-inside: avoid; padding-bottom: 2rem; }
.scroll { overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(4rem, 1fr)); gap: 0.5rem; }
.augmented { grid-template-columns: repeat(${EPOCHS_SHOWN + 1}, 1fr); gap: 0.25rem; }
figure { margin: 0; text-align: center; }
figure img { display: block; width: 100%; image-rendering: pixelated; border-radius: 3px; }
figcaption { font-size: 0.85rem; }
figcaption span { color: var(--other); }
.weights { width: 100%; image-rendering: pixelated; border: 1px solid var(--rule); border-radius: 3px; }
.positive { color: var(--positive); } .negative { color: var(--negative); }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.options th { padding: 0.15rem 1rem 0.15rem 0; text-align: left; font-weight: normal; color: var(--quiet); vertical-align: top; }
.numbers { width: 100%; font-size: clamp(0.62rem, 2.6cqi, 0.9rem); }
.numbers th { font-weight: normal; color: var(--quiet); vertical-align: bottom; }
.numbers td, .numbers th { padding: 0.2rem 0 0.2rem clamp(0.25rem, 1.5cqi, 1rem); text-align: right; border-bottom: 1px solid var(--rule); }
.numbers td { white-space: nowrap; }
tr.best { font-weight: bold; }
`;
