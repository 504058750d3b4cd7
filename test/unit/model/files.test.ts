import fc from "fast-check";
import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import { read, write } from "../../../ts/model/safetensors.js";
import { Model } from "../../../ts/model/model.js";
import type { Loss } from "../../../ts/model/hyperparameters.js";
import { parameterCount } from "../../../ts/model/layers.js";
import { numbers } from "../../numbers.js";
import { layers, modelOf, outputActivation } from "./models.js";

describe("a model's class names", () => {
  const values = numbers(parameterCount([2, 3]));
  const classNames = ["T-shirt/top", "ゆ", '"'];

  it("come back from a file", () => {
    const model = new Model({ layers: [2, 3], outputActivation: "linear", loss: "mse", values, classNames });
    expect(model.classNames).toEqual(classNames);
    expect(Model.fromSafetensors(model.toSafetensors()).classNames).toEqual(classNames);
    expect(Model.fromSafetensors(modelOf([2, 3]).toSafetensors()).classNames).toBeUndefined();
  });

  it("are as many as there are classes", () => {
    expect(
      () =>
        new Model({
          layers: [2, 3],
          outputActivation: "linear",
          loss: "mse",
          values,
          classNames: ["a", "b"],
        }),
    ).toThrow(new DigitrainError("layers [2, 3] take 3 class names, got 2"));
  });

  it.each(["a, b, c", '["a", "b"]', '["a", "b", 3]', '{"a": 1}'])(
    "are refused where a file has %j",
    (text) => {
      const { tensors, metadata } = read(modelOf([2, 3]).toSafetensors(), "x");
      const changed = new Map([...metadata, ["classNames", text]]);
      expect(() => Model.fromSafetensors(write(tensors, changed), "f")).toThrow(
        new DigitrainError('f: the metadata "classNames" should be a JSON list of 3 names'),
      );
    },
  );
});

describe("what a file says of a model's training", () => {
  const whole = { data: "digits", examples: 1, epochs: 1, options: {} };
  const nested = Array.from({ length: 1001 }).reduce<unknown>((before) => ({ ...whole, before }), whole);
  it.each([
    "by hand",
    "[]",
    '{"epochs": 3}',
    '{"options": {}}',
    JSON.stringify({ ...whole, options: null }),
    JSON.stringify({ ...whole, options: { recipe: { toString: 1 } } }),
    JSON.stringify({ ...whole, options: { seed: [1] } }),
    '{"data":"x","examples":1e999,"epochs":1,"options":{}}',
    '{"data":"x","examples":1,"epochs":1,"options":{"hidden":[1e999]}}',
    JSON.stringify(nested),
  ])("is refused where it is %.60j", (text) => {
    const { tensors, metadata } = read(modelOf([2, 3]).toSafetensors(), "x");
    const changed = new Map([...metadata, ["training", text]]);
    expect(() => Model.fromSafetensors(write(tensors, changed), "f")).toThrow(
      new DigitrainError('f: the metadata "training" should be a JSON object, as digitrain writes it'),
    );
  });
});

it("a model of version 0.1.0 keeps its record, whose recipe has a new name", () => {
  const record = (recipe: string) => {
    const whole = { data: "digits", examples: 1, epochs: 1, options: { recipe, seed: 7 } };
    return { ...whole, before: whole };
  };
  const { tensors, metadata } = read(modelOf([2, 3]).toSafetensors(), "x");
  const old = new Map([...metadata, ["training", JSON.stringify(record("seed"))]]);
  expect(Model.fromSafetensors(write(tensors, old)).training).toEqual(record("tutorial"));
});

describe("a model's parameters", () => {
  it("have names and shapes, and hold the numbers given", () => {
    const values = Float32Array.from({ length: 17 }, (_, i) => i);
    const { parameters } = new Model({ layers: [2, 3, 2], outputActivation: "linear", loss: "mse", values });
    expect([...parameters].map(([name, { shape, values }]) => [name, shape, ...values])).toEqual([
      ["w1", [2, 3], 0, 1, 2, 3, 4, 5],
      ["b1", [3], 6, 7, 8],
      ["w2", [3, 2], 9, 10, 11, 12, 13, 14],
      ["b2", [2], 15, 16],
    ]);
  });

  it.each<[string, object]>([
    [
      "a Model takes { layers, outputActivation, loss, values }: an array of sizes, two names, a Float32Array",
      [2, 3],
    ],
    [
      "a Model takes { layers, outputActivation, loss, values }: an array of sizes, two names, a Float32Array",
      { layers: [2, 3], outputActivation: "linear", loss: "mse", values: [0] },
    ],
    [
      'outputActivation takes "linear" or "relu", got "tanh"',
      { layers: [2, 3], outputActivation: "tanh", loss: "mse", values: new Float32Array(9) },
    ],
    [
      'loss takes "mse" or "cross-entropy", got undefined',
      { layers: [2, 3], outputActivation: "linear", values: new Float32Array(9) },
    ],
  ])("are of their types, or else: %s", (message, weights) => {
    expect(() => new Model(weights as ConstructorParameters<typeof Model>[0])).toThrow(
      new OptionError(message),
    );
  });

  it("must be as many as the layers take", () => {
    const message = "layers [2, 3] have 9 parameters, got 8";
    expect(
      () =>
        new Model({ layers: [2, 3], outputActivation: "linear", loss: "mse", values: new Float32Array(8) }),
    ).toThrow(new DigitrainError(message));
    const huge = () =>
      new Model({
        layers: [65_535, 65_535],
        outputActivation: "linear",
        loss: "mse",
        values: new Float32Array(),
      });
    expect(huge).toThrow(/more than WebAssembly's memory has/);
  });

  it.each([
    [NaN, 5, '"w1" holds NaN at position 5'],
    [-Infinity, 7, '"b1" holds -Infinity at position 1'],
  ])("must be finite: not %p", (value, place, what) => {
    const values = new Float32Array(9).fill(value, place, place + 1);
    expect(() => new Model({ layers: [2, 3], outputActivation: "linear", loss: "mse", values })).toThrow(
      new DigitrainError(`a Model: the tensor ${what}, but should hold finite numbers`),
    );
  });
});

describe("files", () => {
  it("keep a model, bit for bit", () => {
    fc.assert(
      fc.property(
        layers,
        outputActivation,
        fc.constantFrom<Loss>("mse", "cross-entropy"),
        (layers, activation, loss) => {
          const model = modelOf(layers, activation, loss);
          const bytes = model.toSafetensors();
          const back = Model.fromSafetensors(bytes);
          expect(back.layers).toEqual(layers);
          expect([back.outputActivation, back.loss]).toEqual([activation, loss]);
          expect(back.parameters).toEqual(model.parameters);
          expect(back.toSafetensors()).toEqual(bytes);
        },
      ),
    );
  });

  it("say how to use it", () => {
    const { metadata } = read(modelOf([2, 2], "relu", "cross-entropy").toSafetensors(), "x");
    expect(Object.fromEntries(metadata)).toEqual({
      format: "digitrain",
      version: "1",
      activation: "relu",
      outputActivation: "relu",
      loss: "cross-entropy",
      pixelScale: "1/255",
    });
  });

  it("of other programs are taken for linear outputs and mse", () => {
    const { parameters } = modelOf([2, 3, 2], "relu", "cross-entropy");
    for (const metadata of [
      new Map<string, string>(),
      new Map([
        ["format", "pt"],
        ["loss", "hinge"],
      ]),
    ]) {
      const back = Model.fromSafetensors(write(parameters, metadata));
      expect([back.outputActivation, back.loss]).toEqual(["linear", "mse"]);
      expect(back.parameters).toEqual(parameters);
    }
  });

  const tensor = (...shape: number[]) => {
    return { shape, values: new Float32Array(shape.reduce((product, side) => product * side, 1)) };
  };
  const good = { w1: tensor(4, 3), b1: tensor(3), w2: tensor(3, 2), b2: tensor(2) };
  const { w1, b1, w2, ...rest } = good;
  const broken = tensor(3, 2);
  broken.values[4] = Infinity;
  const holds = "a network holds w1 and b1, w2 and b2, and so on for each layer";
  it.each<[string, Record<string, ReturnType<typeof tensor>>, string]>([
    ["no tensors", {}, `the tensor "w1" is missing; ${holds}`],
    ["no weights", { w1, b1, ...rest }, `the tensor "w2" is missing; ${holds}`],
    ["no biases", { w1, w2, ...rest }, `the tensor "b1" is missing; ${holds}`],
    ["a gap in the numbers", { w1, b1, b5: b1 }, `the tensor "w2" is missing; ${holds}`],
    [
      "another tensor",
      { ...good, scale: tensor(1) },
      `there is a tensor "scale", but a network holds only "w1", "b1", "w2", ...`,
    ],
    [
      "a leading zero",
      { ...good, w01: tensor(1) },
      `there is a tensor "w01", but a network holds only "w1", "b1", "w2", ...`,
    ],
    [
      "flat weights",
      { ...good, w1: tensor(12) },
      'the tensor "w1" has the shape [12], but should have [inputs, outputs]',
    ],
    [
      "empty weights",
      { ...good, w1: tensor(0, 3) },
      'the tensor "w1" has the shape [0, 3], but should have [inputs, outputs]',
    ],
    [
      "weights the wrong way round",
      { ...good, w2: tensor(2, 3) },
      'the tensor "w2" has the shape [2, 3], but should have [3, outputs], as the layer below has 3 outputs',
    ],
    [
      "biases of another layer",
      { ...good, b1: tensor(2) },
      'the tensor "b1" has the shape [2], but should have [3]',
    ],
    [
      "an infinite weight",
      { ...good, w2: broken },
      'the tensor "w2" holds Infinity at position 4, but should hold finite numbers',
    ],
  ])("with %s are refused", (_, tensors, message) => {
    const bytes = write(new Map(Object.entries(tensors)), new Map());
    const error = new DigitrainError(`digits.safetensors: ${message}`);
    expect(() => Model.fromSafetensors(bytes, "digits.safetensors")).toThrow(error);
  });

  it.each([
    ["version", "2", 'the metadata "version" is "2", but should be "1"'],
    ["activation", "tanh", 'the metadata "activation" is "tanh", but should be "relu"'],
    [
      "outputActivation",
      "softmax",
      'the metadata "outputActivation" is "softmax", but should be "linear" or "relu"',
    ],
    ["loss", "hinge", 'the metadata "loss" is "hinge", but should be "mse" or "cross-entropy"'],
    ["pixelScale", "1", 'the metadata "pixelScale" is "1", but should be "1/255"'],
    ["loss", undefined, 'the metadata "loss" is missing, but should be "mse" or "cross-entropy"'],
  ])("with the metadata %s %p are refused", (key, value, message) => {
    const { tensors, metadata } = read(modelOf([2, 2]).toSafetensors(), "x");
    const changed = new Map(metadata);
    if (value === undefined) changed.delete(key);
    else changed.set(key, value);
    const error = new DigitrainError(`model: ${message}`);
    expect(() => Model.fromSafetensors(write(tensors, changed))).toThrow(error);
  });

  it("that are damaged are refused", () => {
    expect(() => Model.fromSafetensors(new Uint8Array(3))).toThrow("model: a safetensors file begins with");
  });
});
