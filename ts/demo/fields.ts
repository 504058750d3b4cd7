import {
  type Hyperparameters,
  OptionError,
  type Recipe,
  resolveOptions,
  type TrainOptions,
} from "../index.js";

/** The options that the page has a field for, in the order of the form. */
export const FIELDS = {
  hidden: { kind: "sizes" },
  outputActivation: { kind: "choice", values: ["linear", "relu"] },
  loss: { kind: "choice", values: ["mse", "cross-entropy"] },
  optimizer: { kind: "choice", values: ["sgd", "adam"] },
  learningRate: { kind: "number" },
  schedule: { kind: "choice", values: ["constant", "one-cycle"] },
  momentum: { kind: "number" },
  weightDecay: { kind: "number" },
  dropout: { kind: "number" },
  augment: { kind: "switch" },
  batchSize: { kind: "number" },
  epochs: { kind: "number" },
  initialization: { kind: "choice", values: ["truncated-normal", "he"] },
  initialStandardDeviation: { kind: "number" },
  seed: { kind: "number" },
  limit: { kind: "number", empty: "all" },
  validationFraction: { kind: "number" },
  earlyStopping: { kind: "number", empty: "never" },
  keepBest: { kind: "switch" },
  threads: { kind: "number", empty: "auto" },
  shuffle: { kind: "switch" },
  deterministic: { kind: "switch" },
} as const satisfies Partial<Record<keyof Hyperparameters, Field>>;

interface Field {
  readonly kind: "sizes" | "choice" | "number" | "switch";
  readonly values?: readonly string[];
  /** What an empty field stands for. */
  readonly empty?: "all" | "auto" | "never";
}

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];

/** What was typed where it isn't what the recipe says. */
export type Changed = Readonly<Partial<Record<FieldName, string>>>;

/** What the fields choose. */
export interface Chosen {
  /** For `train`: the recipe and what was changed, without what is wrong. */
  readonly options: TrainOptions & { recipe: Recipe };
  /** All that a run with them would use. */
  readonly resolved: Hyperparameters;
  /** What each field shows. */
  readonly texts: Readonly<Record<FieldName, string>>;
  /** What is wrong, by field: what the option takes, after its name. */
  readonly problems: Readonly<Partial<Record<FieldName, string>>>;
}

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name);
}

/** What the form says, field by field, so that one that is wrong spoils no other. */
export function chosenFrom(recipe: Recipe, changed: Changed): Chosen {
  const options: Record<string, unknown> & { recipe: Recipe } = { recipe };
  const problems: Partial<Record<FieldName, string>> = {};
  let resolved = resolveOptions(options);
  for (const name of FIELD_NAMES) {
    const text = changed[name];
    if (text === undefined) continue;
    try {
      const value = valueOf(name, text);
      resolved = resolveOptions({ ...options, [name]: value });
      options[name] = value;
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      problems[name] = error.message.replace(`${name} takes`, "takes");
    }
  }
  const texts = Object.fromEntries(
    FIELD_NAMES.map((name) => [name, changed[name] ?? textOf(resolved[name])]),
  ) as Record<FieldName, string>;
  return { options, resolved, texts, problems };
}

/** What was changed, without what the recipe says anyway. */
export function withField(recipe: Recipe, changed: Changed, name: FieldName, text: string): Changed {
  const others = Object.fromEntries(Object.entries(changed).filter(([other]) => other !== name)) as Changed;
  return chosenFrom(recipe, others).texts[name] === text ? others : { ...others, [name]: text };
}

/** The value that a field's text stands for; as it is where it stands for none, for the rules to refuse. */
function valueOf(name: FieldName, text: string): unknown {
  const trimmed = text.trim();
  const field: Field = FIELDS[name];
  if (field.kind === "switch") return trimmed === "true";
  if (field.kind === "choice") return trimmed;
  if (field.kind === "sizes") return sizesOf(trimmed);
  if (trimmed === "" && field.empty) return undefined;
  const number = Number(trimmed);
  return trimmed === "" || Number.isNaN(number) ? trimmed : number;
}

/** "256, 128", "[256, 128]" and "256 128" are the same; "", "[]" and "none" are the linear model. */
function sizesOf(text: string): unknown {
  const inside = /^\[(.*)\]$/.exec(text)?.[1]?.trim() ?? text;
  if (inside === "" || inside === "none") return [];
  const sizes = inside.split(/[\s,;]+/).map(Number);
  return sizes.some(Number.isNaN) ? text : sizes;
}

/** An option's value as its field shows it; what is chosen by itself is left open. */
function textOf(value: Hyperparameters[FieldName]): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  if (value === null || value === "auto") return "";
  // Of options that are more than one number, the field chooses the one that matters.
  if (typeof value === "object") return "patience" in value ? String(value.patience) : "true";
  return String(value);
}

/** These change neither weights nor losses. */
const WITHOUT_EFFECT: readonly string[] = ["threads", "logEvery", "evaluateEvery", "deterministic"];

/** Whether two runs of these options would learn something else. */
export function haveOtherEffects(one: Hyperparameters, other: Hyperparameters): boolean {
  const lasting = (options: Hyperparameters) =>
    Object.entries(options)
      .filter(([name]) => !WITHOUT_EFFECT.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(lasting(one)) !== JSON.stringify(lasting(other));
}
