import uPlot from "uplot";
import { PUBLISHED_EVERY, PUBLISHED_LOSSES, PUBLISHED_STEPS_PER_EPOCH } from "../index.js";
import type { Curve } from "./curve.js";
import { colourOf, element, onColourScheme, percent } from "./element.js";

/** The walk-through's losses by where they lie, in epochs. */
const PUBLISHED = PUBLISHED_LOSSES.flatMap((row, epoch) =>
  row.map((loss, i) => [epoch + (i * PUBLISHED_EVERY) / PUBLISHED_STEPS_PER_EPOCH, loss] as const),
);
const FONT = "12px system-ui, sans-serif";

const COMMON = {
  width: 600,
  height: 120,
  padding: [8, 8, 0, 0],
  legend: { show: false },
  cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
} satisfies Partial<uPlot.Options>;

/** The test accuracy at some time. */
export interface Accuracy {
  /** In epochs. */
  at: number;
  accuracy: number;
}

/** The loss of each batch and the test accuracy after each epoch, over the same epochs. */
export class Charts {
  readonly #loss: uPlot;
  readonly #accuracy: uPlot;
  #epochs = 1;
  #showsPublished = false;

  constructor() {
    const [tall, low] = [element("loss-chart", HTMLElement), element("accuracy-chart", HTMLElement)];
    const readout = element("readout", HTMLElement);
    this.#loss = new uPlot(this.#lossOptions(readout), [[], [], [], []], tall);
    this.#accuracy = new uPlot(this.#accuracyOptions(), [[], []], low);
    for (const [chart, box] of [
      [this.#loss, tall],
      [this.#accuracy, low],
    ] as const) {
      const fit = () => {
        chart.setSize({ width: box.clientWidth, height: box.clientHeight });
      };
      new ResizeObserver(fit).observe(box);
      fit();
    }
    onColourScheme(() => {
      this.#loss.redraw(false, true);
      this.#accuracy.redraw(false, true);
    });
  }

  /** @param showsPublished whether the walk-through's losses can be compared */
  begin(epochs: number, showsPublished: boolean): void {
    this.#epochs = Math.max(1, epochs);
    this.#showsPublished = showsPublished;
    element("published-key", HTMLElement).classList.toggle("off", !showsPublished);
  }

  draw(curve: Curve, accuracies: readonly Accuracy[]): void {
    this.#loss.setData(curve.columns());
    this.#accuracy.setData([accuracies.map(({ at }) => at), accuracies.map(({ accuracy }) => accuracy)]);
  }

  #lossOptions(readout: HTMLElement): uPlot.Options {
    return {
      ...COMMON,
      scales: {
        x: { time: false, range: () => [0, this.#epochs] },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot declares the enum, but doesn't export it
        y: { distr: 3, range: (_, low, high) => this.#lossRange(low, high) },
      },
      axes: [
        this.#axis({ space: 60 }),
        this.#axis({ size: 52, splits: (_, __, low, high) => logTicks(low, high) }),
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
            this.#drawPublished(chart);
          },
        ],
        setCursor: [
          ({ cursor: { idx }, data }) => {
            const [at, loss] = [data[0][idx ?? -1], data[1]?.[idx ?? -1]];
            readout.textContent =
              at === undefined || loss == null ? "" : `epoch ${at.toFixed(2)}: ${loss.toPrecision(3)}`;
          },
        ],
      },
    };
  }

  #accuracyOptions(): uPlot.Options {
    return {
      ...COMMON,
      scales: {
        x: { time: false, range: () => [0, this.#epochs] },
        y: {
          range: (_, low) => [Number.isFinite(low) ? Math.max(0, Math.floor(10 * low - 0.5) / 10) : 0, 1],
        },
      },
      axes: [
        this.#axis({ space: 60 }),
        this.#axis({ size: 52, space: 24, values: (_, ticks) => ticks.map((tick) => percent(tick, 0)) }),
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

  #axis(options: uPlot.Axis): uPlot.Axis {
    const stroke = () => colourOf("quiet");
    const grid = { stroke: () => colourOf("rule"), width: 1 };
    return { stroke, grid, ticks: { show: false }, font: FONT, gap: 6, size: 28, ...options };
  }

  /** All losses and, where they are shown, those published. */
  #lossRange(low: number, high: number): [number, number] {
    const shown = this.#showsPublished
      ? PUBLISHED.filter(([at]) => at < this.#epochs).map(([, loss]) => loss)
      : [];
    const all = [low, high, ...shown].filter((loss) => Number.isFinite(loss) && loss > 0);
    if (all.length === 0) return [0.05, 3];
    return [Math.min(...all) / 1.1, Math.max(...all) * 1.1];
  }

  #drawPublished(chart: uPlot): void {
    if (!this.#showsPublished) return;
    const { ctx } = chart;
    ctx.save();
    ctx.strokeStyle = colourOf("other");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    for (const [at, loss] of PUBLISHED) {
      if (at > this.#epochs) continue;
      ctx.beginPath();
      ctx.arc(
        chart.valToPos(at, "x", true),
        chart.valToPos(loss, "y", true),
        3.5 * devicePixelRatio,
        0,
        2 * Math.PI,
      );
      ctx.stroke();
    }
    ctx.restore();
  }
}

/** 1, 2 and 5 times powers of ten; over many decades the powers alone. */
function logTicks(low: number, high: number): number[] {
  const leads = high / low > 200 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
    ticks.push(...leads.map((lead) => lead * 10 ** power));
  return ticks.filter((tick) => tick >= low && tick <= high);
}
