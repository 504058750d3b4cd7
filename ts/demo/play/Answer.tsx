import { fixed } from "../../base/format.js";
import { useApp } from "../context.js";
import { Canvas, drawOnBlack, type Surface } from "../canvas.js";
import { takesDigits } from "../own-digits.js";
import { nameOf, verdictOf } from "../verdict.js";

/** So many bars; of more classes those of the largest scores are shown. */
const BARS = 10;

/** What the network makes of what it sees: the class, and a bar for each. */
export function Answer() {
  const { state } = useApp();
  const { words, seen } = state;
  const { name = "–", how, truth } = verdictOf(state);
  const draw = ({ context, width }: Surface) => {
    drawOnBlack(context, seen.value?.image, width);
  };
  return (
    <section class="answer" aria-labelledby="answer-title">
      <h2 id="answer-title" class="unseen">
        {words.value.answer}
      </h2>
      <div class="verdict">
        <Canvas class="seen" draw={draw} label={words.value.seen} />
        <b id="verdict" class={name.length > 2 ? "word" : undefined}>
          {name}
        </b>
        <p id="certainty">
          {how}
          {truth && <span class={truth.isCorrect ? "correct" : "wrong"}>{truth.text}</span>}
          <WhatItIs />
        </p>
      </div>
      <Bars />
    </section>
  );
}

/** Where the user says what the drawing is. */
function WhatItIs() {
  const { state, actions } = useApp();
  const { words, strokes, isExample, drawnLabel, isDrawing, data } = state;
  if (strokes.value.length === 0 || isExample.value || isDrawing.value || !takesDigits(data.value))
    return null;
  return (
    <label>
      {words.value.itIsA}{" "}
      <select
        id="it-is"
        value={drawnLabel.value === undefined ? "" : String(drawnLabel.value)}
        onChange={({ currentTarget }) => {
          actions.say(Number(currentTarget.value));
        }}
      >
        <option value="" disabled>
          …
        </option>
        {Array.from({ length: 10 }, (_, label) => (
          <option key={label} value={label}>
            {nameOf(state, label)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Bars() {
  const { state, actions } = useApp();
  const { words, reading, model, rival } = state;
  const read = reading.value;
  const classes = model.value?.layers.at(-1) ?? BARS;
  const values = read?.probabilities ?? read?.scores ?? new Float32Array(classes);
  const all = Array.from(values.keys());
  const labels =
    all.length <= BARS ? all : all.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)).slice(0, BARS);
  const areNamed = labels.some((label) => nameOf(state, label).length > 2);
  return (
    <ol id="scores" class={areNamed ? "scores named" : "scores"} aria-label={words.value.scores}>
      {labels.map((label) => {
        const value = values[label] ?? 0;
        const shown = read?.probabilities ? words.value.percent(value) : fixed(value, 2);
        // Scores are meant to be 0 or 1; of those outside, a bar shows no more.
        const part = Math.min(1, Math.max(0, value));
        return (
          <li key={label} class={read?.label === label ? "best" : undefined}>
            <button
              type="button"
              title={words.value.whyNotThis(nameOf(state, label))}
              aria-pressed={rival.value === label}
              onClick={() => {
                actions.compareWith(label);
              }}
            >
              {nameOf(state, label)}
            </button>
            <div class="track">
              <span class="bar" style={{ transform: `scaleX(${part.toFixed(4)})` }} />
            </div>
            <span>{read ? shown : ""}</span>
          </li>
        );
      })}
    </ol>
  );
}
