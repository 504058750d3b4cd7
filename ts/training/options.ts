import { closestMatch } from "leven";
import type { Dataset } from "../data/dataset.js";
import type { DataSource } from "../data/load.js";
import { OptionError } from "../base/errors.js";
import { Model } from "../model/model.js";
import { MAX_BATCH_SIZE, MAX_LAYER_SIZE, MAX_THREADS } from "../core/limits.js";
import type { Runtime, Threads } from "../core/variant.js";

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

/** Where a run's checkpoints are kept, and when they are made; one is made after each epoch in any case. */
export interface CheckpointOptions {
  /** The directory, which is made if need be. */
  directory: string;
  /** Go on from the newest good checkpoint there, if there is one. Default false: the directory must hold none. */
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
  /** The set of options to start from. Default `"tutorial"`. */
  recipe?: Recipe;
  /** The sizes of the hidden layers, 1..65,536 each; `[]` is the linear model. Default `[256, 128]`. */
  hidden?: readonly number[];
  /** Default `"linear"`. */
  outputActivation?: OutputActivation;
  /** Default `"mse"`; `"cross-entropy"` in the recipes fast and accurate. */
  loss?: Loss;
  /** The learning rate, or a one-cycle schedule's peak: above 0. Default 0.001. */
  learningRate?: number;
  /** Default `"constant"`. */
  schedule?: Schedule;
  /** SGD's momentum, 0 up to, not including, 1: v = momentum * v + g, p -= learningRate * v. Default 0. */
  momentum?: number;
  /** At least 0: g += weightDecay * p, for weights and biases. Default 0. */
  weightDecay?: number;
  /** Examples a step, 1..65,536. An epoch's last batch holds what is left. Default 128. */
  batchSize?: number;
  /** Passes over the training examples; 0 trains nothing. Default 10. */
  epochs?: number;
  /** Whether each epoch has an order of its own, by seed and epoch alone. Default false: as stored. */
  shuffle?: boolean;
  /** Decides initial weights and order: a whole number from 0 to 2^53 - 1. Default 0. */
  seed?: number;
  /** Of the truncated normal that initial weights are drawn from: above 0. Default 0.1. */
  initialStandardDeviation?: number;
  /** A model to go on from, in place of random weights. Its hidden sizes hold; so do, by default, its output activation and loss. */
  initial?: Model;
  /** Train on the first so many training examples only (all, where there are fewer): at least 1. */
  limit?: number;
  /** Call `onStep` for every so many steps of an epoch, from its step 0: at least 1. Default 100. */
  logEvery?: number;
  /** Evaluate the test examples after every so many epochs and after the last; 0: never. Default 1. */
  evaluateEvery?: number;
  /** Called once, before the first step. The run waits for a promise that a callback returns. */
  onStart?: (event: StartEvent) => unknown;
  /** Called for each step whose number is a multiple of `logEvery`, soon after it has run; the run pauses on a promise. */
  onStep?: (event: StepEvent) => unknown;
  /** Called after each epoch and its evaluation. */
  onEpoch?: (event: EpochEvent) => unknown;
  /** Stops the run: `train` rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Save the run in a directory as it goes, so that it can be resumed when it was stopped or killed: it ends with the same
   * bits as one that was let alone. An aborted run is saved as it stands. A checkpoint that can't be written ends the run,
   * and those before it stay. Node only.
   */
  checkpoint?: string | CheckpointOptions;
  /** How many threads share the work, 1..64; their number changes no bit. Default `"auto"`: as many as are worth using. */
  threads?: Threads;
  /** Whether to give the same bits on every machine and engine, at some cost in speed. Default false. */
  deterministic?: boolean;
}

/** What a run uses: a recipe's options with the caller's own in their place. Plain JSON values only. */
export interface Hyperparameters {
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
  logEvery: number;
  evaluateEvery: number;
  threads: Threads;
  deterministic: boolean;
}

/** A run is about to take its first step. */
export interface StartEvent {
  data: Dataset;
  /** The sizes of all layers, inputs and classes included: [784, 256, 128, 10]. */
  network: number[];
  options: Hyperparameters;
  runtime: Runtime;
  stepsPerEpoch: number;
  /**
   * The model as it is now, while the run goes on.
   * @throws DigitrainError when the run is over.
   */
  snapshot: () => Promise<Model>;
  /** Where the run goes on from a checkpoint. */
  resumed?: Resumption;
}

/** A run goes on from a checkpoint. */
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
  /** The fraction of the test examples classified rightly, 0..1; absent where they were not evaluated. */
  testAccuracy?: number;
}

/** An epoch has ended. */
export interface EpochEvent extends EpochRecord {
  /** The model as it is after this epoch: a snapshot, made when first read, which must be while `onEpoch` is running. */
  readonly model: Model;
}

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

const DEFAULTS: Readonly<Hyperparameters> = {
  recipe: "tutorial",
  ...RECIPES.tutorial,
  seed: 0,
  limit: null,
  logEvery: 100,
  evaluateEvery: 1,
  threads: "auto",
  deterministic: false,
};

/** What an option takes, in words and as a test. */
interface Rule {
  takes: string;
  accepts: (value: unknown) => boolean;
  /** Former names of values, each with what it is called now. */
  renamed?: Readonly<Record<string, string>>;
}

function whole(from: number, to: number, takes: string): Rule {
  return {
    takes,
    accepts: (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
  };
}

/** A number that is still finite, and still fits the rule, as the float32 that the core computes with. */
function real(takes: string, fits: (value: number) => boolean): Rule {
  const accepts = (value: unknown) =>
    typeof value === "number" && Number.isFinite(Math.fround(value)) && fits(Math.fround(value));
  return { takes, accepts };
}

function oneOf(...names: string[]): Rule {
  const takes = names.map((name) => `"${name}"`).join(" or ");
  return { takes, accepts: (value) => typeof value === "string" && names.includes(value) };
}

const layerSize = whole(1, MAX_LAYER_SIZE, `a whole number from 1 to ${MAX_LAYER_SIZE.toLocaleString("en")}`);
const threadCount = whole(1, MAX_THREADS, `a whole number from 1 to ${MAX_THREADS}`);
const trueOrFalse: Rule = { takes: "true or false", accepts: (value) => typeof value === "boolean" };
const callback: Rule = { takes: "a function", accepts: (value) => typeof value === "function" };

const checkpointRules: Record<keyof CheckpointOptions, Rule> = {
  directory: {
    takes: "a directory's path",
    accepts: (value) => typeof value === "string" && value !== "",
  },
  resume: trueOrFalse,
  everySteps: whole(1, Number.MAX_SAFE_INTEGER, "a whole number of at least 1"),
  everySeconds: real("a number above 0", (value) => value > 0),
  keep: whole(1, Number.MAX_SAFE_INTEGER, "a whole number of at least 1"),
};

const RULES: Record<keyof TrainOptions, Rule> = {
  data: {
    takes: "a data set's name, a path or data",
    accepts: (value) => typeof value === "string" || (typeof value === "object" && value !== null),
  },
  recipe: { ...oneOf(...Object.keys(RECIPES)), renamed: { seed: "tutorial" } },
  hidden: {
    takes: `a list of whole numbers from 1 to ${MAX_LAYER_SIZE.toLocaleString("en")}, such as [256, 128]`,
    accepts: (value) => Array.isArray(value) && value.every(layerSize.accepts),
  },
  outputActivation: oneOf("linear", "relu"),
  loss: oneOf("mse", "cross-entropy"),
  learningRate: real("a number above 0", (value) => value > 0),
  schedule: oneOf("constant", "one-cycle"),
  momentum: real("a number from 0 up to, not including, 1", (value) => value >= 0 && value < 1),
  weightDecay: real("a number of at least 0", (value) => value >= 0),
  batchSize: whole(1, MAX_BATCH_SIZE, `a whole number from 1 to ${MAX_BATCH_SIZE.toLocaleString("en")}`),
  epochs: whole(0, 1_000_000, "a whole number from 0 to 1,000,000"),
  shuffle: trueOrFalse,
  seed: whole(0, Number.MAX_SAFE_INTEGER, "a whole number from 0 to 2^53 - 1"),
  initialStandardDeviation: real("a number above 0", (value) => value > 0),
  initial: { takes: "a Model", accepts: (value) => value instanceof Model },
  limit: whole(1, Number.MAX_SAFE_INTEGER, "a whole number of at least 1"),
  logEvery: whole(1, Number.MAX_SAFE_INTEGER, "a whole number of at least 1"),
  evaluateEvery: whole(0, Number.MAX_SAFE_INTEGER, "a whole number of at least 0"),
  onStart: callback,
  onStep: callback,
  onEpoch: callback,
  checkpoint: {
    takes: "a directory's path, or an object of directory, resume, everySteps, everySeconds and keep",
    accepts: (value) =>
      (typeof value === "object" && value !== null) || checkpointRules.directory.accepts(value),
  },
  signal: { takes: "an AbortSignal", accepts: (value) => value instanceof AbortSignal },
  threads: {
    takes: `"auto" or a whole number from 1 to ${MAX_THREADS}`,
    accepts: (value) => value === "auto" || threadCount.accepts(value),
  },
  deterministic: trueOrFalse,
};

/** A value as an error shows it: short, on one line. */
function show(value: unknown): string {
  const text = Array.isArray(value) ? `[${value.map(showItem).join(", ")}]` : showItem(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function showItem(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return String(value);
}

/** @param parent what stands before the name where it is an option's own option: "checkpoint." */
function check(name: string, value: unknown, rules: Readonly<Record<string, Rule>>, parent = ""): void {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (!rule) {
    const nearest = parent + (closestMatch(name, Object.keys(rules)) ?? "recipe");
    throw new OptionError(`there is no option "${parent}${name}"; did you mean "${nearest}"?`);
  }
  if (!rule.accepts(value)) {
    const current = typeof value === "string" ? rule.renamed?.[value] : undefined;
    const hint = current === undefined ? "" : `, which is now called "${current}"`;
    throw new OptionError(`${parent}${name} takes ${rule.takes}, got ${show(value)}${hint}`);
  }
}

function checkCheckpoint(checkpoint: CheckpointOptions): void {
  check("directory", checkpoint.directory, checkpointRules, "checkpoint.");
  for (const [name, value] of Object.entries(checkpoint)) {
    if (value !== undefined) check(name, value, checkpointRules, "checkpoint.");
  }
}

/** What a run takes over from the model it goes on from. */
function inheritedFrom(initial: Model, given: TrainOptions): Partial<Hyperparameters> {
  const hidden = initial.layers.slice(1, -1);
  if (given.hidden && String(given.hidden) !== String(hidden)) {
    throw new OptionError(
      `hidden takes the initial model's own sizes, ${show(hidden)}, got ${show(given.hidden)}`,
    );
  }
  // A recipe that is asked for by name decides on output activation and loss.
  return given.recipe
    ? { hidden }
    : { hidden, outputActivation: initial.outputActivation, loss: initial.loss };
}

/** What a run is to learn from, whatever becomes of the run and so of a promise that the caller gave. */
export function promisedData({ data = "auto" }: TrainOptions): Promise<DataSource> {
  const promised = Promise.resolve(data);
  // Where something else ends the run first, nobody else waits for it.
  promised.catch(() => undefined);
  return promised;
}

/**
 * The hyperparameters of a run: the caller's options, over the recipe asked for, over the initial model's settings,
 * over the recipe "tutorial". An option that is undefined counts as left out.
 * @throws OptionError for an unknown option or a value that an option doesn't take.
 */
export function resolveOptions(options: TrainOptions): Hyperparameters {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of entries) check(name, value, RULES);
  if (typeof options.checkpoint === "object") checkCheckpoint(options.checkpoint);
  const given: TrainOptions = Object.fromEntries(entries);
  const plain: Partial<Hyperparameters> = Object.fromEntries(
    entries.filter(([name]) => Object.hasOwn(DEFAULTS, name)),
  );
  const inherited = given.initial && inheritedFrom(given.initial, given);
  const resolved = { ...DEFAULTS, ...RECIPES[given.recipe ?? DEFAULTS.recipe], ...inherited, ...plain };
  return { ...resolved, hidden: [...resolved.hidden] };
}
