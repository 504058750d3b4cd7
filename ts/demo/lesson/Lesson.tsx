import { useEffect } from "preact/hooks";
import { useApp } from "../context.js";
import { CHAPTERS } from "./chapters.js";
import { Batch } from "./Batch.js";
import { Fold } from "./Fold.js";
import { OneHot } from "./OneHot.js";
import { Pixels } from "./Pixels.js";
import { Program } from "./Program.js";
import { Shapes } from "./Shapes.js";
import { Step } from "./Step.js";
import { Templates } from "./Templates.js";

const FIGURES = [Pixels, Batch, Templates, Fold, Shapes, OneHot, Step, Program];

/** The walk-through in eight chapters: a text, a figure and something to do in each. */
export function Lesson() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const chapter = state.chapter.value;
  const { title, text } = words.chapters[chapter] ?? { title: "", text: "" };
  const { formula, tensorflow, digitrain } = CHAPTERS[chapter] ?? {
    formula: "",
    tensorflow: "",
    digitrain: "",
  };
  const Figure = FIGURES[chapter] ?? Pixels;
  useEffect(() => {
    const turn = (event: KeyboardEvent) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      // Arrows have their own meaning in fields, and in the network.
      const isTaken =
        event.target instanceof Element &&
        event.target.closest("input:not([type=checkbox]), select, #network") !== null;
      if (by !== undefined && !isTaken && !event.altKey && !event.ctrlKey && !event.metaKey)
        actions.turnTo(state.chapter.value + by);
    };
    addEventListener("keydown", turn);
    return () => {
      removeEventListener("keydown", turn);
    };
  }, [actions, state]);
  return (
    <article class="lesson">
      <div class="text" aria-live="polite">
        <h2>{words.chapter(chapter + 1, title)}</h2>
        <p>{text}</p>
        <p class="formula">{formula}</p>
        <dl class="code">
          <dt>{words.inTensorFlow}</dt>
          <dd>
            <code>{tensorflow}</code>
          </dd>
          <dt>{words.inDigitrain}</dt>
          <dd>
            <code>{digitrain}</code>
          </dd>
        </dl>
      </div>
      <div class="chapter-figure" key={chapter}>
        <Figure />
      </div>
      <Pages />
    </article>
  );
}

/** Turns the pages. */
function Pages() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const chapter = state.chapter.value;
  const last = words.chapters.length - 1;
  return (
    <nav class="pages" aria-label={words.tabs.lesson}>
      <button
        type="button"
        aria-disabled={chapter === 0}
        onClick={() => {
          actions.turnTo(chapter - 1);
        }}
      >
        ← {words.previous}
      </button>
      <ol>
        {words.chapters.map(({ title }, i) => (
          <li key={title}>
            <button
              type="button"
              title={title}
              aria-label={words.chapter(i + 1, title)}
              aria-current={i === chapter ? "page" : undefined}
              onClick={() => {
                actions.turnTo(i);
              }}
            >
              {i + 1}
            </button>
          </li>
        ))}
      </ol>
      {chapter < last ? (
        <button
          type="button"
          id="next"
          class="primary"
          onClick={() => {
            actions.turnTo(chapter + 1);
          }}
        >
          {words.next} →
        </button>
      ) : (
        <button
          type="button"
          id="next"
          class="primary"
          onClick={() => {
            actions.show("play");
          }}
        >
          {words.toPlay}
        </button>
      )}
    </nav>
  );
}
