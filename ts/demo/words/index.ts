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

const KEPT = "digitrain-language";

/** The language that was chosen on an earlier visit. */
export function keptLanguage(): Language | undefined {
  try {
    const kept = localStorage.getItem(KEPT) ?? "";
    return Object.hasOwn(LANGUAGES, kept) ? (kept as Language) : undefined;
  } catch {
    return undefined; // This browser keeps nothing.
  }
}

/** Keeps a language for the next visit, where it isn't the browser's anyway. */
export function keepLanguage(language: Language): void {
  try {
    if (language === preferred(navigator.languages)) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, language);
  } catch {
    // This browser keeps nothing.
  }
}
