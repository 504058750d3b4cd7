import { effect } from "@preact/signals";
import { filmAfter } from "./film.js";
import type { Reading } from "../index.js";
import type { State } from "./state.js";

function certaintyOf({ label, scores, probabilities }: Reading): number {
  return (probabilities ?? scores)[label] ?? 0;
}

/** Films what is on the pad while a run goes on. */
export function watchFilm({ film, strokes, testImage, run, reading, figures, phase }: State): void {
  const subject = () => [strokes.value, testImage.value, run.value];
  let filmed = subject();
  effect(() => {
    const read = reading.value;
    const now = subject();
    if (now.some((part, i) => part !== filmed[i])) film.value = [];
    filmed = now;
    if (!read || !run.value || run.value.file !== undefined) return;
    if (phase.peek() === "idle" || phase.peek() === "finished") return;
    const { images = 0, seconds = 0 } = figures.peek() ?? {};
    film.value = filmAfter(film.peek(), { label: read.label, certainty: certaintyOf(read), images, seconds });
  });
}
