import fc from "fast-check";
import { zipSync } from "fflate";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { DigitrainError } from "../../../ts/base/errors.js";
import { Model } from "../../../ts/model/model.js";
import { read, type Tensor, write } from "../../../ts/model/safetensors.js";
import type { Loss } from "../../../ts/model/hyperparameters.js";
import { layers, modelOf, outputActivation } from "./models.js";
import { thrown } from "../data/made.js";

const loss = fc.constantFrom<Loss>("mse", "cross-entropy");
const text = (value: string) => new TextEncoder().encode(value);

function tensor(shape: readonly number[], values?: readonly number[]): Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return { shape, values: Float32Array.from({ length: size }, (_, i) => values?.[i] ?? i + 1) };
}

function file(tensors: Record<string, Tensor>): Uint8Array {
  return write(new Map(Object.entries(tensors)), new Map([["format", "pt"]]));
}

/** A safetensors file of one tensor each, of any type. */
function typed(tensors: Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [end - bytes.length, end] }] as const;
  });
  const header = text(JSON.stringify(Object.fromEntries(entries)));
  const length = new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer);
  return Buffer.concat([length, header, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

describe("a model comes back", () => {
  it("from PyTorch's layout and from ONNX, with all that its own file says", () => {
    fc.assert(
      fc.property(layers, outputActivation, loss, (layers, activation, loss) => {
        const given = modelOf(layers, activation, loss);
        const classNames = Array.from({ length: layers.at(-1) ?? 0 }, (_, i) => `ゆ${i}`);
        const { parameters } = given;
        const values = Float32Array.from([...parameters.values()].flatMap(({ values }) => [...values]));
        const model = new Model({
          layers,
          outputActivation: activation,
          loss,
          values,
          classNames,
          ink: "dark",
        });
        for (const bytes of [model.toSafetensors({ layout: "pytorch" }), model.toOnnx()])
          expect(Model.fromFile(bytes).toSafetensors()).toEqual(model.toSafetensors());
        expect(Model.fromOnnx(model.toOnnx()).toOnnx()).toEqual(model.toOnnx());
      }),
    );
  });

  it("from the names of a user's own module, which is said to be taken for a classifier", () => {
    fc.assert(
      fc.property(layers, fc.constantFrom("fc", "layers.", "module.net.dense_"), (layers, prefix) => {
        const model = modelOf(layers);
        const { tensors } = read(model.toSafetensors({ layout: "pytorch" }), "x");
        // Names in the order of their letters, as the safetensors library writes them: fc10 before fc2.
        const renamed = [...tensors]
          .map(([name, value]): [string, Tensor] => [`${prefix}${name}`, value])
          .sort(([a], [b]) => (a < b ? -1 : 1));
        const notices: string[] = [];
        const back = Model.fromSafetensors(write(new Map(renamed), new Map()), "net.safetensors", {
          onNotice: (notice) => notices.push(notice),
        });
        expect(back.parameters).toEqual(model.parameters);
        expect([back.outputActivation, back.loss]).toEqual(["linear", "cross-entropy"]);
        expect(notices).toEqual([
          "net.safetensors doesn't say how its network is used, so this is assumed: relu between the layers, linear outputs, loss cross-entropy, pixels divided by 255",
        ]);
      }),
    );
  });
});

describe("a state_dict", () => {
  it("whose names tell no order has that of its sizes", () => {
    const bytes = file({
      "hidden1.bias": tensor([3]),
      "hidden1.weight": tensor([3, 4]),
      "hidden2.bias": tensor([3], [7, 8, 9]),
      "hidden2.weight": tensor([3, 3]),
      "in.weight": tensor([4, 6]),
      "in.bias": tensor([4]),
      "a.weight": tensor([2, 3]),
      "a.bias": tensor([2]),
    });
    const { layers, parameters } = Model.fromSafetensors(bytes);
    expect(layers).toEqual([6, 4, 3, 3, 2]);
    expect(parameters.get("b3")?.values).toEqual(new Float32Array([7, 8, 9]));
    // Square weights are PyTorch's, too: [outputs, inputs].
    expect(parameters.get("w3")?.values).toEqual(new Float32Array([1, 4, 7, 2, 5, 8, 3, 6, 9]));
  });

  it("without biases has zeros, and weights [inputs, outputs] are told by the biases' lengths", () => {
    const model = Model.fromSafetensors(file({ "0.weight": tensor([2, 3]) }));
    expect(model.parameters.get("w1")?.shape).toEqual([3, 2]);
    expect(model.parameters.get("b1")).toEqual(tensor([2], [0, 0]));
    const upright = Model.fromSafetensors(file({ "0.weight": tensor([3, 2]), "0.bias": tensor([2]) }));
    expect(upright.parameters.get("w1")).toEqual(tensor([3, 2]));
  });

  it.each<[string, Record<string, Tensor>, string]>([
    [
      "a convolution",
      { "conv1.weight": tensor([8, 1, 3, 3]), "fc.weight": tensor([2, 3]) },
      'f.safetensors is a network of other layers than linear ones: it holds "conv1.weight" of the shape [8, 1, 3, 3], but only linear layers are read, NAME.weight [outputs, inputs] and NAME.bias [outputs]',
    ],
    [
      "normalization",
      { "0.weight": tensor([2, 3]), "1.running_mean": tensor([2]) },
      'f.safetensors is a network of other layers than linear ones: it holds "1.running_mean" of the shape [2]',
    ],
    [
      "layers that don't follow each other",
      { "0.weight": tensor([4, 3]), "2.weight": tensor([2, 5]) },
      "f.safetensors: its linear layers don't follow each other, each taking as many inputs as another has outputs: 0 3-4, 2 5-2",
    ],
    [
      "layers beside each other",
      { "a.weight": tensor([3, 3]), "b.weight": tensor([2, 2]) },
      "f.safetensors: its linear layers don't follow each other",
    ],
    [
      "a bias alone",
      { "0.weight": tensor([4, 3]), "2.bias": tensor([2]) },
      'f.safetensors: the tensor "2.weight" is missing',
    ],
    [
      "a bias of another length",
      { "0.weight": tensor([4, 3]), "0.bias": tensor([2]) },
      'f.safetensors: the tensor "0.bias" has the shape [2], but should have [4], as "0.weight" has so many rows',
    ],
    [
      "other tensors",
      { embedding: tensor([4, 3]), "b.kernel": tensor([1]), c: tensor([1]), d: tensor([1]) },
      'f.safetensors is a safetensors file of other tensors, "embedding", "b.kernel", "c", ...; a network holds',
    ],
  ])("with %s is refused", (_, tensors, message) => {
    const error = thrown(() => Model.fromSafetensors(file(tensors), "f.safetensors"));
    expect(error).toBeInstanceOf(DigitrainError);
    expect((error as Error).message).toContain(message);
  });

  it("of thousands of layers that could follow each other in many ways is read in no time", () => {
    const many = Array.from({ length: 2000 }, (_, i) => [`l${i}.weight`, tensor([2, 2])] as const);
    const { layers } = Model.fromSafetensors(
      file({ ...Object.fromEntries(many), "a.weight": tensor([2, 3]) }),
    );
    expect(layers).toHaveLength(2002);
    expect(layers[0]).toBe(3);
  });
});

it("numbers of 16 and 64 bits become float32", () => {
  const numbers = [0, 1, -2.5, 0.099975586, 65504, 6e-8, -0.15625, 2];
  const half = [0, 0x3c00, 0xc100, 0x2e66, 0x7bff, 1, 0xb100, 0x4000];
  const brain = numbers.map((value) => new Uint32Array(new Float32Array([value]).buffer)[0] ?? 0);
  const shape = [2, 3];
  const bytes = typed({
    w1: { dtype: "F16", shape, bytes: new Uint8Array(Uint16Array.from(half.slice(0, 6)).buffer) },
    b1: { dtype: "F16", shape: [3], bytes: new Uint8Array(Uint16Array.from(half.slice(5)).buffer) },
    w2: { dtype: "F64", shape: [3, 2], bytes: new Uint8Array(Float64Array.from(numbers.slice(0, 6)).buffer) },
    b2: {
      dtype: "BF16",
      shape: [2],
      bytes: new Uint8Array(Uint16Array.from(brain.slice(2, 4), (bits) => bits >>> 16).buffer),
    },
  });
  const { parameters } = Model.fromSafetensors(bytes);
  const found = (name: string) => parameters.get(name)?.values;
  expect(found("w1")).toEqual(Float32Array.from([...numbers.slice(0, 5), 2 ** -24]));
  expect(found("b1")).toEqual(Float32Array.from([2 ** -24, ...numbers.slice(6)]));
  expect(found("w2")).toEqual(Float32Array.from(numbers.slice(0, 6)));
  expect(found("b2")?.[0]).toBe(-2.5);
  expect(found("b2")?.[1]).toBeCloseTo(0.0999, 3);
});

describe("an ONNX model", () => {
  const bytes = modelOf([2, 3]).toOnnx();

  it("of another program is refused by that program's name", () => {
    const other = new BinaryWriter().tag(1, WireType.Varint).int64(8);
    other.tag(2, WireType.LengthDelimited).string("pytorch");
    expect(() => Model.fromFile(other.finish(), "/x/y.onnx")).toThrow(
      new DigitrainError(
        "/x/y.onnx is an ONNX model made by pytorch, but only those that digitrain made are read; save its weights as safetensors, as torch.nn.Sequential's state_dict has them",
      ),
    );
  });

  it("that is cut off is refused, but for its last field, which says nothing of the network", () => {
    const readable = Array.from({ length: bytes.length }, (_, length) => length).filter((length) => {
      try {
        return Model.fromOnnx(bytes.slice(0, length)).parameters.size > 0;
      } catch (error) {
        expect(error).toBeInstanceOf(DigitrainError);
        return false;
      }
    });
    expect(readable).toEqual([bytes.length - 4]);
    expect(Model.fromOnnx(bytes.slice(0, -4)).parameters).toEqual(Model.fromOnnx(bytes).parameters);
  });

  it("with any byte changed is refused or read, and no other error comes of it", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (place, value) => {
        const changed = bytes.slice();
        changed[place] = value;
        try {
          Model.fromOnnx(changed, "m.onnx");
        } catch (error) {
          expect(error).toBeInstanceOf(DigitrainError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a file of another kind is refused by what it is", () => {
  const zip = (name: string) => zipSync({ [name]: text("x") }, { level: 0 });
  it.each<[string, Uint8Array, RegExp]>([
    [
      "m.pt",
      zip("m/data.pkl"),
      /^m\.pt is a PyTorch file \(a pickle\), .*python -c "import torch; .*'m\.pt'.*'m\.safetensors'\)"$/,
    ],
    ["m.pth", Uint8Array.of(0x80, 2, 0x8a), /^m\.pth is a Python pickle, .*torch\.load\('m\.pth'/],
    ["m.keras", zip("metadata.json"), /^m\.keras is a Keras model, .*load_model\('m\.keras'\)/],
    ["m.h5", Uint8Array.of(0x89, ...text("HDF\r\n")), /^m\.h5 is an HDF5 file, .*load_model\('m\.h5'\)/],
    ["m.tflite", text("\x1c\0\0\0TFL3"), /^m\.tflite is a TensorFlow Lite model, .*load_model/],
    [
      "saved_model.pb",
      Uint8Array.of(8, 1, 0x12, 9),
      /^saved_model\.pb is a TensorFlow SavedModel .*saved_model\.load\('\.'\)/,
    ],
    ["m.npz", zip("w1.npy"), /^m\.npz is an archive of NumPy's arrays \(\.npz\), .*n\.load\('m\.npz'\)/],
    ["m.zip", zip("readme"), /^m\.zip is a zip archive, /],
    ["m.gguf", text("GGUF\x03"), /^m\.gguf is a language model/],
    ["seven.png", Uint8Array.of(0x89, ...text("PNG")), /^seven\.png is a picture, .*name a model's file/],
    ["train-images-idx3-ubyte", Uint8Array.of(0, 0, 8, 3), /is an IDX file of data, /],
    ["model.json", text('{"format": "layers-model"}'), /^model\.json is a JSON file, /],
    ["none", new Uint8Array(), /^none is an empty file, /],
  ])("%s", (name, bytes, message) => {
    const error = thrown(() => Model.fromFile(bytes, name));
    expect(error).toBeInstanceOf(DigitrainError);
    expect((error as Error).message).toMatch(message);
    expect(thrown(() => Model.fromSafetensors(bytes, name))).toEqual(error);
  });

  it("also ONNX, where safetensors is asked for", () => {
    expect(() => Model.fromSafetensors(modelOf([2, 2]).toOnnx(), "m")).toThrow(
      "m is an ONNX model, which can't be read; Model.fromOnnx reads digitrain's own",
    );
  });
});
