import type { Hyperparameters, Recipe } from "../../index.js";
import { useApp } from "../context.js";
import { type Changed, chosenFrom, haveOtherEffects } from "../fields.js";
import { PadBox } from "../play/Pad.js";
import type { State } from "../state.js";

/** A small pad, and another digit of the test images. */
export function SmallPad() {
  const { state, actions } = useApp();
  const words = state.words.value;
  return (
    <div class="small-pad">
      <PadBox />
      <button
        type="button"
        onClick={() => {
          actions.clear();
        }}
      >
        {words.clear}
      </button>
      <button
        type="button"
        id="another"
        disabled={!state.data.value?.test?.count}
        onClick={() => {
          actions.showTestImage();
        }}
      >
        {words.anotherDigit}
      </button>
    </div>
  );
}

/** Whether a run has these options, whatever its seed and number of images. */
function isRunOf(options: Hyperparameters, recipe: Recipe, changed: Changed): boolean {
  const { seed, limit } = options;
  return !haveOtherEffects(options, { ...chosenFrom(recipe, changed).resolved, seed, limit });
}

/** Begins a run; while it goes on, says how far it has come, and stops it. */
export function TryOut({ label, recipe, changed }: { label: string; recipe: Recipe; changed: Changed }) {
  const { state, actions } = useApp();
  const words = state.words.value;
  const { run, phase, complaint } = state;
  const isThis =
    run.value !== undefined && run.value.file === undefined && isRunOf(run.value.options, recipe, changed);
  const isUnderWay = isThis && phase.value === "running";
  return (
    <div class="try-out">
      {/* One button, so that the keyboard's focus stays where it is. */}
      <button
        type="button"
        class="primary"
        onClick={() => {
          if (isUnderWay) actions.run.finish();
          else actions.tryOut(recipe, changed);
        }}
      >
        {isUnderWay ? words.stop : label}
      </button>
      <p aria-live="polite">{phase.value === "starting" ? startingIn(state) : isThis && reachedIn(state)}</p>
      <p class="wrong" role="alert">
        {complaint.value || failureOfData(state)}
      </p>
    </div>
  );
}

/** What a run that is to begin waits for. */
function startingIn({ words, downloaded }: State): string {
  const say = words.value;
  return downloaded.value === undefined ? say.go.starting : say.downloading(say.percent(downloaded.value, 0));
}

/** How far the run has come. */
function reachedIn({ words, figures, run, accuracies }: State): string {
  const say = words.value;
  const epoch = figures.value && say.epochOf(figures.value.epoch + 1, run.value?.options.epochs ?? 0);
  const accuracy = accuracies.value.at(-1)?.accuracy;
  return [
    ...(epoch === undefined ? [] : [`${say.epoch} ${epoch}`]),
    ...(accuracy === undefined ? [] : [`${say.testAccuracy} ${say.percent(accuracy)}`]),
  ].join(", ");
}

/** Why there is nothing to learn from. */
export function failureOfData({ words, dataRemark }: State): string {
  const remark = dataRemark.value;
  return remark?.kind === "failed" ? remark.text(words.value) : "";
}
