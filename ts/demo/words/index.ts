import type { Words } from "./en.js";

export type { Words };
export type Language = "en" | "zh";

/** What each language calls itself. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", zh: "中文" };

/** Each language's words are fetched when it is spoken. */
const WORDS: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => (await import("./en.js")).en,
  zh: async () => (await import("./zh.js")).zh,
};

export function wordsOf(language: Language): Promise<Words> {
  return WORDS[language]();
}

/** The first of a browser's languages that the page speaks; English where it speaks none. */
export function preferred(languages: readonly string[]): Language {
  const spoken = languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return (spoken.find((tag) => Object.hasOwn(LANGUAGES, tag)) as Language | undefined) ?? "en";
}
