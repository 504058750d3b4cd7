/** Names in order, numbers in them by their value: "2" before "10", "a2" before "a10". */
export function inOrder(names: Iterable<string>): string[] {
  // Made when it is needed: it takes 10 ms.
  const collator = new Intl.Collator("en", { numeric: true });
  return [...names].sort(collator.compare);
}
