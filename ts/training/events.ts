import type { Dataset } from "../data/dataset.js";
import type { Remark } from "../data/remark.js";
import type { Model } from "../model/model.js";
import type { Runtime } from "../core/runtime.js";
import type { Hyperparameters } from "./hyperparameters.js";

/** How many examples a run uses. */
export interface ExampleCounts {
  /** Those that it trains on. */
  train: number;
  /** Those that were set aside from them; absent where none were. */
  validation?: number;
  /** Absent where there are none. */
  test?: number;
}

/** A run is about to take its first step. */
export interface StartEvent {
  data: Dataset;
  counts: ExampleCounts;
  /** The sizes of all layers, inputs and classes included: [784, 256, 128, 10]. */
  network: number[];
  options: Hyperparameters;
  runtime: Runtime;
  stepsPerEpoch: number;
  /** What is probably a mistake in the data, or was changed as it was loaded: as `remarksOn` says; often []. */
  remarks: readonly Remark[];
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

/** What the events of a run under way can do. */
export interface Stoppable {
  /**
   * Ends the run within the call under way, after at most some 16 ms of further steps; in a page a frame later. `train`
   * resolves with the model as it is then.
   */
  stop: () => void;
}

/** A step has run. */
export interface StepEvent extends Stoppable {
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
  /** The mean loss over the validation examples; absent where none were set aside. */
  validationLoss?: number;
  /** The fraction of the validation examples classified correctly, 0..1; absent where none were set aside. */
  validationAccuracy?: number;
  /** The mean loss over the test examples; absent where they were not evaluated. */
  testLoss?: number;
  /** The fraction of the test examples classified correctly, 0..1; absent where they were not evaluated. */
  testAccuracy?: number;
}

/** An epoch has ended. */
export interface EpochEvent extends EpochRecord, Stoppable {
  /** The model as it is after this epoch: a snapshot, made when first read, which must be while `onEpoch` is running. */
  readonly model: Model;
}

/** How a run ended, and where. */
export interface Stopped {
  /** All epochs were done; or the last ones brought no improvement (`earlyStopping`); or an event's `stop()` was called. */
  why: "finished" | "early-stopping" | "stop";
  /** The epoch of the last step that was done, from 0. */
  epoch: number;
  /** That step, from 0 in each epoch. Both are 0 where none was done. */
  step: number;
}
