import type { Hyperparameters, Recipe } from "../../index.js";
import { useApp } from "../context.js";
import { type Changed, chosenFrom, haveOtherEffects } from "../fields.js";
import { PadBox } from "../play/Pad.js";

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

/** Begins a run; while it goes on, says how far it has come. */
export function TryOut({ label, recipe, changed }: { label: string; recipe: Recipe; changed: Changed }) {
  const { state, actions } = useApp();
  const words = state.words.value;
  const { figures, run, accuracies, problem } = state;
  const isThis =
    run.value !== undefined && run.value.file === undefined && isRunOf(run.value.options, recipe, changed);
  const isUnderWay = isThis && ["starting", "running"].includes(state.phase.value);
  const accuracy = accuracies.value.at(-1)?.accuracy;
  const epochs = run.value?.options.epochs ?? 0;
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
      <p aria-live="polite">
        {isThis && figures.value && `${words.epoch} ${words.epochOf(figures.value.epoch + 1, epochs)}`}
        {isThis && accuracy !== undefined && `, ${words.testAccuracy} ${words.percent(accuracy)}`}
      </p>
      <p class="wrong" role="alert">
        {problem.value}
      </p>
    </div>
  );
}
