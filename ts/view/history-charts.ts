import type { EpochRecord } from "../training/events.js";
import type { Loss } from "../model/hyperparameters.js";
import type { TrainResult } from "../training/train.js";
import { type Axis, chart, type Mark, type Series } from "./chart.js";
import { publishedPoints } from "./published.js";

const acrossEpochs: Axis = {
  label: "epochs",
  scale: "linear",
  format: (epochs) => String(Number(epochs.toFixed(2))),
  includes: [0],
};

/** Where the best epoch ended. */
function markOf(bestEpoch: number | undefined): Mark | undefined {
  return bestEpoch === undefined ? undefined : { at: bestEpoch + 1, label: "best epoch" };
}

/** What is known of the epochs, by where they ended; nothing for those without. */
function pointsOf(
  epochs: readonly EpochRecord[],
  figureOf: (record: EpochRecord) => number | undefined,
): [number, number][] {
  return epochs.flatMap((record): [number, number][] => {
    const figure = figureOf(record);
    return figure === undefined ? [] : [[record.epoch + 1, figure]];
  });
}

/** A run's losses: of every step, their mean over stretches, after each epoch the validation loss, and the walk-through's. */
export function lossChart(
  { history, bestEpoch }: Pick<TrainResult, "history" | "bestEpoch">,
  loss: Loss,
): string | undefined {
  const { losses, epochs, stepsPerEpoch } = history;
  if (losses.length === 0) return undefined;
  const averaged = Math.max(1, Math.round(stepsPerEpoch / 20));
  const validated = pointsOf(epochs, ({ validationLoss }) => validationLoss);
  // Only squared errors can be compared with the walk-through's.
  const published = loss === "mse" ? publishedPoints(Math.ceil(losses.length / stepsPerEpoch)) : [];
  const series: Series[] = [
    { name: "each step", look: "faint", points: extremes(losses, stepsPerEpoch) },
    { name: "mean", look: "line", points: means(losses, averaged, stepsPerEpoch) },
    { name: "validation", look: "second", points: validated },
    { name: "published with the walk-through", look: "dots", points: published },
  ];
  const up: Axis = {
    label: loss,
    scale: "log",
    format: (value) => String(Number(value.toPrecision(3))),
  };
  const shown = series.filter(({ points }) => points.length > 0);
  return chart("Loss of each step", acrossEpochs, up, shown, markOf(bestEpoch));
}

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

/** The accuracies after each epoch that has some. */
export function accuracyChart({
  history: { epochs },
  bestEpoch,
}: Pick<TrainResult, "history" | "bestEpoch">): string | undefined {
  const series: Series[] = [
    { name: "test", look: "line-and-dots", points: pointsOf(epochs, ({ testAccuracy }) => testAccuracy) },
    { name: "validation", look: "second", points: pointsOf(epochs, (record) => record.validationAccuracy) },
  ];
  const shown = series.filter(({ points }) => points.length > 0);
  if (shown.length === 0) return undefined;
  const up: Axis = {
    label: shown.length > 1 ? "accuracy" : `${shown[0]?.name ?? ""} accuracy`,
    scale: "linear",
    format: (fraction) => `${Number((100 * fraction).toFixed(2))} %`,
  };
  return chart("Accuracy after each epoch", acrossEpochs, up, shown, markOf(bestEpoch));
}
