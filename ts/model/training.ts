import { DigitrainError } from "../base/errors.js";
import type { TrainingOptions } from "./hyperparameters.js";

/** How a model was trained. */
export interface Training {
  /** The data set's name. */
  data: string;
  /** How many of its training examples were used. */
  examples: number;
  /** How many epochs were completed. */
  epochs: number;
  options: TrainingOptions;
  /** How the model was trained that this one went on from, where that is known. */
  before?: Training;
}

/** A model was trained on from another, that one from a third, and so on: files of more are made to do harm. */
const MOST_BEFORE = 1000;

/** All numbers in a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** Whether these are options of which those that tell of a model can be printed, and all can be saved. */
function areShowable(options: unknown): options is TrainingOptions {
  if (typeof options !== "object" || options === null) return false;
  const {
    recipe = "tutorial",
    learningRate = 0,
    batchSize = 0,
    seed = 0,
  }: Partial<TrainingOptions> = options;
  const areNumbers = [learningRate, batchSize, seed].every((value) => typeof value === "number");
  // JSON has no infinite ones, but takes 1e999 for one.
  return typeof recipe === "string" && areNumbers && numbersIn(options).every(Number.isFinite);
}

/** Whether a value tells how a model was trained. */
export function isTraining(value: unknown): value is Training {
  let part = value as Partial<Training> | null | undefined;
  for (let count = 0; count < MOST_BEFORE; count++) {
    if (typeof part !== "object" || part === null) return false;
    const { data, examples, epochs, options, before } = part;
    const areNumbers = Number.isFinite(examples) && Number.isFinite(epochs);
    if (typeof data !== "string" || !areNumbers || !areShowable(options)) return false;
    if (before === undefined) return true;
    part = before;
  }
  return false;
}

/** The recipe "tutorial" was called "seed" in files of version 0.1.0. */
function withRecipeRenamed(training: Training): Training {
  const { options, before } = training;
  const isOld = (options.recipe as string) === "seed";
  return {
    ...training,
    ...(isOld && { options: { ...options, recipe: "tutorial" } }),
    ...(before && { before: withRecipeRenamed(before) }),
  };
}

/** The description in a file's metadata; of the options only what is printed is checked, as nothing is computed by them. */
export function parseTraining(text: string, name: string): Training {
  try {
    const training: unknown = JSON.parse(text);
    if (isTraining(training)) return withRecipeRenamed(training);
  } catch {
    // What is no JSON describes no training either.
  }
  throw new DigitrainError(
    `${name}: the metadata "training" should be a JSON object, as digitrain writes it`,
  );
}
