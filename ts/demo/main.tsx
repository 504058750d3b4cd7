import { effect } from "@preact/signals";
import { render } from "preact";
import { currentRuntime, init, loadDataset, train } from "../index.js";
import { Actions } from "./actions.js";
import { App } from "./App.js";
import { AppProvider } from "./context.js";
import { watchStyle } from "./canvas.js";
import { listenForDrops } from "./drop.js";
import { keepLanguage, keptLanguage } from "./kept-language.js";
import { isolate } from "./isolate.js";
import { askServer, sourcesAt } from "./sources.js";
import { createState } from "./state.js";
import { browserStore } from "./store.js";
import { preferred, wordsOf } from "./words/index.js";

/** Where the page's server has its data. */
const DATA_URL = new URL("data/", document.baseURI).href;

const language = keptLanguage() ?? preferred(navigator.languages);
const ready = init({ workerUrl: "trainer.js", dataUrl: DATA_URL });
const state = createState(language, await wordsOf(language));
const sources = sourcesAt(DATA_URL, loadDataset);
const actions = new Actions(state, {
  train,
  sources,
  served: () => askServer(DATA_URL),
  store: browserStore,
});

effect(() => {
  document.documentElement.lang = state.language.value;
  keepLanguage(state.language.value);
  document.title = state.words.value.title;
});
watchStyle();
listenForDrops(actions);
render(
  <AppProvider value={actions}>
    <App />
  </AppProvider>,
  document.body,
);

try {
  await ready;
  state.runtime.value = currentRuntime();
  const isMoving = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  void isolate(() => state.phase.value === "idle" && state.isExample.value);
  await actions.begin(location.hash, isMoving);
  // What is chosen is a link at any time, while data is loaded, too; and links into the page work while it is open.
  addEventListener("hashchange", () => {
    actions.goTo(location.hash);
  });
  effect(() => {
    const { address } = actions;
    const here = location.pathname + location.search;
    if (location.hash.slice(1) !== address) history.replaceState(null, "", `${here}#${address}`);
  });
  // Where it can't be had, that is said beside its choice.
  await actions.data.load().catch(() => undefined);
} catch (error) {
  actions.fail(error);
}
