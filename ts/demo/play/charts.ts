import type uPlot from "uplot";
import { publishedPoints } from "../../index.js";
import { logTicks } from "../../view/chart.js";
import { colourOf, magnification } from "../canvas.js";

/** Of a chart as low as these, an axis that spans more has powers of ten alone. */
const MOST_FINE = 30;

const COMMON = {
  width: 300,
  height: 100,
  padding: [10, 16, 0, 0],
  legend: { show: false },
  cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
} satisfies Partial<uPlot.Options>;

/** A logarithmic scale. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot declares the enum, but doesn't export it
export const LOGARITHMIC: uPlot.Scale = { distr: 3 };

/** What a chart reads anew whenever it is drawn. */
export interface Frame {
  readonly epochs: number;
  /** Whether the walk-through's losses can be compared. */
  readonly isComparable: boolean;
}

/** An axis whose sizes are those of a page whose text has its usual size. */
export function axis({
  size = 26,
  gap = 4,
  space = 50,
  ...options
}: Omit<uPlot.Axis, "size" | "space"> & { size?: number; space?: number }): uPlot.Axis {
  const larger = magnification.value;
  return {
    stroke: () => colourOf("quiet"),
    grid: { stroke: () => colourOf("rule"), width: 1 },
    ticks: { show: false },
    font: `${16 * larger}px system-ui, sans-serif`,
    size: size * larger,
    gap: gap * larger,
    space: space * larger,
    ...options,
  };
}

/** All losses and, where they are shown, those published. */
function lossRange(low: number, high: number, { epochs, isComparable }: Frame): [number, number] {
  const published = isComparable ? publishedPoints(epochs).map(([, loss]) => loss) : [];
  const all = [low, high, ...published].filter((loss) => Number.isFinite(loss) && loss > 0);
  if (all.length === 0) return [0.05, 3];
  return [Math.min(...all) / 1.1, Math.max(...all) * 1.1];
}

function drawPublished(chart: uPlot, { epochs, isComparable }: Frame): void {
  if (!isComparable) return;
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = colourOf("other");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const [at, loss] of publishedPoints(epochs)) {
    ctx.beginPath();
    const [x, y] = [chart.valToPos(at, "x", true), chart.valToPos(loss, "y", true)];
    ctx.arc(x, y, 3.5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.stroke();
  }
  ctx.restore();
}

/**
 * The loss of each batch.
 * @param pointed told of the loss under the pointer
 */
export function lossChart(
  frame: () => Frame,
  pointed: (at: number | undefined, loss: number | undefined) => void,
): uPlot.Options {
  return {
    ...COMMON,
    scales: {
      x: { time: false, range: () => [0, frame().epochs] },
      y: { ...LOGARITHMIC, range: (_, low, high) => lossRange(low, high, frame()) },
    },
    axes: [
      axis({ space: 60 }),
      axis({
        size: 54,
        space: 24,
        splits: (_, __, low, high) => logTicks(low, high, MOST_FINE),
      }),
    ],
    series: [
      {},
      { stroke: () => colourOf("accent"), width: 2, points: { show: false } },
      { stroke: "transparent", points: { show: false } },
      { stroke: "transparent", points: { show: false } },
    ],
    bands: [{ series: [3, 2], fill: () => colourOf("band") }],
    hooks: {
      draw: [
        (chart) => {
          drawPublished(chart, frame());
        },
      ],
      setCursor: [
        ({ cursor: { idx }, data }) => {
          pointed(data[0][idx ?? -1], data[1]?.[idx ?? -1] ?? undefined);
        },
      ],
    },
  };
}

/** The test accuracy after each epoch. */
export function accuracyChart(frame: () => Frame, percent: (fraction: number) => string): uPlot.Options {
  const lowest = (low: number) => (Number.isFinite(low) ? Math.max(0, Math.floor(10 * low - 0.5) / 10) : 0);
  return {
    ...COMMON,
    scales: {
      x: { time: false, range: () => [0, frame().epochs] },
      y: { range: (_, low) => [lowest(low), 1] },
    },
    axes: [
      axis({ space: 50 }),
      axis({ size: 60, space: 30, values: (_, ticks) => ticks.map((tick) => percent(tick)) }),
    ],
    series: [
      {},
      {
        stroke: () => colourOf("accent"),
        width: 2,
        points: { show: true, size: 7, fill: () => colourOf("accent") },
      },
    ],
  };
}
