import type { Dataset, Mistake, Model } from "../index.js";

/** A place in the confusion matrix. */
export interface Cell {
  readonly label: number;
  readonly predicted: number;
}

/** What a model does on the test examples. */
export interface Examination {
  readonly model: Model;
  readonly data: Dataset;
  /** After how many epochs of a run the model is as it is; undefined where it is no epoch's last. */
  readonly epochs?: number | undefined;
  /** [true class][predicted class] */
  readonly confusion: readonly (readonly number[])[];
  /** The worst first. */
  readonly worst: readonly Mistake[];
  /** Some examples of each cell of the confusion matrix, by {@link keyOf}. */
  readonly cells: ReadonlyMap<string, readonly number[]>;
}

export function keyOf({ label, predicted }: Cell): string {
  return `${label}:${predicted}`;
}

/** So many at a time take a millisecond or two: no frame is late for it. */
const PIECE = 200;
export const MOST_WORST = 24;
const MOST_OF_CELL = 24;

/** Evaluates a model little by little; undefined where the data is no test of it, or it was aborted. */
export async function examine(
  model: Model,
  data: Dataset,
  signal: AbortSignal,
): Promise<Examination | undefined> {
  const { test, classes } = data;
  const inputs = model.layers[0] ?? 0;
  const outputs = model.layers.at(-1) ?? 0;
  if (!test?.count || test.images.length / test.count !== inputs || classes > outputs) return undefined;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const cells = new Map<string, number[]>();
  let worst: Mistake[] = [];
  for (let start = 0; start < test.count; start += PIECE) {
    const end = Math.min(test.count, start + PIECE);
    const piece = {
      ...test,
      images: test.images.subarray(start * inputs, end * inputs),
      labels: test.labels.subarray(start, end),
      count: end - start,
    };
    const scores = model.predict(piece.images);
    piece.labels.forEach((label, i) => {
      const own = scores.subarray(i * outputs, (i + 1) * outputs);
      const predicted = own.indexOf(own.reduce((one, other) => Math.max(one, other), -Infinity));
      const row = confusion[label];
      if (row) row[predicted] = (row[predicted] ?? 0) + 1;
      const key = keyOf({ label, predicted });
      const examples = cells.get(key) ?? [];
      if (examples.length < MOST_OF_CELL) cells.set(key, [...examples, start + i]);
    });
    // As the scores are: whether they are dark on light was judged for all of them.
    const more = model.worst(piece, MOST_WORST, { ink: "light" });
    worst.push(...more.map((mistake) => ({ ...mistake, example: start + mistake.example })));
    worst = worst.sort((a, b) => b.loss - a.loss).slice(0, MOST_WORST);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
  }
  return { model, data, confusion, worst, cells };
}
