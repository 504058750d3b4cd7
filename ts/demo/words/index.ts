import { en, type Words } from "./en.js";
import { zh } from "./zh.js";

export type { Words };
export type Language = "en" | "zh";

/** Each language's words, and what it calls itself. */
export const WORDS: Readonly<Record<Language, Words>> = { en, zh };
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", zh: "中文" };

/** The first of a browser's languages that the page speaks; English where it speaks none. */
export function preferred(languages: readonly string[]): Language {
  const spoken = languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return (spoken.find((tag) => Object.hasOwn(WORDS, tag)) as Language | undefined) ?? "en";
}
