import { DigitrainError, reasonOf } from "../base/errors.js";
import { quoted } from "../data/formats/names.js";
import { Message, ReadMessage, WireType } from "./protobuf.js";
import { isSafetensors, type Tensor } from "./safetensors.js";
import { type Use, type Weights, weightsMetadata, weightsOf } from "./weights.js";

/** The numbers of onnx.proto's fields (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), by message. */
const MODEL = {
  irVersion: 1,
  producerName: 2,
  docString: 6,
  graph: 7,
  opsetImport: 8,
  metadata: 14,
} as const;
const OPERATOR_SET = { version: 2 } as const;
const METADATA = { key: 1, value: 2 } as const;
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, name: 3, operator: 4 } as const;
const TENSOR = { dimensions: 1, dataType: 2, name: 8, rawData: 9 } as const;
const VALUE = { name: 1, type: 2 } as const;
const TYPE = { tensor: 1 } as const;
const TENSOR_TYPE = { elementType: 1, shape: 2 } as const;
const SHAPE = { dimension: 1 } as const;
const DIMENSION = { value: 1, parameter: 2 } as const;

const PRODUCER = "digitrain";
const FLOAT = 1;
/** Gemm and Relu have been the same since opset 14; 17 came with IR version 8. */
const OPSET = 17;
const IR_VERSION = 8;

/**
 * A network as an ONNX model: from `images` [N, inputs], numbers as the network takes them (pixels divided by 255), to
 * `scores` [N, classes], both float32. Its metadata is that of digitrain's own files.
 * @param parameters `w1`, `b1`, `w2`, ...
 */
export function writeOnnx(
  parameters: ReadonlyMap<string, Tensor>,
  use: Use & Pick<Weights, "layers">,
): Uint8Array {
  const { layers, outputActivation } = use;
  const metadata = [...weightsMetadata(use)].map(([key, value]) =>
    new Message().text(METADATA.key, key).text(METADATA.value, value),
  );
  const graph = new Message()
    .text(GRAPH.name, "digitrain")
    .messages(GRAPH.node, ...nodes(layers.length - 1, outputActivation === "relu"))
    .messages(GRAPH.initializer, ...[...parameters].map(([name, tensor]) => initializer(name, tensor)))
    .messages(GRAPH.input, rowsOf("images", layers[0] ?? 0))
    .messages(GRAPH.output, rowsOf("scores", layers.at(-1) ?? 0));
  return new Message()
    .integer(MODEL.irVersion, IR_VERSION)
    .text(MODEL.producerName, PRODUCER)
    .text(
      MODEL.docString,
      "images: one a row, as float32; 8-bit pixels divided by 255. scores: one column a class.",
    )
    .messages(MODEL.graph, graph)
    .messages(MODEL.metadata, ...metadata)
    .messages(MODEL.opsetImport, new Message().integer(OPERATOR_SET.version, OPSET))
    .finish();
}

/** Each layer's product, biases included, and relu. */
function nodes(depth: number, reluOutput: boolean): Message[] {
  const all: Message[] = [];
  let input = "images";
  for (let layer = 1; layer <= depth; layer++) {
    const last = layer === depth;
    const relu = !last || reluOutput;
    const output = last ? "scores" : `h${layer}`;
    const sums = relu ? `sums${layer}` : output;
    all.push(node("Gemm", [input, `w${layer}`, `b${layer}`], sums, `layer${layer}`));
    if (relu) all.push(node("Relu", [sums], output, `relu${layer}`));
    input = output;
  }
  return all;
}

function node(operator: string, inputs: readonly string[], output: string, name: string): Message {
  return new Message()
    .text(NODE.input, ...inputs)
    .text(NODE.output, output)
    .text(NODE.name, name)
    .text(NODE.operator, operator);
}

function initializer(name: string, { shape, values }: Tensor): Message {
  const message = new Message();
  for (const size of shape) message.integer(TENSOR.dimensions, size);
  return message
    .integer(TENSOR.dataType, FLOAT)
    .text(TENSOR.name, name)
    .bytes(TENSOR.rawData, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** A graph's input or output: any number of rows of so many numbers. */
function rowsOf(name: string, columns: number): Message {
  const shape = new Message().messages(
    SHAPE.dimension,
    new Message().text(DIMENSION.parameter, "N"),
    new Message().integer(DIMENSION.value, columns),
  );
  const tensor = new Message().integer(TENSOR_TYPE.elementType, FLOAT).messages(TENSOR_TYPE.shape, shape);
  return new Message()
    .text(VALUE.name, name)
    .messages(VALUE.type, new Message().messages(TYPE.tensor, tensor));
}

/** Whether bytes begin as an ONNX model does: with its IR version. 1 stands there in TensorFlow's files. */
export function isOnnx(bytes: Uint8Array): boolean {
  const [tag = 0, version = 0] = bytes;
  const isVersion = tag === ((MODEL.irVersion << 3) | WireType.varint) && version > 1 && version <= 0x20;
  return isVersion && !isSafetensors(bytes);
}

/**
 * Reads a network from an ONNX model that {@link writeOnnx} wrote.
 * @param name what error messages call the file
 * @throws DigitrainError where another program made it, or it is damaged.
 */
export function readOnnx(bytes: Uint8Array, name: string): Weights {
  const { producer, ...file } = partsOf(bytes, name);
  if (producer !== PRODUCER) {
    const maker = producer === "" ? "another program" : quoted(producer).slice(1, -1);
    throw new DigitrainError(
      `${name} is an ONNX model made by ${maker}, but only those that digitrain made are read; save its weights as safetensors, as torch.nn.Sequential's state_dict has them`,
    );
  }
  if (file.metadata.has("format")) return weightsOf(file, name);
  throw new DigitrainError(
    `${name}: the ONNX model's metadata is missing, so it was cut off or changed; save it again`,
  );
}

/** What a model's message says, as far as it is read. */
function partsOf(bytes: Uint8Array, name: string) {
  try {
    const model = new ReadMessage(bytes);
    const metadata = model
      .messages(MODEL.metadata)
      .map((entry): [string, string] => [entry.text(METADATA.key), entry.text(METADATA.value)]);
    const tensors = model
      .messages(MODEL.graph)
      .flatMap((graph) => graph.messages(GRAPH.initializer))
      .map((message): [string, Tensor] => [message.text(TENSOR.name), tensorOf(message)]);
    const producer = model.text(MODEL.producerName);
    return { producer, metadata: new Map(metadata), tensors: new Map(tensors) };
  } catch (error) {
    throw new DigitrainError(
      `${name}: the ONNX model is damaged (${reasonOf(error)}); save or download it again`,
    );
  }
}

function tensorOf(message: ReadMessage): Tensor {
  const shape = message.integers(TENSOR.dimensions);
  const [raw = new Uint8Array()] = message.bytes(TENSOR.rawData);
  // Copied, as the bytes need not begin where a Float32Array could.
  return { shape, values: new Float32Array(raw.slice().buffer) };
}
