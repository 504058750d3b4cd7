import type { Ink } from "../data/pictures/contrast.js";
import type { DataSource } from "../data/source.js";
import type {
  Augmentation,
  EarlyStopping,
  Initialization,
  Loss,
  Optimizer,
  OutputActivation,
  Recipe,
  Schedule,
} from "../model/hyperparameters.js";
import type { Model } from "../model/model.js";
import type { Threads } from "../core/runtime.js";
import type { EpochEvent, StartEvent, StepEvent } from "./events.js";

/** Where a run's checkpoints are kept, and when they are made; one is made after each epoch in any case. */
export interface CheckpointOptions {
  /** The directory, a path or a `file:` URL, which is made if need be. */
  directory: string | URL;
  /** Resume from the newest good checkpoint there, if there is one. Default false: the directory must hold none. */
  resume?: boolean;
  /** Make one after so many steps, too: at least 1. */
  everySteps?: number;
  /** Make one after so many seconds, too: above 0. */
  everySeconds?: number;
  /** How many of the newest are kept: at least 1. Default 3. */
  keep?: number;
}

/** What `train` takes. Every option may be left out; a recipe's options may be overridden one by one. */
export interface TrainOptions {
  /** What to learn from, or the promise of it: meanwhile the core gets ready. Default `"auto"`: MNIST where it can be had. */
  data?: DataSource | Promise<DataSource>;
  /**
   * Whether the images' ink is darker or lighter than paper, which a network takes as 0: those that are dark on light are
   * turned. Default `"auto"`: as a look decides.
   */
  ink?: Ink;
  /** The set of options to start from. Default `"tutorial"`. */
  recipe?: Recipe;
  /** The sizes of the hidden layers, 1..65,536 each; `[]` is the linear model. Default `[256, 128]`; `[512, 256]` in the recipe robust. */
  hidden?: readonly number[];
  /** Default `"linear"`. */
  outputActivation?: OutputActivation;
  /** Default `"mse"`; `"cross-entropy"` in all recipes but tutorial. */
  loss?: Loss;
  /** Default `"sgd"`. */
  optimizer?: Optimizer;
  /** The learning rate, or a one-cycle schedule's peak: above 0. Default 0.001; for Adam too, whatever the recipe. */
  learningRate?: number;
  /** Default `"constant"`. */
  schedule?: Schedule;
  /** SGD's momentum, 0 up to, not including, 1. Adam takes 0 alone, and ignores a recipe's. Default 0. */
  momentum?: number;
  /** Of weights and biases: at least 0. Default 0; for Adam too, whatever the recipe. */
  weightDecay?: number;
  /**
   * The fraction of the hidden layers' outputs that are dropped in training, 0 up to, not including, 1; the others are
   * scaled by 1 / (1 - dropout). By seed, step, example and unit alone. Default 0.
   */
  dropout?: number;
  /**
   * Whether each epoch sees each training image changed anew: turned, stretched, slanted, moved, bent, its strokes thicker or
   * thinner. By seed, epoch and example alone. `true`: by the amounts of the recipe robust; an object: by these amounts, 0
   * where one is left out. For images only, examples of the shape [height, width]. Default false; true in the recipe robust.
   */
  augment?: boolean | Partial<Augmentation>;
  /** Examples a step, 1..65,536. An epoch's last batch holds what is left. Default 128. */
  batchSize?: number;
  /** Passes over the training examples; 0 trains nothing. Default 10. */
  epochs?: number;
  /** Whether each epoch has an order of its own, by seed and epoch alone. Default false: as stored. */
  shuffle?: boolean;
  /** Decides initial weights, order, dropout and augmentation: a whole number from 0 to 2^53 - 1. Default 0. */
  seed?: number;
  /** Default `"truncated-normal"`; `"he"` in all recipes but tutorial, unless a standard deviation is given. */
  initialization?: Initialization;
  /** Of the truncated normal that initial weights are drawn from: above 0. Default 0.1. */
  initialStandardDeviation?: number;
  /** A model to start from, in place of random weights. Its hidden sizes hold; so do, by default, its output activation and loss. */
  initial?: Model;
  /** Train on the first so many training examples only (all, where there are fewer): at least 1. */
  limit?: number;
  /**
   * The fraction of the training examples (after `limit`), 0 up to, not including, 1, that is set aside, of each class the
   * same, and never trained on: each epoch is judged by them. Always the same ones. Default 0.
   */
  validationFraction?: number;
  /**
   * End the run when so many epochs have passed without an improvement (a number: the patience). What is judged is the
   * validation loss; without validation the epoch's mean loss; never the test examples. Default null: all epochs are done.
   */
  earlyStopping?: number | (Pick<EarlyStopping, "patience"> & Partial<EarlyStopping>) | null;
  /** Give the model of the best epoch, judged as for `earlyStopping`, in place of the last one's. Default false. */
  keepBest?: boolean;
  /** Call `onStep` for every so many steps of an epoch, from its step 0: at least 1. Default 100. */
  logEvery?: number;
  /** Evaluate the test examples after every so many epochs and after the last; 0: never. Default 1. */
  evaluateEvery?: number;
  /** Called once, before the first step. The run waits for a promise that a callback returns. */
  onStart?: (event: StartEvent) => unknown;
  /** Called for each step whose number is a multiple of `logEvery`, soon after it has run; the run pauses on a promise, and one that keeps it waiting is followed by a single step. */
  onStep?: (event: StepEvent) => unknown;
  /** Called after each epoch and its evaluation. */
  onEpoch?: (event: EpochEvent) => unknown;
  /** Ends the run: `train` rejects with the signal's reason. To keep the model, call an event's `stop()` instead. */
  signal?: AbortSignal;
  /**
   * Save the run in a directory as it goes, so that it can be resumed when it was stopped or killed: it ends with the same
   * bits as one that was let alone. A run that is stopped or aborted is saved as it stands, and may be resumed. A checkpoint
   * that can't be written ends the run, and those before it stay. Node only.
   */
  checkpoint?: string | URL | CheckpointOptions;
  /** How many threads share the work, 1..64; their number changes no bit. Default `"auto"`: as many as are worth using. */
  threads?: Threads;
  /** Whether to give the same bits on every machine and engine, at some cost in speed. Default false. */
  deterministic?: boolean;
}
