import { DigitrainError } from "../base/errors.js";
import { inOrder } from "../data/formats/names.js";
import type { Tensor } from "./safetensors.js";

/** A linear layer as PyTorch keeps it. */
interface Linear {
  /** What its module is called: "0", "fc1", "layers.0". */
  readonly module: string;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

/** A network's parameters `w1` [inputs, outputs], `b1`, ... as a Sequential of linear layers and ReLUs names and keeps them. */
export function toPyTorch(parameters: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const renamed = [...parameters].map(([name, tensor]): [string, Tensor] => {
    // Between two linear layers stands a ReLU, which takes a number of its own.
    const place = 2 * (Number(name.slice(1)) - 1);
    return name.startsWith("w") ? [`${place}.weight`, transpose(tensor)] : [`${place}.bias`, tensor];
  });
  return new Map(renamed);
}

function transpose({ shape: [rows = 0, columns = 0], values }: Tensor): Tensor {
  const transposed = new Float32Array(values.length);
  values.forEach((value, i) => {
    transposed[(i % columns) * rows + Math.floor(i / columns)] = value;
  });
  return { shape: [columns, rows], values: transposed };
}

/** Whether tensors are named as PyTorch's modules name theirs. */
export function isPyTorch(tensors: ReadonlyMap<string, Tensor>): boolean {
  return [...tensors.keys()].some((key) => /(^|\.)weight$/.test(key));
}

/** The linear layers that tensors make, in the order of their modules' names. */
function linearLayers(tensors: ReadonlyMap<string, Tensor>, name: string): Linear[] {
  const modules = new Map<string, { weight?: Tensor; bias?: Tensor }>();
  for (const key of inOrder(tensors.keys())) {
    const [, module, kind] = /^(?:(.*)\.)?(weight|bias)$/.exec(key) ?? [];
    const tensor = tensors.get(key);
    const sizes = kind === "weight" ? 2 : 1;
    if (!tensor || kind === undefined || tensor.shape.length !== sizes || tensor.shape.includes(0)) {
      throw new DigitrainError(
        `${name} is a network of other layers than linear ones: it holds "${key}" of the shape [${tensor?.shape.join(", ") ?? ""}], but only linear layers are read, NAME.weight [outputs, inputs] and NAME.bias [outputs]`,
      );
    }
    modules.set(module ?? "", { ...modules.get(module ?? ""), [kind]: tensor });
  }
  return [...modules].map(([module, { weight, bias }]) => {
    if (weight) return { module, weight, bias };
    throw new DigitrainError(`${name}: the tensor "${module}.weight" is missing, whose bias is there`);
  });
}

/** Layers with their weights as [inputs, outputs]: by PyTorch's rule, or where the biases' lengths tell otherwise as they are. */
function upright(layers: readonly Linear[], name: string): Linear[] {
  const agree =
    (axis: 0 | 1) =>
    ({ weight, bias }: Linear) =>
      !bias || bias.shape[0] === weight.shape[axis];
  if (layers.every(agree(0))) return layers.map((layer) => ({ ...layer, weight: transpose(layer.weight) }));
  if (layers.every(agree(1))) return [...layers];
  const { module = "", weight, bias } = layers.find((layer) => !agree(0)(layer)) ?? {};
  throw new DigitrainError(
    `${name}: the tensor "${module}.bias" has the shape [${bias?.shape.join(", ") ?? ""}], but should have [${weight?.shape[0] ?? 0}], as "${module}.weight" has so many rows`,
  );
}

const inputsOf = ({ weight }: Linear) => weight.shape[0] ?? 0;
const outputsOf = ({ weight }: Linear) => weight.shape[1] ?? 0;

function isChain(layers: readonly Linear[]): boolean {
  return layers.every((layer, i) => {
    const below = layers[i - 1];
    return !below || outputsOf(below) === inputsOf(layer);
  });
}

/**
 * Layers in the order in which they follow each other: that of their names, or where these tell nothing (hidden, output) the
 * one in which each takes what another gives: sizes are places, layers ways between them, each to be gone once.
 */
function chained(layers: readonly Linear[], name: string): readonly Linear[] {
  if (isChain(layers)) return layers;
  const from = new Map<number, Linear[]>();
  for (const layer of layers) from.set(inputsOf(layer), [...(from.get(inputsOf(layer)) ?? []), layer]);
  const ends = layers.map(outputsOf);
  const isStart = (size: number) => (from.get(size)?.length ?? 0) > ends.filter((end) => end === size).length;
  const start = layers.map(inputsOf).find(isStart) ?? 0;
  const chain: Linear[] = [];
  const under: { size: number; layer?: Linear }[] = [{ size: start }];
  for (let top = under.at(-1); top; top = under.at(-1)) {
    const layer = from.get(top.size)?.shift();
    if (layer) under.push({ size: outputsOf(layer), layer });
    else if (under.pop() && top.layer) chain.unshift(top.layer);
  }
  if (chain.length === layers.length && isChain(chain)) return chain;
  const sizes = layers.map((layer) => `${layer.module} ${inputsOf(layer)}-${outputsOf(layer)}`);
  throw new DigitrainError(
    `${name}: its linear layers don't follow each other, each taking as many inputs as another has outputs: ${sizes.slice(0, 10).join(", ")}${sizes.length > 10 ? ", ..." : ""}`,
  );
}

/**
 * PyTorch's parameters of linear layers as `w1` [inputs, outputs], `b1`, ... A layer without biases has zeros.
 * @throws DigitrainError where there are other layers, or they don't follow each other.
 */
export function fromPyTorch(tensors: ReadonlyMap<string, Tensor>, name: string): Map<string, Tensor> {
  const layers = chained(upright(linearLayers(tensors, name), name), name);
  const parameters = layers.flatMap((layer, i): [string, Tensor][] => {
    const outputs = outputsOf(layer);
    return [
      [`w${i + 1}`, layer.weight],
      [`b${i + 1}`, layer.bias ?? { shape: [outputs], values: new Float32Array(outputs) }],
    ];
  });
  return new Map(parameters);
}
