const collator = new Intl.Collator("en", { numeric: true });

/** Names in order, numbers in them by their value: "2" before "10", "a2" before "a10". */
export function inOrder(names: Iterable<string>): string[] {
  return [...names].sort(collator.compare);
}
