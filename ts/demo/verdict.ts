import { fixed } from "../base/format.js";
import { fits } from "./reading.js";
import type { State } from "./state.js";

/** What the page says of what is on the pad. */
export interface Verdict {
  /** What the network takes it for; undefined where it reads nothing. */
  readonly name: string | undefined;
  /** How sure the network is, or why it reads nothing. */
  readonly how: string;
  /** Whether that is correct, where it is known. */
  readonly truth: { readonly isCorrect: boolean; readonly text: string } | undefined;
}

/** What a class is called. */
export function nameOf({ model }: Pick<State, "model">, label: number): string {
  return model.value?.classNames?.[label] ?? String(label);
}

export function verdictOf(state: State): Verdict {
  const say = state.words.value;
  const model = state.model.value;
  const seen = state.seen.value;
  const read = state.reading.value;
  if (!read) {
    const isForeign = model && seen && !fits(model, seen);
    const how = isForeign
      ? say.takesOther(model.layers[0] ?? 0, seen.input.length)
      : seen
        ? ""
        : say.nothingDrawn;
    return { name: undefined, how, truth: undefined };
  }
  const { label, scores, probabilities, remark } = read;
  const certainty = probabilities
    ? say.sure(say.percent(probabilities[label] ?? 0))
    : say.score(fixed(scores[label] ?? 0, 2));
  const how = remark === undefined ? certainty : say.notSure(remark);
  const is = seen?.label;
  const isCorrect = is === label;
  const text = isCorrect ? `✓ ${say.correct}` : `✗ ${say.itIs(nameOf(state, is ?? 0))}`;
  return { name: nameOf(state, label), how, truth: is === undefined ? undefined : { isCorrect, text } };
}

/** A verdict as a sentence to be heard. */
export function spoken({ name, how, truth }: Verdict): string {
  const what = name === undefined ? how : `${name}: ${how}`;
  return truth ? `${what}, ${truth.text.slice(2)}` : what;
}
