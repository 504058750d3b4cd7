import { effect } from "@preact/signals";
import { filmAfter } from "./film.js";
import type { Reading } from "../index.js";
import type { State } from "./state.js";

function certaintyOf({ label, scores, probabilities }: Reading): number {
  return (probabilities ?? scores)[label] ?? 0;
}

/** Films what is on the pad while a run goes on. */
export function watchFilm({ film, seen, run, reading, figures, phase }: State): void {
  let [filmedSeen, filmedRun] = [seen.peek(), run.peek()];
  effect(() => {
    const read = reading.value;
    if (seen.value !== filmedSeen || run.value !== filmedRun) film.value = [];
    [filmedSeen, filmedRun] = [seen.value, run.value];
    if (!read || !run.value || run.value.file !== undefined) return;
    if (phase.peek() === "idle" || phase.peek() === "finished") return;
    const { images = 0, seconds = 0 } = figures.peek() ?? {};
    film.value = filmAfter(film.peek(), { label: read.label, certainty: certaintyOf(read), images, seconds });
  });
}
