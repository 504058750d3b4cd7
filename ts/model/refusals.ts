/* eslint-disable no-control-regex -- what is looked for are the bytes that files begin with */
import { DigitrainError } from "../base/errors.js";

/** What a file is that holds no network that is read, and what to do with it. */
interface Kind {
  readonly starts: RegExp;
  readonly is: string;
  readonly instead: (name: string) => string;
}

/** A program that writes a safetensors file beside a file. */
function python(program: string, name: string): string {
  const target = `${name.replace(/(\.[a-z0-9]+)+$/i, "")}.safetensors`;
  return `make a safetensors file of it: python -c "${program}, '${target}')"`;
}

const fromTorch = (name: string) =>
  python(
    `import torch; from safetensors.torch import save_file; d = torch.load('${name}', 'cpu', weights_only=False); d = d.state_dict() if hasattr(d, 'state_dict') else d.get('state_dict', d); save_file({k: v.contiguous() for k, v in d.items()}`,
    name,
  );

/** Kernels and biases in turn are `w1` [inputs, outputs], `b1`, ... */
const numbered = (values: string) => `save_file({'wb'[i % 2] + str(i // 2 + 1): a for i, a in ${values}}`;

const fromKeras = (name: string) =>
  python(
    `import keras; from safetensors.numpy import save_file; m = keras.models.load_model('${name}'); ${numbered("enumerate(m.get_weights())")}`,
    name,
  );

const fromSavedModel = () =>
  python(
    `import tensorflow as t; from safetensors.numpy import save_file; m = t.saved_model.load('.'); ${numbered("enumerate(v.numpy() for v in m.trainable_variables)")}`,
    "model",
  );

const fromArrays = (name: string) =>
  python(
    `import numpy as n; from safetensors.numpy import save_file; save_file(dict(n.load('${name}'))`,
    name,
  );

const useModel = () => "name a model's file, .safetensors or .onnx, that train or export wrote";

const KINDS: readonly Kind[] = [
  { starts: /^$/, is: "an empty file", instead: useModel },
  {
    starts: /^PK\x03\x04[^]*(data\.pkl|\/byteorder|\/version)/,
    is: "a PyTorch file (a pickle)",
    instead: fromTorch,
  },
  { starts: /^PK\x03\x04[^]*\.npy/, is: "an archive of NumPy's arrays (.npz)", instead: fromArrays },
  { starts: /^PK\x03\x04[^]*(metadata|config)\.json/, is: "a Keras model", instead: fromKeras },
  { starts: /^PK\x03\x04/, is: "a zip archive", instead: useModel },
  { starts: /^\x80[\x02-\x05]/, is: "a Python pickle, as PyTorch saved it", instead: fromTorch },
  { starts: /^\x89HDF/, is: "an HDF5 file, as Keras saved models", instead: fromKeras },
  {
    starts: /^[^]{4}TFL3/,
    is: "a TensorFlow Lite model",
    instead: () => `take the Keras model that it was made of, and ${fromKeras("model.keras")}`,
  },
  { starts: /^\x08\x01\x12/, is: "a TensorFlow SavedModel (.pb)", instead: fromSavedModel },
  { starts: /^\x08[\x02-\x20]/, is: "an ONNX model", instead: () => "Model.fromOnnx reads digitrain's own" },
  { starts: /^GGUF/, is: "a language model (GGUF)", instead: useModel },
  { starts: /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF)/, is: "a picture", instead: useModel },
  { starts: /^\x93NUMPY/, is: "a single array of NumPy's", instead: useModel },
  { starts: /^\x1f\x8b/, is: "a gzip file", instead: () => "unpack it" },
  { starts: /^\0\0[\x08-\x0e][\x01-\x05]/, is: "an IDX file of data", instead: useModel },
  { starts: /^version https:\/\/git-lfs/, is: "a pointer of Git LFS", instead: () => "run git lfs pull" },
  { starts: /^\s*<(!doctype|html|\?xml)/i, is: "a web page", instead: () => "download the model again" },
  { starts: /^\s*[{[]/, is: "a JSON file", instead: useModel },
];

/**
 * Refuses a file of a known form that holds no network that is read, with the way to one that is.
 * @throws DigitrainError
 */
export function refuseModel(bytes: Uint8Array, name: string): void {
  const start = String.fromCharCode(...bytes.subarray(0, 512));
  const kind = KINDS.find(({ starts }) => starts.test(start));
  if (!kind) return;
  const file = name.replace(/^.*[\\/]/, "");
  throw new DigitrainError(`${name} is ${kind.is}, which can't be read; ${kind.instead(file)}`);
}
