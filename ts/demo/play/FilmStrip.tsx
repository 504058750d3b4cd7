import { fixed } from "../../base/format.js";
import { useApp } from "../context.js";
import { readSince } from "../film.js";
import { nameOf } from "../verdict.js";

/** So many verdicts fit under the pad. */
const SHOWN = 5;

/** What the network took the drawing for, from the first guess to the last. */
export function FilmStrip() {
  const { state } = useApp();
  const words = state.words.value;
  const film = state.film.value;
  const own = state.ownReading.value;
  const isProbability = state.reading.value?.probabilities !== undefined;
  return (
    <div class="film">
      <ol aria-label={words.film}>
        {film.slice(-SHOWN).map(({ label, certainty, images }, i, all) => (
          <li key={images} class={i + 1 === all.length ? "last" : undefined}>
            <b>{nameOf(state, label)}</b>
            {i + 1 === all.length && (
              <span>{isProbability ? words.percent(certainty, 0) : fixed(certainty, 2)}</span>
            )}
          </li>
        ))}
      </ol>
      <p id="film-says">{sentence()}</p>
      {own && (
        <p id="own-says">
          {words.readsOwn(own.read, own.of)} {state.ownChange.value?.isMore && words.runLearnsOwn}
        </p>
      )}
    </div>
  );

  function sentence(): string {
    const seen = state.seen.value;
    const last = film.at(-1);
    if (!seen) return "";
    if (!last) {
      if (state.run.value) return "";
      return state.isExample.value ? words.exampleSays : words.drawnSays;
    }
    if (seen.label !== undefined && seen.label !== last.label)
      return words.notReadYet(nameOf(state, seen.label));
    const since = readSince(film);
    const say = seen.label === undefined ? words.readAs : words.readAfter;
    return since ? say(nameOf(state, last.label), since.seconds, since.images) : "";
  }
}
