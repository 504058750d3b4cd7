import type { Augmentation, Recipe } from "../model/hyperparameters.js";
import type { Model } from "../model/model.js";
import type { Hyperparameters } from "./hyperparameters.js";

/** The options that a recipe sets. */
export type RecipeOptions = Omit<
  Hyperparameters,
  | "recipe"
  | "seed"
  | "limit"
  | "validationFraction"
  | "earlyStopping"
  | "keepBest"
  | "logEvery"
  | "evaluateEvery"
  | "threads"
  | "deterministic"
>;

/** What `augment: true` means. */
export const AUGMENTATION: Readonly<Augmentation> = {
  rotation: 15,
  scale: 0.18,
  shear: 0.2,
  shift: 1.5,
  elastic: 1.5,
  thickness: 0.7,
};

const tutorial: RecipeOptions = {
  hidden: [256, 128],
  outputActivation: "linear",
  loss: "mse",
  optimizer: "sgd",
  learningRate: 1e-3,
  schedule: "constant",
  momentum: 0,
  weightDecay: 0,
  dropout: 0,
  augment: false,
  batchSize: 128,
  epochs: 10,
  shuffle: false,
  initialization: "truncated-normal",
  initialStandardDeviation: 0.1,
};
// Tuned on the last sixth of MNIST's training images; scripts/bench/recipes.mjs is what tries and measures recipes.
// Squared errors reach 98 % in one epoch less, at rates that make linear models and two classes diverge.
const fast: RecipeOptions = {
  ...tutorial,
  loss: "cross-entropy",
  learningRate: 0.5,
  schedule: "one-cycle",
  momentum: 0.8,
  weightDecay: 2e-4,
  epochs: 4,
  shuffle: true,
  initialization: "he",
};
const accurate: RecipeOptions = {
  ...fast,
  learningRate: 0.2,
  momentum: 0.9,
  weightDecay: 4e-4,
  epochs: 20,
};
// As many epochs as two slow cores do within two minutes.
const robust: RecipeOptions = {
  ...accurate,
  hidden: [512, 256],
  learningRate: 0.15,
  weightDecay: 1e-4,
  augment: AUGMENTATION,
  epochs: 50,
};

/** Each recipe's options. */
export const RECIPES: Readonly<Record<Recipe, Readonly<RecipeOptions>>> = {
  tutorial,
  fast,
  accurate,
  robust,
};

/**
 * The temperature of a recipe's cross-entropy network: the mean of those of least cross-entropy on the last sixth of MNIST's
 * training images, of networks trained on the others.
 */
const TEMPERATURES: Readonly<Record<Recipe, number>> = {
  tutorial: 1,
  fast: 1.14,
  accurate: 1.01,
  robust: 1.05,
};

/** The temperature of a run's model where there are no validation images to tell: its recipe's, else the initial model's. */
export function usualTemperature(
  { recipe, loss }: Pick<Hyperparameters, "recipe" | "loss">,
  initial?: Pick<Model, "temperature">,
): number {
  if (loss !== "cross-entropy") return 1;
  return recipe === "tutorial" ? (initial?.temperature ?? 1) : TEMPERATURES[recipe];
}

/** The most hidden layers for which a recipe's learning rate isn't too high. */
const SHALLOW = 2;

/**
 * A recipe's learning rate for a network of so many hidden layers. The deeper a network, the smaller are the rates at
 * which it still learns: measured at 3 to 8 layers, with widths of 16 to 1,024.
 */
export function learningRateOf(recipe: Recipe, depth: number): number {
  const { learningRate, initialization } = RECIPES[recipe];
  if (initialization !== "he" || depth <= SHALLOW) return learningRate;
  return Number((learningRate * (SHALLOW / depth) ** 1.5).toPrecision(2));
}

/** What holds where neither the caller nor an initial model says otherwise. */
export const DEFAULTS: Readonly<Hyperparameters> = {
  recipe: "tutorial",
  ...RECIPES.tutorial,
  seed: 0,
  limit: null,
  validationFraction: 0,
  earlyStopping: null,
  keepBest: false,
  logEvery: 100,
  evaluateEvery: 1,
  threads: "auto",
  deterministic: false,
};
