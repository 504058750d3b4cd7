import type { Examples, Mistake, Model } from "../index.js";

/** What a model does on the test examples. */
export interface Examination {
  /** [true class][predicted class] */
  confusion: number[][];
  /** The worst first. */
  worst: Mistake[];
}

/** So many at a time take a millisecond or two: no frame is late for it. */
const PIECE = 200;
export const MOST_WORST = 24;

/** Evaluates a model little by little; undefined where it was aborted. */
export async function examine(
  model: Model,
  test: Examples,
  signal: AbortSignal,
): Promise<Examination | undefined> {
  const inputs = model.layers[0] ?? 0;
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
  return { confusion, worst };
}
