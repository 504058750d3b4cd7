import type { Runtime } from "../index.js";
import { useApp } from "./context.js";
import { lazily } from "./lazily.js";
import { Play } from "./play/Play.js";
import type { Tab } from "./state.js";
import { LANGUAGES, type Language, type Words } from "./words/index.js";

const Lesson = lazily(async () => (await import("./lesson/Lesson.js")).Lesson, "lesson.css");
/** Where documentation and source are published, if they are: the build puts this in. */
declare const LINKS: { readonly documentation: string; readonly source: string } | null;

const TABS: readonly Tab[] = ["play", "lesson"];

export function App() {
  const { state } = useApp();
  const words = state.words.value;
  const runtime = state.runtime.value;
  return (
    <>
      <Header />
      <main>{state.tab.value === "play" ? <Play /> : <Lesson />}</main>
      {state.tab.value === "play" && (
        <footer>
          <p>{words.stays}</p>
          <p class="computes">{runtime && `${computesWith(runtime, words)}: ${runtime.why}`}</p>
          <Links />
        </footer>
      )}
      <p id="announcement" class="unseen" role="status">
        {state.announcement.value}
      </p>
      {state.isDragging.value && (
        <div class="drop">
          <p>{words.dropHere}</p>
        </div>
      )}
    </>
  );
}

function Links() {
  const words = useApp().state.words.value;
  return (
    LINKS && (
      <p class="links">
        <a href={LINKS.documentation}>{words.documentation}</a> <a href={LINKS.source}>{words.source}</a>
      </p>
    )
  );
}

function Header() {
  const { state, actions } = useApp();
  const words = state.words.value;
  return (
    <header>
      <h1>
        digitrain<span> {words.tagline}</span>
      </h1>
      <nav aria-label={words.views}>
        {TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            aria-current={state.tab.value === tab ? "page" : undefined}
            onClick={() => {
              actions.show(tab);
            }}
          >
            {words.tabs[tab]}
          </button>
        ))}
      </nav>
      <RuntimeNote />
      <label>
        <span class="unseen">{words.language}</span>
        <select
          id="language"
          value={state.language.value}
          onChange={({ currentTarget }) => {
            void actions.speak(currentTarget.value as Language);
          }}
        >
          {Object.entries(LANGUAGES).map(([language, name]) => (
            <option key={language} value={language} lang={language}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}

function computesWith({ variant, threads }: Runtime, say: Words): string {
  return `${variant.startsWith("relaxed") ? "relaxed simd" : "simd"}, ${say.threads(threads)}`;
}

/** What computes here, why no more, and where to read on. */
function RuntimeNote() {
  const { state } = useApp();
  const runtime = state.runtime.value;
  if (!runtime) return null;
  return (
    <details class="runtime">
      <summary>
        <span id="runtime" title={runtime.why}>
          {computesWith(runtime, state.words.value)}
        </span>
      </summary>
      <div>
        <p>{runtime.why}</p>
        <Links />
      </div>
    </details>
  );
}
