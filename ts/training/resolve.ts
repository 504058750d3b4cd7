import type { DataSource } from "../data/source.js";
import { OptionError } from "../base/errors.js";
import { checkIsOptions, show } from "../base/options.js";
import type { Augmentation, EarlyStopping, Recipe } from "../model/hyperparameters.js";
import type { Model } from "../model/model.js";
import type { Hyperparameters } from "./hyperparameters.js";
import type { TrainOptions } from "./options.js";
import { AUGMENTATION, DEFAULTS, learningRateOf, RECIPES } from "./recipes.js";
import { checkOptions } from "./rules.js";

/** What a run inherits from the model that it starts from. */
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

/** What Adam has in place of a recipe's values, which are for SGD. */
const FOR_ADAM = { learningRate: 1e-3, momentum: 0, weightDecay: 0 };

/** What some of the given options mean for others that are left out. */
function impliedBy(given: TrainOptions, recipe: Recipe, hidden: readonly number[]): Partial<Hyperparameters> {
  const { optimizer, momentum = 0, initialization, initialStandardDeviation } = given;
  if (optimizer === "adam" && momentum > 0)
    throw new OptionError(`momentum takes 0 where the optimizer is "adam", got ${momentum}`);
  if (initialization === "he" && initialStandardDeviation !== undefined) {
    const takes = `initialStandardDeviation takes effect where the initialization is "truncated-normal" only`;
    throw new OptionError(`${takes}, got "he"; leave one of them out`);
  }
  return {
    ...(optimizer === "adam" ? FOR_ADAM : { learningRate: learningRateOf(recipe, hidden.length) }),
    ...(initialStandardDeviation !== undefined && { initialization: "truncated-normal" }),
  };
}

/** Early stopping with all its parts. */
function completed(given: NonNullable<TrainOptions["earlyStopping"]>): EarlyStopping {
  const { patience, minimumImprovement = 0 } = typeof given === "number" ? { patience: given } : given;
  return { patience, minimumImprovement };
}

/** By how much images are changed: the amounts that are left out are 0. */
function amountsOf(augment: boolean | Partial<Augmentation>): Augmentation | false {
  if (typeof augment === "boolean") return augment && { ...AUGMENTATION };
  const given = Object.entries<unknown>(augment).filter(([, amount]) => amount !== undefined);
  const none: Augmentation = { rotation: 0, scale: 0, shear: 0, shift: 0, elastic: 0, thickness: 0 };
  return { ...none, ...Object.fromEntries(given) };
}

/**
 * The data that a run learns from. A promise of it may be rejected after the run has failed: that rejection counts as handled.
 * @throws OptionError where the options are none.
 */
export function promisedData(options: TrainOptions): Promise<DataSource> {
  checkIsOptions(options, "train", "epochs: 3");
  const { data = "auto" } = options;
  const promised = Promise.resolve(data);
  promised.catch(() => undefined);
  return promised;
}

/**
 * The hyperparameters of a run: the caller's options, over the recipe asked for, over the initial model's settings,
 * over the recipe "tutorial". An option that is undefined counts as left out.
 * @throws OptionError for an unknown option or a value that an option doesn't take.
 */
export function resolveOptions(options: TrainOptions): Hyperparameters {
  checkOptions(options);
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const given: TrainOptions = Object.fromEntries(entries);
  const plain = Object.fromEntries(
    entries.filter(([name]) => Object.hasOwn(DEFAULTS, name)),
  ) as Partial<Hyperparameters>;
  const inherited = given.initial && inheritedFrom(given.initial, given);
  const recipe = given.recipe ?? DEFAULTS.recipe;
  const chosen = { ...DEFAULTS, ...RECIPES[recipe], ...inherited, ...plain };
  const implied = impliedBy(given, recipe, chosen.hidden);
  const { earlyStopping } = given;
  return {
    ...chosen,
    ...implied,
    ...plain,
    hidden: [...chosen.hidden],
    augment: amountsOf(given.augment ?? chosen.augment),
    earlyStopping: earlyStopping ? completed(earlyStopping) : null,
  };
}
