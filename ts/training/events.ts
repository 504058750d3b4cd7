import type { Dataset } from "../data/dataset.js";
import type { Model } from "../model/model.js";
import type { Runtime } from "../core/runtime.js";
import type { Hyperparameters } from "./hyperparameters.js";

/** A run is about to take its first step. */
export interface StartEvent {
  data: Dataset;
  /** The sizes of all layers, inputs and classes included: [784, 256, 128, 10]. */
  network: number[];
  options: Hyperparameters;
  runtime: Runtime;
  stepsPerEpoch: number;
  /**
   * The model as it is now, while the run is under way.
   * @throws DigitrainError when the run is over.
   */
  snapshot: () => Promise<Model>;
  /** Where the run resumes from a checkpoint. */
  resumed?: Resumption;
}

/** A run resumes from a checkpoint. */
export interface Resumption {
  /** The checkpoint's file. */
  file: string;
  /** The epoch and the step that come next. */
  epoch: number;
  step: number;
  /** Newer checkpoints, which are damaged. */
  skipped: { file: string; why: string }[];
}

/** A step has run. */
export interface StepEvent {
  /** From 0. */
  epoch: number;
  /** From 0 in each epoch. */
  step: number;
  /** The loss of the step's batch, before its update. */
  loss: number;
}

/** What is kept of an epoch. */
export interface EpochRecord {
  /** From 0. */
  epoch: number;
  /** The time its training took, without evaluation and callbacks. */
  seconds: number;
  /** The mean of its steps' losses. */
  meanLoss: number;
  /** The mean loss over the test examples; absent where they were not evaluated. */
  testLoss?: number;
  /** The fraction of the test examples classified correctly, 0..1; absent where they were not evaluated. */
  testAccuracy?: number;
}

/** An epoch has ended. */
export interface EpochEvent extends EpochRecord {
  /** The model as it is after this epoch: a snapshot, made when first read, which must be while `onEpoch` is running. */
  readonly model: Model;
}
