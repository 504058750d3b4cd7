import type uPlot from "uplot";
import { type Recipe, resolveOptions } from "../../index.js";
import { useApp } from "../context.js";
import { NO_LOSSES } from "../curve.js";
import { Chart } from "./LazyChart.js";
import { chosenFrom, haveOtherEffects } from "../fields.js";
import { titleOf } from "../sources.js";
import type { RunRecord, State } from "../state.js";
import { accuracyChart, type Frame, lossChart } from "./charts.js";

/** How far a run has come: which it is, its figures and its curves. */
export function Progress() {
  return (
    <section class="progress">
      <div class="run">
        <RunCaption />
        <Numbers />
      </div>
      <LossFigure />
      <AccuracyFigure />
    </section>
  );
}

/** The run that all of this is about. */
function RunCaption() {
  const { state } = useApp();
  const { words, run, chosen, dataName, phase } = state;
  const say = words.value;
  const record = run.value;
  if (!record) return <p id="run">{say.noRun}</p>;
  const layers = record.layers.join("-");
  const { recipe } = record.options;
  return (
    <p id="run">
      <b>
        {record.file ?? say.runIs(say.recipes[recipe], titleOf(say, record.data))}, <span>{layers}</span>
      </b>
      {record.file === undefined && phase.value !== "starting" && differs(state, record) && (
        <span id="changes-wait"> {say.changesWait}</span>
      )}
    </p>
  );

  function differs({ data, ownChange, startsFrom }: State, { options, data: learnt }: RunRecord): boolean {
    if (data.value !== undefined && dataName.value !== "" && data.value.name !== learnt) return true;
    if (ownChange.value?.isMore || ownChange.value?.isLess) return true;
    // A model brings its own layers, and with them the learning rate that suits them.
    const next =
      startsFrom.value === "model"
        ? resolveOptions({ ...chosen.value.options, hidden: options.hidden })
        : chosen.value.resolved;
    return haveOtherEffects(next, options);
  }
}

export function Numbers() {
  const { state } = useApp();
  const { words, figures, run, accuracies } = state;
  const say = words.value;
  const now = figures.value;
  const accuracy = accuracies.value.at(-1)?.accuracy;
  const epochs = run.value?.options.epochs ?? 0;
  const steps = run.value?.stepsPerEpoch ?? 1;
  const part = now && epochs > 0 ? (now.epoch + (now.step + 1) / steps) / epochs : 0;
  const shown = [
    ["epoch", say.epoch, now ? say.epochOf(now.epoch + 1, epochs) : "–"],
    ["loss", say.loss, now ? now.loss.toFixed(4) : "–"],
    ["accuracy", say.testAccuracy, accuracy === undefined ? "–" : say.percent(accuracy, 2)],
    ["rate", say.stepsPerSecond, now?.stepsPerSecond ? say.count(Math.round(now.stepsPerSecond)) : "–"],
  ] as const;
  return (
    <>
      <dl class="figures">
        {shown.map(([id, name, value]) => (
          <div key={id}>
            <dt>{name}</dt>
            <dd id={id}>{value}</dd>
          </div>
        ))}
      </dl>
      <progress id="progress" max={1} value={part} aria-label={say.progress} />
    </>
  );
}

/** Curves of any run, or of a recipe's alone. */
interface CurveProps {
  readonly of?: Recipe;
}

/** What the charts show, of the run or, before it, of the choices. */
function frameOf(state: State, of: Recipe | undefined): Frame {
  const { run, recipe, chosen } = state;
  const isChosen = of === undefined || recipe.value === of;
  const options = isShown(state, of) ? run.value?.options : undefined;
  const { epochs, loss, batchSize } = options ?? (isChosen ? chosen.value : chosenFrom(of, {})).resolved;
  return { epochs: Math.max(1, epochs), isComparable: loss === "mse" && batchSize === 128 };
}

function isShown({ run }: State, of: Recipe | undefined): boolean {
  return of === undefined || run.value?.options.recipe === of;
}

export function LossFigure({ of }: CurveProps) {
  const { state } = useApp();
  const words = state.words.value;
  const { isComparable } = frameOf(state, of);
  const at = state.pointedLoss.value;
  return (
    <figure class="loss">
      <figcaption>
        <span>{words.lossCurve}</span>
        <span class="key">
          <i class="line" /> {words.mean}
        </span>
        <span class="key">
          <i class="band" /> {words.spread}
        </span>
        {isComparable && (
          <span class="key" id="published-key">
            <i class="dot" /> {words.published}
          </span>
        )}
        <span id="readout">{at && words.at(at[0].toFixed(2), at[1].toPrecision(3))}</span>
      </figcaption>
      <Chart
        id="loss-chart"
        label={words.lossChart}
        options={() =>
          lossChart(
            () => frameOf(state, of),
            (epochs, loss) => {
              state.pointedLoss.value =
                epochs === undefined || loss === undefined ? undefined : [epochs, loss];
            },
          )
        }
        data={() => {
          void frameOf(state, of);
          return [...(isShown(state, of) ? state.losses.value : NO_LOSSES)] as uPlot.AlignedData;
        }}
      />
    </figure>
  );
}

export function AccuracyFigure({ of }: CurveProps) {
  const { state } = useApp();
  const words = state.words.value;
  return (
    <figure class="accuracy">
      <figcaption>
        <span>{words.accuracyCurve}</span>
      </figcaption>
      <Chart
        id="accuracy-chart"
        label={words.accuracyChart}
        options={() =>
          accuracyChart(
            () => frameOf(state, of),
            (part) => state.words.value.percent(part, 0),
          )
        }
        data={() => {
          void frameOf(state, of);
          const all = isShown(state, of) ? state.accuracies.value : [];
          return [all.map(({ at }) => at), all.map(({ accuracy }) => accuracy)];
        }}
      />
    </figure>
  );
}
