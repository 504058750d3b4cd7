import { useApp } from "../context.js";
import type { Changed, FieldName } from "../fields.js";
import { AccuracyFigure, LossFigure } from "../play/Progress.js";
import { TryOut } from "./parts.js";

/** One line of the program each. */
const CHANGES = {
  momentum: "0.9",
  loss: "cross-entropy",
  shuffle: "true",
  epochs: "20",
} as const satisfies Changed;
type Change = keyof typeof CHANGES;

const NAMES = Object.keys(CHANGES) as Change[];

/** So many of the latest trials fit the screen. */
const MOST_TRIALS = 7;

/** The program's run beside its published log, and what it is worth to change it. */
export function Program() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const { recipe, changed, data } = state;
  const trials = state.trials.value.filter((trial) => trial.data === data.value?.name).slice(-MOST_TRIALS);
  const isOn = (name: Change) => recipe.value === "tutorial" && changed.value[name] === CHANGES[name];
  const chosen: Changed = Object.fromEntries(NAMES.filter(isOn).map((name) => [name, CHANGES[name]]));
  const nameOf = (all: Changed) => {
    const named = (Object.keys(all) as FieldName[]).map((name) => words.change[name] ?? words.fields[name]);
    return named.length === 0 ? words.asPublished : named.join(" + ");
  };
  const best = Math.max(...trials.map(({ accuracy }) => accuracy));
  return (
    <div class="program">
      <fieldset class="switches">
        <legend>{words.changes}</legend>
        {NAMES.map((name) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={isOn(name)}
              onChange={({ currentTarget }) => {
                if (recipe.value !== "tutorial") actions.choose("tutorial");
                if (currentTarget.checked) actions.change(name, CHANGES[name]);
                else actions.restore(name);
              }}
            />
            {words.change[name]}
          </label>
        ))}
      </fieldset>
      <TryOut label={words.run} recipe="tutorial" changed={chosen} />
      <LossFigure of="tutorial" />
      <div class="columns">
        <AccuracyFigure of="tutorial" />
        <figure>
          <figcaption>
            <span>{words.trials}</span>
          </figcaption>
          <table class="trials">
            <tbody>
              {trials.map(({ changed: all, accuracy }) => (
                <tr key={nameOf(all)} class={accuracy === best ? "best" : undefined}>
                  <th scope="row">{nameOf(all)}</th>
                  <td>{words.percent(accuracy)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </figure>
      </div>
    </div>
  );
}
