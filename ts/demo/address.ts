import { type Recipe, RECIPES } from "../index.js";
import { type Changed, FIELD_NAMES, isFieldName } from "./fields.js";
import type { State, Tab } from "./state.js";

/** What a link to the page says. */
export interface Address {
  readonly tab: Tab;
  /** From 0. */
  readonly chapter: number;
  readonly recipe: Recipe;
  readonly changed: Changed;
}

/** The part of the page's URL behind its #: tab, chapter, recipe and what was changed. */
export function addressOf({ tab, chapter, recipe, changed }: State): string {
  const said = new URLSearchParams();
  if (tab.value === "lesson") {
    said.set("tab", "lesson");
    said.set("chapter", String(chapter.value + 1));
  }
  said.set("recipe", recipe.value);
  for (const name of FIELD_NAMES) {
    const text = changed.value[name];
    if (text !== undefined) said.set(name, text);
  }
  return said.toString();
}

/** What an address says; what it says wrongly it doesn't say. */
export function readAddress(text: string, chapters: number): Address {
  const said = new URLSearchParams(text.replace(/^#/, ""));
  const chapter = Number(said.get("chapter") ?? 1) - 1;
  const recipe = said.get("recipe") ?? "fast";
  return {
    tab: said.get("tab") === "lesson" ? "lesson" : "play",
    chapter: Number.isInteger(chapter) && chapter >= 0 && chapter < chapters ? chapter : 0,
    recipe: Object.hasOwn(RECIPES, recipe) ? (recipe as Recipe) : "fast",
    changed: Object.fromEntries([...said].filter(([name]) => isFieldName(name))),
  };
}
