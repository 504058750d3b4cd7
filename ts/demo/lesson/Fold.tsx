import { useComputed, useSignal } from "@preact/signals";
import { fixed } from "../../base/format.js";
import { useApp } from "../context.js";
import { Canvas, colourOf, type Surface } from "../canvas.js";
import { columnOf } from "../inside.js";
import { drawSigned, imageSizeOf, inTwoRows } from "../play/network-picture.js";
import { nameOf } from "../verdict.js";
import { fold, foldedScores, scoresOf } from "./folding.js";
import { SmallPad, TryOut } from "./parts.js";

/** Three layers beside the one matrix that they are without relu. */
export function Fold() {
  const { state } = useApp();
  const words = state.words.value;
  const hasRelu = useSignal(false);
  const folded = useComputed(() => {
    const model = state.model.value;
    return model && model.layers.length > 2 ? fold(model) : undefined;
  });
  const model = state.model.value;
  const input = state.input.value;
  if (!model || !folded.value) {
    return (
      <div class="templates">
        <p>{words.needsThree}</p>
        <TryOut label={words.trainThree} recipe="fast" changed={{}} />
      </div>
    );
  }
  const byLayers = input && scoresOf(model, input, hasRelu.value);
  const byMatrix = input && foldedScores(folded.value, input);
  const draw = (surface: Surface) => {
    drawFolded(surface, folded.value?.weights ?? new Float32Array(), imageSizeOf(model, undefined));
  };
  const areSame = !hasRelu.value;
  return (
    <div class="templates">
      <div class="columns">
        <SmallPad />
        <div>
          <fieldset class="segments">
            <legend class="unseen">relu</legend>
            {[false, true].map((on) => (
              <label key={String(on)}>
                <input
                  type="radio"
                  name="relu"
                  checked={hasRelu.value === on}
                  onChange={() => {
                    hasRelu.value = on;
                  }}
                />
                <span>{on ? words.reluOn : words.reluOff}</span>
              </label>
            ))}
          </fieldset>
          <p id="same" class={areSame ? "correct" : "wrong"}>
            {byLayers ? (areSame ? words.areSame : words.areDifferent) : words.drawFirst}
          </p>
          <TryOut label={words.trainThree} recipe="fast" changed={{}} />
        </div>
      </div>
      {byLayers && byMatrix && (
        <table class="scores-table">
          <thead>
            <tr>
              <th scope="row">{words.digit}</th>
              {Array.from(byLayers, (_, label) => (
                <th key={label} scope="col">
                  {nameOf(state, label)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(
              [
                [words.byLayers, byLayers],
                [words.byMatrix, byMatrix],
              ] as const
            ).map(([name, scores]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {Array.from(scores, (score, label) => (
                  <td key={label} class={score === Math.max(...scores) ? "best" : undefined}>
                    {fixed(score, 1)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p>{words.folded}</p>
      <Canvas class="row-of-templates" draw={draw} label={words.folded} />
    </div>
  );
}

function drawFolded(surface: Surface, weights: Float32Array, size: { width: number; height: number }): void {
  const { context } = surface;
  const classes = weights.length / (size.width * size.height);
  inTwoRows(classes, surface).forEach(([x, y, side], place) => {
    drawSigned(context, columnOf(weights, classes, place), size, [x, y, side]);
    context.strokeStyle = colourOf("rule");
    context.strokeRect(x, y, side, side);
  });
}
