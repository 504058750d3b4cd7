import { type Language, LANGUAGES, preferred } from "./words/index.js";

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
