import { DigitrainError } from "../errors.js";
import type { Hyperparameters } from "../options.js";

/** These change neither weights nor losses. */
const WITHOUT_EFFECT = ["threads", "logEvery", "evaluateEvery"] as const;

/** The options that decide about the weights. */
export type TrainingOptions = Omit<Hyperparameters, (typeof WITHOUT_EFFECT)[number]>;

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

export function trainingOptions(options: Hyperparameters): TrainingOptions {
  const names: readonly string[] = WITHOUT_EFFECT;
  const lasting = Object.entries(options).filter(([name]) => !names.includes(name));
  return Object.fromEntries(lasting) as unknown as TrainingOptions;
}

/** The description in a file's metadata; what its parts are is not checked, as nothing is computed by them. */
export function parseTraining(text: string, name: string): Training {
  try {
    const training: unknown = JSON.parse(text);
    if (typeof training === "object" && training !== null && "options" in training)
      return training as Training;
  } catch {
    // What is no JSON describes no training either.
  }
  throw new DigitrainError(
    `${name}: the metadata "training" should be a JSON object, as digitrain writes it`,
  );
}
