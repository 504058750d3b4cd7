import type { Recipe } from "../model/hyperparameters.js";
import type { Hyperparameters } from "./hyperparameters.js";

type RecipeOptions = Omit<
  Hyperparameters,
  "recipe" | "seed" | "limit" | "logEvery" | "evaluateEvery" | "threads" | "deterministic"
>;

const tutorial: RecipeOptions = {
  hidden: [256, 128],
  outputActivation: "linear",
  loss: "mse",
  learningRate: 1e-3,
  schedule: "constant",
  momentum: 0,
  weightDecay: 0,
  batchSize: 128,
  epochs: 10,
  shuffle: false,
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
  initialStandardDeviation: 0.05,
};
const accurate: RecipeOptions = {
  ...fast,
  learningRate: 0.2,
  momentum: 0.9,
  weightDecay: 4e-4,
  epochs: 20,
};

/** Each recipe's options. */
export const RECIPES: Readonly<Record<Recipe, Readonly<RecipeOptions>>> = { tutorial, fast, accurate };

/** What holds where neither the caller nor an initial model says otherwise. */
export const DEFAULTS: Readonly<Hyperparameters> = {
  recipe: "tutorial",
  ...RECIPES.tutorial,
  seed: 0,
  limit: null,
  logEvery: 100,
  evaluateEvery: 1,
  threads: "auto",
  deterministic: false,
};
