import { OptionError } from "../base/errors.js";
import { checkNames } from "../base/options.js";
import { checkSizes } from "./examples.js";
import { type Dataset, inputsOf, type OwnData } from "./dataset.js";
import { MAX_LAYER_SIZE } from "../core/limits.js";
import { checkContents, toDataset, type Unchecked } from "./own.js";

/** The error for a wrong type. */
function takes(option: string, what: string, got: unknown): OptionError {
  const type = Object.prototype.toString.call(got).slice("[object ".length, -1);
  return new OptionError(`${option} takes ${what}, got ${typeof got === "number" ? got : type}`);
}

/** Whether a value is an object of any kind. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function checkClasses(classes: unknown): void {
  if (!Number.isInteger(classes) || Number(classes) < 2 || Number(classes) > MAX_LAYER_SIZE)
    throw takes("data.classes", `a whole number from 2 to ${MAX_LAYER_SIZE}`, classes);
}

/** Whether a value is an array of texts, without holes. */
export function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && Array.from(value).every((name) => typeof name === "string");
}

function checkClassNames(names: unknown, classes: number | undefined): void {
  if (!isNames(names) || names.length < 2 || names.length > MAX_LAYER_SIZE)
    throw takes("data.classNames", `an array of 2 to ${MAX_LAYER_SIZE} names`, names);
  if (classes !== undefined && names.length !== classes)
    throw new OptionError(
      `data.classNames takes ${classes} names, as there are classes, got ${names.length}`,
    );
}

function isWhole(size: unknown): size is number {
  return Number.isInteger(size) && Number(size) >= 0;
}

/** Whether a value is an array of numbers, without holes. */
function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && Array.from(value).every((number) => typeof number === "number");
}

/** Whether a value is an array of sizes, without holes. */
function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && Array.from(value).every(isWhole);
}

const OWN_KEYS: readonly string[] = [
  "name",
  "train",
  "test",
  "validation",
  "classes",
  "classNames",
] satisfies (keyof OwnData)[];

/** What TypeScript says of OwnExamples, said again for callers that it doesn't reach. */
function ownExamples(examples: unknown, option: string): Unchecked {
  if (!isObject(examples)) throw takes(option, "{ images, labels }", examples);
  const { images, labels, shape } = examples;
  if (!(images instanceof Uint8Array || images instanceof Float32Array))
    throw takes(`${option}.images`, "a Uint8Array or a Float32Array", images);
  const listed =
    labels instanceof Uint8Array || labels instanceof Uint16Array || labels instanceof Int32Array;
  if (!listed && !Array.isArray(labels))
    throw takes(
      `${option}.labels`,
      "a Uint8Array, a Uint16Array, an Int32Array or an array of numbers",
      labels,
    );
  if (shape !== undefined && !isNumbers(shape)) throw takes(`${option}.shape`, "an array of numbers", shape);
  const called = { images: `${option}.images`, labels: `${option}.labels` };
  return { images, labels: labels as ArrayLike<number>, shape, called };
}

/**
 * Checks a caller's own arrays. They become part of the data set as they are, not copied.
 * @throws OptionError where an array is missing or of a wrong type.
 * @throws DigitrainError for what the arrays hold, as {@link toDataset}.
 */
export async function fromOwnData(data: OwnData, signal?: AbortSignal): Promise<Dataset> {
  if (!isObject(data)) throw takes("data", "a name, a path or { train: { images, labels } }", data);
  checkNames(data, OWN_KEYS, "data.");
  const { name = "own data", classNames } = data;
  if (typeof (name as unknown) !== "string") throw takes("data.name", "a text", name);
  if (data.classes !== undefined) checkClasses(data.classes);
  if (classNames !== undefined) checkClassNames(classNames, data.classes);
  const train = ownExamples(data.train, "data.train");
  const other = (part: "test" | "validation") =>
    data[part] === undefined ? undefined : ownExamples(data[part], `data.${part}`);
  const parts = { train, test: other("test"), validation: other("validation") };
  return toDataset({ name, ...parts, classes: data.classes, classNames }, signal);
}

/**
 * Checks the types of what says it is examples; what the arrays hold is checked as they are used.
 * @param option what error messages call them
 * @throws OptionError
 */
export function checkExamples(examples: unknown, option: string): void {
  if (!isObject(examples)) throw takes(option, "{ images, labels, count, shape }", examples);
  const { images, labels, count, shape } = examples;
  if (!(images instanceof Uint8Array || images instanceof Float32Array))
    throw takes(`${option}.images`, "a Uint8Array or a Float32Array", images);
  if (!(labels instanceof Int32Array)) throw takes(`${option}.labels`, "an Int32Array", labels);
  if (!isWhole(count)) throw takes(`${option}.count`, "a whole number", count);
  if (!isSizes(shape) || shape.length === 0)
    throw takes(`${option}.shape`, "an array of whole numbers, such as [28, 28]", shape);
}

/**
 * Checks what says it is a Dataset: types, sizes, and what the arrays hold, while they are in their owner's order.
 * @throws OptionError for a type, DigitrainError for arrays whose lengths don't agree, and as {@link checkContents}
 */
export async function checkDataset(data: Dataset, signal?: AbortSignal): Promise<void> {
  if (typeof data.name !== "string") throw takes("data.name", "a text", data.name);
  checkClasses(data.classes);
  if (data.classNames !== undefined) checkClassNames(data.classNames, data.classes);
  checkExamples(data.train, "data.train");
  const inputs = inputsOf(data.train);
  for (const part of ["train", "validation", "test"] as const) {
    const examples = data[part];
    if (examples === undefined) continue;
    const option = `data.${part}`;
    checkExamples(examples, option);
    checkSizes(examples, inputs, `${part === "train" ? "training" : part} examples`);
    const called = { images: `${option}.images`, labels: `${option}.labels` };
    await checkContents({ ...examples, called }, data.classes, signal);
  }
}
