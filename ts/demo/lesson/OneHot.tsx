import { fixed } from "../../base/format.js";
import { useApp } from "../context.js";
import { nameOf } from "../verdict.js";
import { SmallPad, TryOut } from "./parts.js";

/** One-hot target, output and squared error, digit by digit, for the drawing. */
export function OneHot() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const outputs = state.activations.value?.at(-1);
  const label = state.supposedLabel.value ?? state.seen.value?.label;
  const classes = state.model.value?.layers.at(-1) ?? 10;
  const errors =
    outputs && label !== undefined
      ? Array.from(outputs, (output, i) => (output - (i === label ? 1 : 0)) ** 2)
      : [];
  const sum = errors.reduce((total, error) => total + error, 0);
  const largest = Math.max(...errors, Number.MIN_VALUE);
  return (
    <div class="templates">
      <div class="columns">
        <SmallPad />
        <div class="beside">
          <fieldset class="segments digits">
            <legend>{words.whatIsIt}</legend>
            {Array.from({ length: Math.min(10, classes) }, (_, digit) => (
              <label key={digit}>
                <input
                  type="radio"
                  name="is"
                  checked={label === digit}
                  disabled={state.testImage.value !== undefined}
                  onChange={() => {
                    actions.suppose(digit);
                  }}
                />
                <span>{nameOf(state, digit)}</span>
              </label>
            ))}
          </fieldset>
          <TryOut label={words.trainTutorial} recipe="tutorial" changed={{}} />
          {state.model.value?.loss === "cross-entropy" && <p>{words.otherLoss}</p>}
        </div>
      </div>
      <table class="errors">
        <thead>
          <tr>
            <th scope="col">{words.digit}</th>
            <th scope="col">{words.target}</th>
            <th scope="col">{words.output}</th>
            <th scope="col">{words.squared}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: classes }, (_, i) => (
            <tr key={i}>
              <th scope="row">{nameOf(state, i)}</th>
              <td>{label === undefined ? "" : i === label ? 1 : 0}</td>
              <td>{outputs && fixed(outputs[i] ?? 0, 3)}</td>
              <td>{errors[i]?.toFixed(4)}</td>
              <td>
                <span
                  class="share"
                  style={{ width: `${((100 * (errors[i] ?? 0)) / largest).toFixed(1)}%` }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p id="sum" class="formula">
        {errors.length > 0
          ? words.lossIs(sum.toFixed(4), classes, (sum / classes).toFixed(4))
          : words.drawFirst}
      </p>
    </div>
  );
}
