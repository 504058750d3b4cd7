/** Names in order, numbers in them by their value: "2" before "10", "a2" before "a10". */
export function inOrder(names: Iterable<string>): string[] {
  // Made when it is needed: it takes 10 ms.
  const collator = new Intl.Collator("en", { numeric: true });
  return [...names].sort(collator.compare);
}

/** A text whose control characters, which a terminal would obey, are written as escapes: `\u001b`. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A text of someone else's as an error message quotes it: printable, and not too long. */
export function quoted(text: string): string {
  return `"${printable(text.length > 60 ? `${text.slice(0, 57)}...` : text)}"`;
}
