import { thousands } from "../base/format.js";
import { OptionError } from "../base/errors.js";
import { checkIsOptions, show, unknownOption } from "../base/options.js";
import { MAX_BATCH_SIZE, MAX_LAYER_SIZE } from "../core/limits.js";
import { areThreads, THREADS_TAKE } from "../core/runtime.js";
import { INK_TAKES, isInk } from "../data/pictures/check-ink.js";
import type { Augmentation, EarlyStopping } from "../model/hyperparameters.js";
import { Model } from "../model/model.js";
import type { CheckpointOptions, TrainOptions } from "./options.js";
import { RECIPES } from "./recipes.js";

/** What an option takes, in words and as a test. */
interface Rule {
  takes: string;
  accepts: (value: unknown) => boolean;
  /** More about a value that it doesn't take, where there is more to say. */
  hint?: (value: unknown) => string | undefined;
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

const layerSize = whole(1, MAX_LAYER_SIZE, `a whole number from 1 to ${thousands(MAX_LAYER_SIZE)}`);
const trueOrFalse: Rule = { takes: "true or false", accepts: (value) => typeof value === "boolean" };
const callback: Rule = { takes: "a function", accepts: (value) => typeof value === "function" };

const fromZero = real("a number of at least 0", (value) => value >= 0);
const fromZeroBelowOne = real("a number from 0 up to, not including, 1", (value) => value >= 0 && value < 1);
const wholeFromOne = whole(1, Number.MAX_SAFE_INTEGER, "a whole number of at least 1");

const CHECKPOINT_RULES: Record<keyof CheckpointOptions, Rule> = {
  directory: {
    takes: "a directory's path",
    accepts: (value) => (typeof value === "string" && value !== "") || value instanceof URL,
  },
  resume: trueOrFalse,
  everySteps: wholeFromOne,
  everySeconds: real("a number above 0", (value) => value > 0),
  keep: wholeFromOne,
};

const EARLY_STOPPING_RULES: Record<keyof EarlyStopping, Rule> = {
  patience: wholeFromOne,
  minimumImprovement: fromZero,
};

const AUGMENT_RULES: Record<keyof Augmentation, Rule> = {
  rotation: real("a number of degrees from 0 to 180", (value) => value >= 0 && value <= 180),
  scale: fromZeroBelowOne,
  shear: fromZero,
  shift: fromZero,
  elastic: fromZero,
  thickness: real("a number from 0 to 1", (value) => value >= 0 && value <= 1),
};

/** Whether a value can do what a Model can. */
function isModel(value: unknown): boolean {
  return typeof (Object(value) as Partial<Model>).toSafetensors === "function";
}

const RULES: Record<keyof TrainOptions, Rule> = {
  data: {
    takes: "a data set's name, a path or data",
    accepts: (value) => typeof value === "string" || (typeof value === "object" && value !== null),
  },
  ink: { takes: INK_TAKES, accepts: isInk },
  recipe: {
    ...oneOf(...Object.keys(RECIPES)),
    hint: (value) => (value === "seed" ? `, which is now called "tutorial"` : undefined),
  },
  hidden: {
    takes: `a list of whole numbers from 1 to ${thousands(MAX_LAYER_SIZE)}, such as [256, 128]`,
    // Array.from: a hole is no size.
    accepts: (value) => Array.isArray(value) && Array.from(value).every(layerSize.accepts),
  },
  outputActivation: oneOf("linear", "relu"),
  loss: oneOf("mse", "cross-entropy"),
  optimizer: oneOf("sgd", "adam"),
  learningRate: real("a number above 0", (value) => value > 0),
  schedule: oneOf("constant", "one-cycle"),
  momentum: fromZeroBelowOne,
  weightDecay: fromZero,
  dropout: fromZeroBelowOne,
  augment: {
    takes: "true, false, or an object of rotation, scale, shear, shift, elastic and thickness",
    accepts: (value) =>
      typeof value === "boolean" || (typeof value === "object" && value !== null && !Array.isArray(value)),
  },
  batchSize: whole(1, MAX_BATCH_SIZE, `a whole number from 1 to ${thousands(MAX_BATCH_SIZE)}`),
  epochs: whole(0, 1_000_000, "a whole number from 0 to 1,000,000"),
  shuffle: trueOrFalse,
  seed: whole(0, Number.MAX_SAFE_INTEGER, "a whole number from 0 to 2^53 - 1"),
  initialization: oneOf("truncated-normal", "he"),
  initialStandardDeviation: real("a number above 0", (value) => value > 0),
  initial: {
    takes: "a Model",
    accepts: (value) => value instanceof Model,
    hint: (value) =>
      isModel(value)
        ? ", a Model of another copy of the package; make one by Model.fromSafetensors(model.toSafetensors())"
        : undefined,
  },
  limit: wholeFromOne,
  validationFraction: fromZeroBelowOne,
  earlyStopping: {
    takes: "a whole number of epochs of at least 1, an object of patience and minimumImprovement, or null",
    accepts: (value) =>
      (typeof value === "object" && !Array.isArray(value)) || EARLY_STOPPING_RULES.patience.accepts(value),
  },
  keepBest: trueOrFalse,
  logEvery: wholeFromOne,
  evaluateEvery: whole(0, Number.MAX_SAFE_INTEGER, "a whole number of at least 0"),
  onStart: callback,
  onStep: callback,
  onEpoch: callback,
  checkpoint: {
    takes: "a directory's path, or an object of directory, resume, everySteps, everySeconds and keep",
    accepts: (value) =>
      (typeof value === "object" && value !== null) || CHECKPOINT_RULES.directory.accepts(value),
  },
  signal: { takes: "an AbortSignal", accepts: (value) => value instanceof AbortSignal },
  threads: { takes: THREADS_TAKE, accepts: areThreads },
  deterministic: trueOrFalse,
};

/**
 * @param parent what precedes the name where the option belongs to another option: "checkpoint."
 * @throws OptionError
 */
function check(name: string, value: unknown, rules: Readonly<Record<string, Rule>>, parent = ""): void {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (!rule) throw unknownOption(name, Object.keys(rules), parent);
  if (!rule.accepts(value)) {
    throw new OptionError(
      `${parent}${name} takes ${rule.takes}, got ${show(value)}${rule.hint?.(value) ?? ""}`,
    );
  }
}

/**
 * Checks each option by itself.
 * @throws OptionError for an unknown option or a value that an option doesn't take.
 */
export function checkOptions(options: TrainOptions): void {
  checkIsOptions(options, "train", "epochs: 3");
  checkAll(options, RULES);
  const { augment, checkpoint, earlyStopping } = options;
  if (typeof augment === "object") checkAll(augment, AUGMENT_RULES, "augment.");
  if (typeof checkpoint === "object" && !(checkpoint instanceof URL))
    checkParts("checkpoint", checkpoint, "directory", CHECKPOINT_RULES);
  if (typeof earlyStopping === "object" && earlyStopping !== null)
    checkParts("earlyStopping", earlyStopping, "patience", EARLY_STOPPING_RULES);
}

/** Checks an option that is an object, one of whose parts must be given. */
function checkParts<Part extends string>(
  option: string,
  value: Readonly<Partial<Record<Part, unknown>>>,
  required: Part,
  rules: Readonly<Record<Part, Rule>>,
): void {
  check(required, value[required], rules, `${option}.`);
  checkAll(value, rules, `${option}.`);
}

/** Checks the options that are given; one that is undefined counts as left out. */
function checkAll(options: object, rules: Readonly<Record<string, Rule>>, parent?: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) check(name, value, rules, parent);
  }
}
