/** What the last layer does to its sums: nothing, or relu. Hidden layers always have relu. */
export type OutputActivation = "linear" | "relu";
/**
 * `"mse"`: the mean over batch and outputs of (one-hot label - output)^2. `"cross-entropy"`: the mean over the batch
 * of softmax cross-entropy.
 */
export type Loss = "mse" | "cross-entropy";
/**
 * `"constant"`: every step has the same learning rate. `"one-cycle"`: over all steps of the run it rises linearly to
 * `learningRate` for a fifth of them, then falls linearly to zero.
 */
export type Schedule = "constant" | "one-cycle";
/**
 * A named set of options. `"tutorial"`: the classic walk-through's program, plain SGD on squared errors. `"fast"`: 98 % on
 * MNIST's test images in the fewest seconds. `"accurate"`: at least 98.5 %.
 */
export type Recipe = "tutorial" | "fast" | "accurate";

/** The options that decide about the weights: what a model's record of its training holds. Plain JSON values only. */
export interface TrainingOptions {
  recipe: Recipe;
  hidden: number[];
  outputActivation: OutputActivation;
  loss: Loss;
  learningRate: number;
  schedule: Schedule;
  momentum: number;
  weightDecay: number;
  batchSize: number;
  epochs: number;
  shuffle: boolean;
  seed: number;
  initialStandardDeviation: number;
  /** null: all training examples. */
  limit: number | null;
  deterministic: boolean;
}
