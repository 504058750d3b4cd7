import { visible } from "../../base/format.js";

/** Names in order, numbers in them by their value: "2" before "10", "a2" before "a10". */
export function inOrder(names: Iterable<string>): string[] {
  // Made when it is needed: it takes 10 ms.
  const collator = new Intl.Collator("en", { numeric: true });
  return [...names].sort(collator.compare);
}

/** A text of someone else's as an error message quotes it: on one line, and not too long. */
export function quoted(text: string): string {
  return `"${visible(text.length > 60 ? `${text.slice(0, 57)}...` : text)}"`;
}
