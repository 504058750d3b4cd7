import type { Dataset, Examples } from "../../../ts/data/dataset.js";
import type { TrainOptions } from "../../../ts/training/options.js";

export const INPUTS = 30;
export const CLASSES = 3;

/** Pixels that tell their class by where they are bright. */
export function examplesOf(count: number, seed: number): Examples {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const labels = Int32Array.from({ length: count }, () => next(CLASSES));
  const images = Uint8Array.from({ length: count * INPUTS }, (_, i) => {
    const bright = i % CLASSES === labels[Math.floor(i / INPUTS)];
    return next(3) === 0 ? next(bright ? 256 : 30) : 0;
  });
  return { images, labels, count, shape: [5, INPUTS / 5] };
}

export const data: Dataset = {
  name: "spots",
  classes: CLASSES,
  train: examplesOf(130, 1),
  test: examplesOf(70, 2),
};
/** Five steps an epoch, the last of 2 examples. */
export const small: TrainOptions = { data, hidden: [9, 5], batchSize: 32, epochs: 3, learningRate: 0.1 };
