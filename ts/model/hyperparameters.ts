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
 * `"sgd"`: g += weightDecay * p; v = momentum * v + g; p -= learningRate * v, as PyTorch defines it. `"adam"`: PyTorch's
 * AdamW, with betas 0.9 and 0.999, epsilon 1e-8, bias correction, and p -= rate * weightDecay * p with that step's rate.
 */
export type Optimizer = "sgd" | "adam";
/**
 * What initial weights are drawn from; biases are 0. `"truncated-normal"`: of `initialStandardDeviation`, redrawn beyond
 * two of these. `"he"`: a normal distribution of variance 2 / inputs of the layer, 1 / inputs in the last layer.
 */
export type Initialization = "truncated-normal" | "he";
/**
 * A named set of options. `"tutorial"`: the classic walk-through's program, plain SGD on squared errors. `"fast"`: 98 % on
 * MNIST's test images in the fewest seconds. `"accurate"`: at least 98.5 %. `"robust"`: a larger network, trained longer on augmented
 * images: 99.4 % of held-out ones, and of handwriting from elsewhere far more than the others.
 */
export type Recipe = "tutorial" | "fast" | "accurate" | "robust";

/** When a run ends that no longer gets better. */
export interface EarlyStopping {
  /** After how many epochs without an improvement: at least 1. */
  patience: number;
  /** By how much less than the least loss so far a loss must be to count as an improvement: at least 0. */
  minimumImprovement: number;
}

/**
 * How much images are changed in training: the most of each amount, drawn for each image of each epoch, all values up to it
 * being as likely. Sources: Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks Applied to Visual
 * Document Analysis, 2003 (elastic); Cireşan, Meier, Gambardella and Schmidhuber, Deep, Big, Simple Neural Nets for
 * Handwritten Digit Recognition, 2010 (all but thickness).
 */
export interface Augmentation {
  /** Around the middle, to either side: degrees, 0 to 180. Cireşan: 15, and 7.5 for the digits 1 and 7. */
  rotation: number;
  /** By which fraction the width and, apart from it, the height grows or shrinks: 0 up to, not including, 1. Cireşan: 0.15 to 0.2. */
  scale: number;
  /** How far the top moves to either side against the bottom, as a fraction of the height: at least 0. */
  shear: number;
  /** To either side, and up or down: pixels, at least 0. Where all the other amounts are 0, whole pixels. */
  shift: number;
  /**
   * How far places move that move smoothly with those around them, along each axis: pixels r.m.s., at least 0. Simard: noise
   * smoothed by a Gaussian with a standard deviation of 4 for images of 29x29, here a seventh of the image's side.
   */
  elastic: number;
  /** By how much strokes become wider or narrower: pixels, 0 to 1. A mix with the largest or smallest of 2x2 pixels. */
  thickness: number;
}

/** The options that decide about the weights: what a model's record of its training holds. Plain JSON values only. */
export interface TrainingOptions {
  recipe: Recipe;
  hidden: number[];
  outputActivation: OutputActivation;
  loss: Loss;
  optimizer: Optimizer;
  learningRate: number;
  schedule: Schedule;
  momentum: number;
  weightDecay: number;
  dropout: number;
  /** false: images stay as they are. */
  augment: Augmentation | false;
  batchSize: number;
  epochs: number;
  shuffle: boolean;
  seed: number;
  initialization: Initialization;
  /** Without effect where the initialization is `"he"`. */
  initialStandardDeviation: number;
  /** null: all training examples. */
  limit: number | null;
  validationFraction: number;
  /** null: the run does all its epochs. */
  earlyStopping: EarlyStopping | null;
  keepBest: boolean;
  deterministic: boolean;
}
