import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type uPlot from "uplot";
import { logTicks } from "../../view/chart.js";
import { useApp } from "../context.js";
import { Canvas, colourOf, type Surface } from "../canvas.js";
import { axis, LOGARITHMIC } from "../play/charts.js";
import { Chart } from "../play/LazyChart.js";
import { drawSigned } from "../play/network-picture.js";
import { columnOf } from "../inside.js";
import { LessonActions } from "./lesson-actions.js";
import { lossAfter, type OneStep, RATES, stepped } from "./one-step.js";
import { failureOfData } from "./parts.js";

/** Units whose pictures are shown. */
const UNITS = 7;
/** Of those that the step changes most every eighth: neighbours look alike. */
const EVERY = 8;

/** Weights, their gradient, and a step of a chosen rate. */
export function Step() {
  const { state, actions } = useApp();
  const lesson = useMemo(() => new LessonActions(state, actions.train), [actions, state]);
  const words = state.words.value;
  const data = state.data.value;
  // A step on other data says nothing of what is chosen now.
  const step = state.oneStep.value?.data === data ? state.oneStep.value : undefined;
  const at = useSignal(0);
  const rate = RATES[at.value] ?? 1e-3;
  const losses = useComputed(() => {
    const now = state.oneStep.value;
    return now ? RATES.map((one) => lossAfter(now, one)) : [];
  });
  useEffect(() => {
    if (state.oneStep.peek()?.data !== data) lesson.prepareStep();
  }, [lesson, state, data]);
  if (!step) return <Waiting />;
  const after = losses.value[at.value] ?? NaN;
  const units = strongestUnits(step);
  return (
    <div class="one-step">
      <Rows step={step} units={units} rate={rate} />
      <div class="columns">
        <div>
          <label class="rate">
            <span>
              {words.rate} <b id="rate">{rate}</b>
            </span>
            <input
              type="range"
              min={0}
              max={RATES.length - 1}
              value={at.value}
              onInput={({ currentTarget }) => {
                at.value = Number(currentTarget.value);
              }}
            />
          </label>
          <p id="losses">
            {words.lossBefore} <b>{step.loss.toFixed(4)}</b> → {words.lossAfter}{" "}
            <b class={after < step.loss ? "correct" : "wrong"}>{after.toPrecision(4)}</b>
          </p>
          <div class="buttons">
            <button
              type="button"
              class="primary"
              onClick={() => {
                lesson.takeStep(rate);
              }}
            >
              {words.takeStep}
            </button>
            <button
              type="button"
              onClick={() => {
                lesson.prepareStep();
              }}
            >
              {words.fromStart}
            </button>
          </div>
          <p>{words.stepsTaken(step.steps)}</p>
          <p class="wrong" role="alert">
            {state.complaint.value}
          </p>
        </div>
        <figure>
          <figcaption>
            <span>{words.lossByRate}</span>
          </figcaption>
          <Chart
            id="rates"
            label={words.lossByRate}
            options={() => rateChart(() => RATES[at.value] ?? 1e-3)}
            // The chosen rate is marked: the chart is drawn anew for it.
            data={() => (at.value < 0 ? [[], []] : [[...RATES], losses.value])}
          />
        </figure>
      </div>
    </div>
  );
}

/** Why there is no step yet. */
function Waiting() {
  const { state } = useApp();
  const failure = state.complaint.value || failureOfData(state);
  return failure === "" ? <p>{state.words.value.batchComes}</p> : <p class="wrong">{failure}</p>;
}

/** An axis has powers of ten alone, and these are few. */
const powers: uPlot.Axis.Splits = (_, __, low, high) => logTicks(low, high, 1);

function rateChart(chosen: () => number): uPlot.Options {
  return {
    width: 300,
    height: 100,
    padding: [10, 16, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, ...LOGARITHMIC }, y: LOGARITHMIC },
    axes: [
      axis({ splits: powers, size: 34, gap: 12 }),
      axis({
        size: 68,
        space: 30,
        splits: powers,
        values: (_, ticks) => ticks.map((tick: number | null) => (tick === null ? "" : String(tick))),
      }),
    ],
    series: [{}, { stroke: () => colourOf("accent"), width: 2, points: { show: false } }],
    hooks: {
      draw: [
        (chart) => {
          const { ctx, bbox } = chart;
          const x = chart.valToPos(chosen(), "x", true);
          ctx.strokeStyle = colourOf("other");
          ctx.lineWidth = 2 * devicePixelRatio;
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
        },
      ],
    },
  };
}

/** Some of the first layer's units that the step changes most. */
function strongestUnits({ layers: [inputs = 0, units = 0], gradient }: OneStep): number[] {
  const sizes = new Float64Array(units);
  for (let i = 0; i < inputs * units; i++)
    sizes[i % units] = (sizes[i % units] ?? 0) + (gradient[i] ?? 0) ** 2;
  return Array.from(sizes.keys())
    .sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0))
    .filter((_, rank) => rank % EVERY === 0)
    .slice(0, UNITS);
}

function Rows({ step, units, rate }: { step: OneStep; units: readonly number[]; rate: number }) {
  const { state } = useApp();
  const words = state.words.value;
  const down = step.gradient.map((value) => -value);
  const added = stepped(step, rate).map((value, i) => value - (step.start[i] ?? 0));
  return (
    <div class="rows">
      {(
        [
          [words.unitsWeights, step.values],
          [words.unitsGradient, down],
          [words.unitsAdded, added],
        ] as const
      ).map(([name, values]) => (
        <figure key={name}>
          <figcaption>
            <span>{name}</span>
          </figcaption>
          <Canvas
            label={name}
            draw={(surface) => {
              drawUnits(surface, values, step, units);
            }}
          />
        </figure>
      ))}
    </div>
  );
}

function drawUnits(
  { context, width, height }: Surface,
  values: Float32Array,
  { layers: [inputs = 0, count = 0] }: OneStep,
  units: readonly number[],
): void {
  const side = Math.min(height, width / UNITS - 6);
  const across = Math.sqrt(inputs);
  const size = Number.isInteger(across) ? { width: across, height: across } : { width: inputs, height: 1 };
  units.forEach((unit, i) => {
    const own = columnOf(values.subarray(0, inputs * count), count, unit);
    drawSigned(context, own, size, [i * (side + 6), 0, side]);
    context.strokeStyle = colourOf("rule");
    context.strokeRect(i * (side + 6), 0, side, side);
  });
}
