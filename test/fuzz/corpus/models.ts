import { createHash } from "node:crypto";
import { Model } from "../../../ts/model/model.js";
import { parameterCount } from "../../../ts/model/layers.js";
import { write } from "../../../ts/model/safetensors.js";
import { type Checkpoint, writeCheckpoint } from "../../../ts/training/checkpoint.js";
import { trainingOptions } from "../../../ts/training/hyperparameters.js";
import { resolveOptions } from "../../../ts/training/resolve.js";
import { numbers } from "../../numbers.js";
import type { Kind } from "../mutate.js";
import { bytesOf, joined } from "./bytes.js";

/** Makes a file's header as long as it says that it is. */
function withHeaderLength(bytes: Uint8Array, seed: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  if (copy.length < 8 || seed.length < 8) return copy;
  const length = new DataView(seed.buffer, seed.byteOffset).getBigUint64(0, true);
  const grown = length + BigInt(copy.length - seed.length);
  new DataView(copy.buffer).setBigUint64(0, grown > 0n ? grown : 0n, true);
  return copy;
}

function modelOf(layers: number[], more: Partial<ConstructorParameters<typeof Model>[0]> = {}): Model {
  const values = numbers(parameterCount(layers));
  return new Model({ layers, outputActivation: "linear", loss: "mse", values, ...more });
}

const trained = trainingOptions(resolveOptions({ recipe: "robust", hidden: [3] }));
const training = { data: "own", examples: 10, epochs: 4, options: trained };
/** A model whose record of its training is this text. */
const recorded = (text: string) => {
  const { parameters } = modelOf([2, 2]);
  const use = {
    format: "digitrain",
    version: "1",
    activation: "relu",
    outputActivation: "linear",
    loss: "mse",
  };
  return write(parameters, new Map(Object.entries({ ...use, pixelScale: "1/255", training: text })));
};

export const safetensors: Kind = {
  seeds: [
    modelOf([4, 3, 2]).toSafetensors(),
    modelOf([784, 10], { loss: "cross-entropy" }).toSafetensors(),
    modelOf([2, 2, 2], {
      classNames: ["cat", "d\u00f6g"],
      ink: "dark",
      outputActivation: "relu",
    }).toSafetensors(),
    modelOf([1, 2], { training: { ...training, before: training } }).toSafetensors(),
    modelOf([3, 4, 2]).toSafetensors({ layout: "pytorch" }),
    write(modelOf([2, 3]).parameters, new Map()),
    recorded('{"data":"x","examples":1,"epochs":1,"options":{"recipe":{"toString":1}}}'),
    recorded(`${'{"before":'.repeat(5000)}1${"}".repeat(5000)}`),
    recorded("[".repeat(20_000)),
  ],
  words: [
    '"F32"',
    '"F64"',
    '"F16"',
    '"BF16"',
    '"0.weight"',
    '"fc1.bias"',
    '"w1"',
    '"b1"',
    '"w2"',
    '"b2"',
    '"__metadata__":{"format":"digitrain"}',
    '"shape"',
    '"dtype"',
  ]
    .concat([
      '"data_offsets"',
      "[0,0]",
      '"toString":1',
      '"__proto__":{}',
      '"constructor":{}',
      '"length":1',
      "null",
      "{}",
    ])
    .concat([
      '"classNames":"[]"',
      '"training":"{}"',
      '"ink":"light"',
      ",",
      ":",
      "}",
      "{",
      "[",
      "]",
      "\\\\",
      '\\"',
      "\\u0000",
    ]),
  repair: withHeaderLength,
};

export const onnx: Kind = {
  seeds: [
    modelOf([4, 3, 2]).toOnnx(),
    modelOf([2, 2], { classNames: ["cat", "dog"], outputActivation: "relu", training }).toOnnx(),
    modelOf([784, 10], { loss: "cross-entropy" }).toOnnx(),
  ],
  words: [
    "w1",
    "b1",
    "w2",
    "images",
    "scores",
    "digitrain",
    "format",
    "layers",
    "Gemm",
    "Relu",
    "{}",
    "null",
  ],
};

/** A run of 10 examples of 4 numbers, after 2 of its 4 epochs and one step. */
function checkpointOf(given: Parameters<typeof resolveOptions>[0], momentCount: number): Promise<Uint8Array> {
  const layers = [4, 3, 2];
  const values = () => numbers(parameterCount(layers));
  const options = resolveOptions({ hidden: [3], batchSize: 2, epochs: 4, ...given });
  const isValidated = options.validationFraction > 0;
  const epochs = [0, 1].map((epoch) => {
    const figures = { epoch, seconds: 0.5, meanLoss: 0.4, testLoss: 0.4, testAccuracy: 0.5 };
    return isValidated ? { ...figures, validationLoss: 0.3, validationAccuracy: 1 } : figures;
  });
  const checkpoint: Checkpoint = {
    layers,
    options,
    data: { name: "own data", digest: "0".repeat(64) },
    lanes: "simd",
    stepsPerEpoch: 5,
    progress: { epoch: 2, step: 1, seconds: 0.1, losses: new Float32Array(11).fill(0.5), epochs },
    parameters: values(),
    moments: Array.from({ length: momentCount }, values),
    ...(options.keepBest && { best: values() }),
  };
  return writeCheckpoint(checkpoint);
}

/** Where the digest of a checkpoint stands, and how many digits it has. */
const [DIGEST, DIGITS] = [8 + '{"__metadata__":{"digest":"'.length, 64];
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

export const checkpoint: Kind = {
  seeds: await Promise.all([
    checkpointOf({ momentum: 0.5 }, 1),
    checkpointOf({}, 0),
    checkpointOf({ optimizer: "adam", keepBest: true, validationFraction: 0.2, earlyStopping: 1 }, 2),
  ]),
  words: [
    '\\"epoch\\":-1',
    '\\"epoch\\":1.5',
    '\\"step\\":1000000000',
    '\\"epochs\\":200000',
    '\\"losses\\"',
    "null",
  ]
    .concat([
      '\\"progress\\":{}',
      '\\"epochs\\":[]',
      '\\"stepsPerEpoch\\":0',
      '\\"keepBest\\":true',
      '\\"momentum\\":0',
    ])
    .concat([
      '\\"__proto__\\":{}',
      '\\"toString\\":1',
      "moment1.w1",
      "best.w1",
      "w1",
      "[4,3]",
      "[3,4]",
      "1e999",
      "NaN",
    ]),
  // Mostly the header's length, then the digest, of all the rest.
  repair(bytes, seed) {
    const copy = withHeaderLength(bytes, seed);
    if (copy.length < DIGEST + DIGITS) return copy;
    const rest = [copy.subarray(0, DIGEST), copy.subarray(DIGEST + DIGITS)];
    copy.set(bytesOf(sha256(joined(...rest.map(sha256))).toString("hex")), DIGEST);
    return copy;
  },
};
