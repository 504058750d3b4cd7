import type { KnownInk } from "../data/dataset.js";
import { DigitrainError } from "../base/errors.js";
import { firstNotFinite } from "../base/finite.js";
import type { Loss, OutputActivation } from "./hyperparameters.js";
import { concatenate } from "../base/concatenate.js";
import { fromPyTorch, isPyTorch, toPyTorch } from "./pytorch.js";
import { refuseModel } from "./refusals.js";
import { isSafetensors, read, type Tensor, type Tensors, write } from "./safetensors.js";
import { parseTraining, type Training } from "./training.js";

/** A network's parameters, and how to use them. */
export interface Weights {
  /** The sizes of all layers, inputs and classes included. */
  readonly layers: readonly number[];
  readonly outputActivation: OutputActivation;
  readonly loss: Loss;
  /** What the classes are called, one name each, where they have names. */
  readonly classNames?: readonly string[] | undefined;
  /** Whether the images that it learned from were dark on light, before they were turned; undefined where that isn't known. */
  readonly ink?: KnownInk | undefined;
  /** How the network was trained, where that is known. */
  readonly training?: Training | undefined;
  /** By which scores are divided before softmax makes probabilities of them; 1 where it is left out. */
  readonly temperature?: number | undefined;
  /** `w1` [inputs, outputs], row-major, `b1` [outputs], `w2`, ... one after another. */
  readonly values: Float32Array;
}

/** What a network's file says beside its parameters. */
export type Use = Pick<
  Weights,
  "outputActivation" | "loss" | "classNames" | "ink" | "training" | "temperature"
>;

/**
 * How a file lays a network's parameters out. `"digitrain"`: `w1` [inputs, outputs], `b1`, `w2`, ..., as JAX, Keras and
 * the walk-through have them. `"pytorch"`: as `torch.nn.Sequential(Linear, ReLU, Linear, ...)` names them, `0.weight`
 * [outputs, inputs], `0.bias`, `2.weight`, ...
 */
export type Layout = "digitrain" | "pytorch";

const FORMAT = "digitrain";
/** What the metadata of a file in this format may say. */
export const TAKES = {
  version: ["1"],
  activation: ["relu"],
  outputActivation: ["linear", "relu"],
  loss: ["mse", "cross-entropy"],
  pixelScale: ["1/255"],
} as const;

/** Each parameter's name and shape, in order. */
function parameterShapes(layers: readonly number[]): [name: string, shape: number[]][] {
  return layers.slice(1).flatMap((outputs, i): [string, number[]][] => [
    [`w${i + 1}`, [layers[i] ?? 0, outputs]],
    [`b${i + 1}`, [outputs]],
  ]);
}

/** The parameters by name; their values are views of `values`. */
export function namedParameters(layers: readonly number[], values: Float32Array): Map<string, Tensor> {
  let offset = 0;
  const named = parameterShapes(layers).map(([name, shape]): [string, Tensor] => {
    const size = shape.reduce((product, side) => product * side, 1);
    offset += size;
    return [name, { shape, values: values.subarray(offset - size, offset) }];
  });
  return new Map(named);
}

/** What a file says about how its network is used. */
export function weightsMetadata({
  outputActivation,
  loss,
  classNames,
  ink,
  training,
  temperature = 1,
}: Use): Map<string, string> {
  const metadata = {
    format: FORMAT,
    version: "1",
    activation: "relu",
    outputActivation,
    loss,
    pixelScale: "1/255",
    ...(classNames && { classNames: JSON.stringify(classNames) }),
    ...(ink && { ink }),
    ...(training && { training: JSON.stringify(training) }),
    ...(temperature !== 1 && { temperature: String(temperature) }),
  };
  return new Map(Object.entries(metadata));
}

/** Writes a network's parameters, and how to use them, as a safetensors file. */
export function writeWeights(parameters: ReadonlyMap<string, Tensor>, use: Use): Uint8Array {
  return write(parameters, weightsMetadata(use));
}

/**
 * Writes a network's parameters as a safetensors file that PyTorch loads into a Sequential. Its metadata says the rest to
 * digitrain; `format` is what PyTorch's own tools look for.
 */
export function writePyTorch(parameters: ReadonlyMap<string, Tensor>, use: Use): Uint8Array {
  const metadata = new Map([...weightsMetadata(use), ["format", "pt"], ["producer", FORMAT]]);
  return write(toPyTorch(parameters), metadata);
}

/** How to read a model's file. */
export interface ModelFileOptions {
  /** Told, in a sentence, what was assumed where the file doesn't say how its network is used. Default: nobody is. */
  onNotice?: ((notice: string) => void) | undefined;
}

/**
 * Reads weights from a safetensors file, with digitrain's names or PyTorch's. One without digitrain's metadata is taken for
 * linear outputs and "mse", or with PyTorch's names "cross-entropy".
 * @param name what error messages call the file
 * @throws DigitrainError where the file is damaged or its tensors are not a network's.
 */
export function readWeights(bytes: Uint8Array, name: string, { onNotice }: ModelFileOptions = {}): Weights {
  if (!isSafetensors(bytes)) refuseModel(bytes, name);
  const file = read(bytes, name);
  const weights = weightsOf(file, name);
  if (!isMarked(file.metadata))
    onNotice?.(
      `${name} doesn't say how its network is used, so this is assumed: relu between the layers, linear outputs, loss ${weights.loss}, pixels divided by 255`,
    );
  return weights;
}

/** Whether a file says what digitrain's own say. */
function isMarked(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.get("format") === FORMAT || metadata.get("producer") === FORMAT;
}

/** The weights in a file that has been read, as {@link readWeights} takes them. */
export function weightsOf({ tensors: all, metadata }: Tensors, name: string): Weights {
  const marked = isMarked(metadata);
  // A checkpoint holds more than its model: what the optimizer has gathered, and losses.
  const ofModel = (key: string) => !metadata.has("checkpoint") || /^[wb]\d+$/.test(key);
  const found = new Map([...all].filter(([key]) => ofModel(key)));
  if (marked) checkMetadata(metadata, name);
  const isForeign = isPyTorch(found);
  const tensors = isForeign ? fromPyTorch(found, name) : found;
  const outputActivation = marked && metadata.get("outputActivation") === "relu" ? "relu" : "linear";
  const isCrossEntropy = marked ? metadata.get("loss") === "cross-entropy" : isForeign;
  const loss = isCrossEntropy ? "cross-entropy" : "mse";
  const layers = layersOf(tensors, name);
  const ink = marked ? inkIn(metadata, name) : undefined;
  const classNames = marked ? classNamesOf(metadata, layers.at(-1) ?? 0, name) : undefined;
  const values = parametersOf(tensors, layers, name);
  const trained = marked ? metadata.get("training") : undefined;
  const training = trained === undefined ? undefined : parseTraining(trained, name);
  const temperature = marked ? temperatureIn(metadata, name) : undefined;
  const use = { outputActivation, loss, classNames, ink, training, temperature } as const;
  return { layers, ...use, values: concatenate(Float32Array, values) };
}

/**
 * A finite number for each parameter of a network, from the tensors of the parameters' names.
 * @param prefix what stands before these
 */
export function parametersOf(
  tensors: ReadonlyMap<string, Tensor>,
  layers: readonly number[],
  name: string,
  prefix = "",
): Float32Array[] {
  return parameterShapes(layers).map(([parameter, shape]) =>
    checkTensor(tensors, prefix + parameter, shape, name),
  );
}

/** What the metadata says of the images' ink, where it says something. */
function inkIn(metadata: ReadonlyMap<string, string>, name: string): KnownInk | undefined {
  const ink = metadata.get("ink");
  if (ink === undefined || ink === "dark" || ink === "light") return ink;
  throw new DigitrainError(
    `${name}: the metadata "ink" is ${JSON.stringify(ink)}, but should be "dark" or "light"`,
  );
}

/** Whether scores can be divided by it. */
export function isTemperature(value: number): boolean {
  return value > 0 && value < Infinity;
}

/** The metadata's temperature, where there is one. */
function temperatureIn(metadata: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = metadata.get("temperature");
  if (text === undefined || isTemperature(Number(text))) return text === undefined ? undefined : Number(text);
  throw new DigitrainError(
    `${name}: the metadata "temperature" is ${JSON.stringify(text)}, but should be a number above 0`,
  );
}

/** The metadata's list of class names, where there is one. */
function classNamesOf(
  metadata: ReadonlyMap<string, string>,
  classes: number,
  name: string,
): string[] | undefined {
  const text = metadata.get("classNames");
  if (text === undefined) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    const isNames = Array.isArray(list) && list.every((item): item is string => typeof item === "string");
    if (isNames && list.length === classes) return list;
  } catch {
    // What is no JSON is no list of names either.
  }
  throw new DigitrainError(`${name}: the metadata "classNames" should be a JSON list of ${classes} names`);
}

function checkMetadata(metadata: ReadonlyMap<string, string>, name: string): void {
  for (const [key, values] of Object.entries(TAKES)) {
    const value = metadata.get(key);
    if (value !== undefined && (values as readonly string[]).includes(value)) continue;
    const right = values.map((text) => `"${text}"`).join(" or ");
    const got = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
    throw new DigitrainError(`${name}: the metadata "${key}" ${got}, but should be ${right}`);
  }
}

/** The sizes of the layers whose weights these are, by the names and the shapes of `w1`, `w2`, ... */
function layersOf(tensors: ReadonlyMap<string, Tensor>, name: string): number[] {
  const layerOf = (key: string) => Number(/^[wb]([1-9]\d{0,3})$/.exec(key)?.[1] ?? 0);
  const keys = [...tensors.keys()];
  if (!keys.some(layerOf) && keys.length > 0) {
    const held = keys.slice(0, 3).map((key) => `"${key}"`);
    throw new DigitrainError(
      `${name} is a safetensors file of other tensors, ${held.join(", ")}${keys.length > 3 ? ", ..." : ""}; a network holds "w1", "b1", "w2", ... or PyTorch's "0.weight", "0.bias", ...`,
    );
  }
  const depth = [...tensors.keys()].reduce((most, key) => Math.max(most, layerOf(key)), 1);
  const layers: number[] = [];
  for (let layer = 1; layer <= depth; layer++) {
    const { shape } = find(tensors, `w${layer}`, name);
    const [inputs = 0, outputs = 0] = shape;
    const below = layers.at(-1) ?? inputs;
    if (shape.length !== 2 || inputs < 1 || outputs < 1 || inputs !== below) {
      const right =
        layer === 1 ? "[inputs, outputs]" : `[${below}, outputs], as the layer below has ${below} outputs`;
      throw new DigitrainError(
        `${name}: the tensor "w${layer}" has the shape [${shape.join(", ")}], but should have ${right}`,
      );
    }
    if (layer === 1) layers.push(inputs);
    layers.push(outputs);
  }
  const names = new Set(parameterShapes(layers).map(([parameter]) => parameter));
  const extra = [...tensors.keys()].find((key) => !names.has(key));
  if (extra !== undefined) {
    throw new DigitrainError(
      `${name}: there is a tensor "${extra}", but a network holds only "w1", "b1", "w2", ...`,
    );
  }
  return layers;
}

function find(tensors: ReadonlyMap<string, Tensor>, parameter: string, name: string): Tensor {
  const tensor = tensors.get(parameter);
  if (tensor) return tensor;
  const holds = "a network holds w1 and b1, w2 and b2, and so on for each layer";
  throw new DigitrainError(`${name}: the tensor "${parameter}" is missing; ${holds}`);
}

/** @param holder what error messages call what holds the tensor */
export function checkFinite(parameter: string, { values }: Tensor, holder: string): void {
  const bad = firstNotFinite(values);
  if (bad < 0) return;
  throw new DigitrainError(
    `${holder}: the tensor "${parameter}" holds ${String(values[bad])} at position ${bad}, but should hold finite numbers`,
  );
}

/** A parameter's values, all of them finite. */
function checkTensor(
  tensors: ReadonlyMap<string, Tensor>,
  parameter: string,
  expected: readonly number[],
  name: string,
): Float32Array {
  const tensor = find(tensors, parameter, name);
  const { shape, values } = tensor;
  if (shape.join() !== expected.join()) {
    const right = `[${expected.join(", ")}]`;
    throw new DigitrainError(
      `${name}: the tensor "${parameter}" has the shape [${shape.join(", ")}], but should have ${right}`,
    );
  }
  checkFinite(parameter, tensor, name);
  return values;
}
