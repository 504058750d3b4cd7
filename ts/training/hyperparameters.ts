import type { TrainingOptions } from "../model/hyperparameters.js";
import type { Threads } from "../core/runtime.js";

/** What a run uses: a recipe's options with the caller's own in their place. Plain JSON values only. */
export interface Hyperparameters extends TrainingOptions {
  logEvery: number;
  evaluateEvery: number;
  threads: Threads;
}

/** These change neither weights nor losses. */
const WITHOUT_EFFECT: readonly string[] = ["threads", "logEvery", "evaluateEvery"] satisfies Exclude<
  keyof Hyperparameters,
  keyof TrainingOptions
>[];

/** Those hyperparameters that decide about the weights. */
export function trainingOptions(options: Hyperparameters): TrainingOptions {
  const lasting = Object.entries(options).filter(([name]) => !WITHOUT_EFFECT.includes(name));
  return Object.fromEntries(lasting) as unknown as TrainingOptions;
}

/** How many moments the optimizer keeps: numbers for each parameter, beside the parameter itself. */
export function momentCount({
  optimizer,
  momentum,
}: Pick<TrainingOptions, "optimizer" | "momentum">): number {
  if (optimizer === "adam") return 2;
  return momentum > 0 ? 1 : 0;
}
