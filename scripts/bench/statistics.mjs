/** The middle value; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle - 0.5)] + sorted[Math.floor(middle)]) / 2;
}

/** A measured quantity: its median and its spread. */
export function summarize(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), runs: values.length };
}

/** The largest relative difference of two lists of losses, as far as both go. */
export function largestDifference(losses, reference) {
  const pairs = losses.slice(0, reference.length).map((loss, i) => Math.abs(loss / reference[i] - 1));
  return Math.max(...pairs);
}
