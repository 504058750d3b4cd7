/** How well a network knows one class. */
export interface ClassMetrics {
  /** How many examples are of this class. */
  readonly count: number;
  /** Of the examples taken for this class, the fraction that are; undefined where none was. */
  readonly precision: number | undefined;
  /** Of the examples of this class, the fraction taken for it; undefined where there are none. */
  readonly recall: number | undefined;
}

/**
 * Precision and recall of each class.
 * @param confusion [true class][predicted class], as `Model.evaluate` counts
 */
export function classMetrics(confusion: readonly (readonly number[])[]): ClassMetrics[] {
  return confusion.map((row, label) => {
    const right = row[label] ?? 0;
    const count = sum(row);
    const taken = sum(confusion.map((counts) => counts[label] ?? 0));
    return {
      count,
      precision: taken > 0 ? right / taken : undefined,
      recall: count > 0 ? right / count : undefined,
    };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
