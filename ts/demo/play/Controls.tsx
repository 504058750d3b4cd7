import { type Recipe, RECIPES } from "../../index.js";
import { useApp } from "../context.js";
import { epochsOver, type Outcome, type Speed } from "../state.js";
import type { Words } from "../words/index.js";

const SPEEDS: readonly Speed[] = ["full", "slow", "slower"];

/** What starts and steers a run. */
export function Controls() {
  return (
    <div class="controls">
      <Go />
      <SpeedChoice />
      <RecipeChoice />
      <DataChoice />
    </div>
  );
}

/** The buttons that stay in reach on small screens. */
export function Go() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const phase = state.phase.value;
  return (
    <div class="go">
      <button
        type="button"
        id="go"
        class="primary"
        aria-disabled={phase === "starting"}
        onClick={() => {
          actions.run.toggle();
        }}
      >
        {words.go[phase]}
      </button>
      <button
        type="button"
        id="step"
        onClick={() => {
          actions.run.step();
        }}
      >
        {words.step}
      </button>
      {phase === "idle" || phase === "finished" ? (
        <button
          type="button"
          id="reset"
          onClick={() => {
            actions.run.reset();
          }}
        >
          {words.reset}
        </button>
      ) : (
        <button
          type="button"
          id="stop"
          onClick={() => {
            actions.run.finish();
          }}
        >
          {words.stop}
        </button>
      )}
    </div>
  );
}

function SpeedChoice() {
  const { state, actions } = useApp();
  const words = state.words.value;
  return (
    <label class="choice">
      <span>{words.speed}</span>
      <select
        id="speed"
        value={state.speed.value}
        onChange={({ currentTarget }) => {
          actions.setSpeed(currentTarget.value as Speed);
        }}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={speed}>
            {words.speeds[speed]}
          </option>
        ))}
      </select>
    </label>
  );
}

function RecipeChoice() {
  const { state, actions } = useApp();
  const words = state.words.value;
  return (
    <fieldset class="segments">
      <legend class="unseen">{words.recipe}</legend>
      {(Object.keys(RECIPES) as Recipe[]).map((recipe) => (
        <label key={recipe} title={words.recipeSays[recipe]}>
          <input
            type="radio"
            name="recipe"
            value={recipe}
            checked={state.recipe.value === recipe}
            onChange={() => {
              actions.choose(recipe);
            }}
          />
          <span>{words.recipes[recipe]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function DataChoice() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const { downloaded, dataRemark, offers, dataName } = state;
  return (
    <label class="choice">
      <span>{words.data}</span>
      <select
        id="data"
        value={dataName.value}
        aria-describedby="data-remark"
        aria-invalid={dataRemark.value?.kind === "failed"}
        onChange={({ currentTarget }) => void actions.data.choose(currentTarget.value)}
      >
        {offers.value.map(({ name, title }) => (
          <option key={name} value={name}>
            {name === "synthetic" ? words.synthetic : title}
            {name === dataName.value && downloaded.value !== undefined
              ? ` (${words.downloading(words.percent(downloaded.value, 0))})`
              : ""}
          </option>
        ))}
      </select>
    </label>
  );
}

function outcomeIn(say: Words, { why, epoch, keptEpoch }: Outcome): string {
  const sentences = [
    why === "stop" && keptEpoch === undefined && say.stoppedAt(epoch + 1),
    why === "early-stopping" && say.endedEarly(epoch + 1),
    keptEpoch !== undefined && say.isBestOf(keptEpoch + 1),
  ];
  return sentences.filter((sentence) => sentence !== false).join(" ");
}

/** What is wrong, or worth knowing, about data and run. */
export function Remarks() {
  const { state, actions } = useApp();
  const { words, dataRemark, complaint, run, wasCut, figures, outcome } = state;
  const say = words.value;
  const remark = dataRemark.value;
  // What became of a run comes before what is known of its data anyway.
  const isRemarked = remark?.kind === "failed" || !(outcome.value ?? wasCut.value);
  const files = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const chosen = [...(input.files ?? [])];
    input.value = "";
    void actions.useFiles(chosen);
  };
  return (
    <div class="remarks">
      <p id="data-remark" class={remark?.kind === "failed" ? "wrong" : undefined}>
        {isRemarked && (remark?.text(say) ?? say.recipeSays[state.recipe.value])}
      </p>
      {outcome.value && <p id="outcome">{outcomeIn(say, outcome.value)}</p>}
      {wasCut.value && (
        <p>{say.wasCut(epochsOver(run.value, figures.value), run.value?.options.epochs ?? 0)}</p>
      )}
      <p id="problem" class="wrong" role="alert">
        {complaint.value}
      </p>
      <label class="file">
        {say.ownFiles}
        <input type="file" id="files" multiple onChange={files} />
      </label>
      <label class="file">
        {say.ownFolder}
        <input type="file" id="folder" {...{ webkitdirectory: true }} onChange={files} />
      </label>
    </div>
  );
}
