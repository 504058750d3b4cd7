import type { Dataset, Mistake, Model } from "../index.js";

/** What a model does on the test examples. */
export interface Examination {
  readonly model: Model;
  readonly data: Dataset;
  /** [true class][predicted class] */
  readonly confusion: readonly (readonly number[])[];
  /** The worst first. */
  readonly worst: readonly Mistake[];
}

/** So many at a time take a millisecond or two: no frame is late for it. */
const PIECE = 200;
export const MOST_WORST = 24;

/** Evaluates a model little by little; undefined where the data is no test of it, or it was aborted. */
export async function examine(
  model: Model,
  data: Dataset,
  signal: AbortSignal,
): Promise<Examination | undefined> {
  const { test, classes } = data;
  const inputs = model.layers[0] ?? 0;
  if (!test?.count || test.images.length / test.count !== inputs || classes > (model.layers.at(-1) ?? 0))
    return undefined;
  const confusion: number[][] = [];
  let worst: Mistake[] = [];
  for (let start = 0; start < test.count; start += PIECE) {
    const end = Math.min(test.count, start + PIECE);
    const piece = {
      ...test,
      images: test.images.subarray(start * inputs, end * inputs),
      labels: test.labels.subarray(start, end),
      count: end - start,
    };
    model.evaluate(piece).confusion.forEach((row, label) => {
      confusion[label] = row.map((count, predicted) => count + (confusion[label]?.[predicted] ?? 0));
    });
    const more = model.worst(piece, MOST_WORST);
    worst.push(...more.map((mistake) => ({ ...mistake, example: start + mistake.example })));
    worst = worst.sort((a, b) => b.loss - a.loss).slice(0, MOST_WORST);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
  }
  return { model, data, confusion, worst };
}
