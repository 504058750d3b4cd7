import { type Dataset, type Examples, Model, type train } from "../../index.js";

/** A network before a step, the gradient there, and what steps of other rates would come to. */
export interface OneStep {
  /** What the batch is from. */
  readonly data: Dataset;
  readonly batch: Examples;
  readonly layers: readonly number[];
  /** All parameters, as they lie in the model. */
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  /** The parameters before the first step. */
  readonly start: Float32Array;
  readonly loss: number;
  /** Steps taken so far. */
  readonly steps: number;
}

/** The rates that can be chosen. */
export const RATES: readonly number[] = Array.from({ length: 21 }, (_, i) =>
  Number((10 ** (-3 + i / 5)).toPrecision(2)),
);

const BATCH = 128;

/** The first batch of a data set. */
export function firstBatch({ train: { images, labels, count, shape } }: Dataset): Examples {
  const inputs = images.length / count;
  const used = Math.min(BATCH, count);
  return { images: images.slice(0, used * inputs), labels: labels.slice(0, used), count: used, shape };
}

function modelOf(layers: readonly number[], values: Float32Array): Model {
  return new Model({ layers, outputActivation: "linear", loss: "mse", values });
}

export function valuesOf({ parameters }: Model): Float32Array {
  const all = [...parameters.values()].map(({ values }) => values);
  const joined = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of all) {
    joined.set(values, at);
    at += values.length;
  }
  return joined;
}

/** What a step of this rate makes of the parameters: W - rate * gradient. */
export function stepped({ values, gradient }: OneStep, rate: number): Float32Array {
  return values.map((value, i) => value - rate * (gradient[i] ?? 0));
}

/** The batch's loss after a step of this rate. */
export function lossAfter(step: OneStep, rate: number): number {
  return modelOf(step.layers, stepped(step, rate)).evaluate(step.batch).loss;
}

/** The gradient at a network, which a plain step of rate 1 gives away: W - (W - gradient). */
export async function prepare(
  run: typeof train,
  data: Dataset,
  batch: Examples,
  from: Pick<OneStep, "values" | "layers" | "start" | "steps"> | undefined,
): Promise<OneStep> {
  const own = { train: { images: batch.images, labels: Array.from(batch.labels), shape: batch.shape } };
  const options = { recipe: "tutorial", data: { ...own, classes: data.classes }, batchSize: BATCH } as const;
  const start = from ? modelOf(from.layers, from.values) : (await run({ ...options, epochs: 0 })).model;
  const { model, history } = await run({ ...options, initial: start, learningRate: 1, epochs: 1 });
  const [values, after] = [valuesOf(start), valuesOf(model)];
  return {
    data,
    batch,
    layers: start.layers,
    values,
    gradient: values.map((value, i) => value - (after[i] ?? 0)),
    start: from?.start ?? values,
    loss: history.losses[0] ?? NaN,
    steps: from?.steps ?? 0,
  };
}
