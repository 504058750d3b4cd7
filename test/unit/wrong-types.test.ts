import {
  currentRuntime,
  DigitrainError,
  digitOf,
  init,
  lightOnDark,
  loadDataset,
  Model,
  OptionError,
  syntheticDigits,
  train,
} from "../../ts/index.js";
import { rejection } from "./data/made.js";

// What TypeScript forbids, JavaScript's callers do.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return, no-sparse-arrays */

const images = Uint8Array.from({ length: 40 }, (_, i) => i * 6);
const labels = Array.from({ length: 10 }, (_, i) => i % 2);
const data = { train: { images, labels } };
const model = new Model({
  layers: [4, 2],
  outputActivation: "linear",
  loss: "mse",
  values: new Float32Array(10),
});
const examples = { images, labels: Int32Array.from(labels), count: 10, shape: [4] };
const sizes = "a list of whole numbers from 1 to 65,536, such as [256, 128]";
const shapes = "data.train.shape takes an array of numbers, got Array";
const weights =
  "a Model takes { layers, outputActivation, loss, values }: an array of sizes, two names, a Float32Array";

const inks = 'ink takes "auto", "dark" or "light", got "ligth"';

const trained = (options: any) => train({ data, hidden: [3], epochs: 0, ...options });
const withData = (more: any) => trained({ data: { train: { images, labels, ...more } } });
const made = (more: any) =>
  new Model({
    layers: [4, 2],
    outputActivation: "linear",
    loss: "mse",
    values: new Float32Array(10),
    ...more,
  });
/** A model as another copy of the package makes it. */
const copied = { layers: model.layers, toSafetensors: () => model.toSafetensors() };

test.each<[string, () => unknown, string]>([
  ...[null, 5, "x", [], true, 5n].map((options: any): [string, () => unknown, string] => [
    `train(${String(options)})`,
    () => train(options),
    "train takes an object of options, such as { epochs: 3 }, got ",
  ]),
  ["hidden with a hole", () => trained({ hidden: [1, , 2] }), `hidden takes ${sizes}, got [1, , 2]`],
  ["hidden as a text", () => trained({ hidden: "256,128" }), `hidden takes ${sizes}, got "256,128"`],
  ["hidden of BigInts", () => trained({ hidden: [2n] }), `hidden takes ${sizes}, got [2n]`],
  [
    "hidden of a typed array",
    () => trained({ hidden: new Int32Array(2) }),
    `hidden takes ${sizes}, got an object`,
  ],
  [
    "an unknown option",
    () => trained({ learning_rate: 1 }),
    'there is no option "learning_rate"; did you mean "learningRate"?',
  ],
  [
    "a signal that is none",
    () => trained({ signal: { aborted: false } }),
    "signal takes an AbortSignal, got an object",
  ],
  [
    "another copy's Model",
    () => trained({ initial: copied }),
    "initial takes a Model, got an object, a Model of another copy of the package; make one by Model.fromSafetensors(model.toSafetensors())",
  ],
  ["no Model", () => trained({ initial: { layers: [4, 2] } }), "initial takes a Model, got an object"],
  ["null for data", () => trained({ data: null }), "data takes a data set's name, a path or data, got null"],
  ["no data", () => trained({ data: {} }), "data.train takes { images, labels }, got Undefined"],
  [
    "a promise of null",
    () => trained({ data: Promise.resolve(null) }),
    "data takes a name, a path or { train: { images, labels } }, got Null",
  ],
  ["a shape of BigInts", () => withData({ shape: [2n, 2n] }), shapes],
  ["a shape with a hole", () => withData({ shape: [2, , 2] }), shapes],
  ["a shape of a symbol", () => withData({ shape: [Symbol("x")] }), shapes],
  [
    "labels of BigInts",
    () => withData({ labels: labels.map(BigInt) }),
    "data.train.labels: the label at position 0 is 0n, but labels are whole numbers from 0 to 65535",
  ],
  [
    "labels as texts",
    () => withData({ labels: labels.map(String) }),
    'data.train.labels: the label at position 0 is "0", but labels are whole numbers from 0 to 65535',
  ],
  [
    "a name that is none",
    () => trained({ data: { ...data, name: Symbol("x") } }),
    "data.name takes a text, got Symbol",
  ],
  [
    "loadDataset(5)",
    () => loadDataset(5 as any),
    "data takes a name, a path or { train: { images, labels } }, got 5",
  ],
  [
    "loadDataset(data, null)",
    () => loadDataset(data, null as any),
    "loadDataset takes an object of options, such as { testFraction: 0.2 }, got null",
  ],
  [
    "an unknown option of loadDataset",
    () => loadDataset(data, { testfraction: 0.5 } as any),
    'there is no option "testfraction"; did you mean "testFraction"?',
  ],
  [
    "a signal of loadDataset's",
    () => loadDataset(data, { signal: 5 } as any),
    "signal takes an AbortSignal, got 5",
  ],
  [
    "a part of the data that there isn't",
    () => trained({ data: { ...data, tests: data.train } }),
    'there is no option "data.tests"; did you mean "data.test"?',
  ],
  ["examples' ink", () => lightOnDark(examples, { ink: "ligth" as any }), inks],
  ["an evaluation's ink", () => model.evaluate(examples, { ink: "ligth" as any }), inks],
  ["a picture's ink", () => digitOf({ data: images, width: 5, height: 2 }, { ink: "ligth" as any }), inks],
  [
    "init(null)",
    () => init(null as any),
    'init takes an object of options, such as { workerUrl: "/worker.js" }, got null',
  ],
  [
    "init of an address",
    () => init("/worker.js" as any),
    'init takes an object of options, such as { workerUrl: "/worker.js" }, got "/worker.js"',
  ],
  [
    "an unknown option of init",
    () => init({ worker: "/worker.js" } as any),
    'there is no option "worker"; did you mean "workerUrl"?',
  ],
  [
    "syntheticDigits(100)",
    () => syntheticDigits(100 as any),
    "syntheticDigits takes an object of options, such as { train: 1000 }, got 100",
  ],
  [
    "an unknown option of syntheticDigits",
    () => syntheticDigits({ trian: 100 } as any),
    'there is no option "trian"; did you mean "train"?',
  ],
  [
    "no threads",
    () => currentRuntime({ threads: 0 }),
    'threads takes "auto" or a whole number from 1 to 64, got 0',
  ],
  ["new Model()", () => new (Model as any)(), weights],
  ["a Model of null", () => new (Model as any)(null), weights],
  ["a Model of BigInts", () => made({ layers: [4n, 2n] }), weights],
  ["a Model with a hole", () => made({ layers: [4, , 2] }), weights],
  [
    "a Model of fractions",
    () => made({ layers: [4.5, 2] }),
    "a network of layers [4.5, 2] is not possible: each has 1 to 65536 numbers",
  ],
  [
    "a Model of NaN",
    () => made({ layers: [NaN, 2] }),
    "a network of layers [NaN, 2] is not possible: each has 1 to 65536 numbers",
  ],
  [
    "a Model of less than nothing",
    () => made({ layers: [-4, 2] }),
    "a network of layers [-4, 2] is not possible: each has 1 to 65536 numbers",
  ],
  [
    "an activation of a BigInt",
    () => made({ outputActivation: 5n }),
    'outputActivation takes "linear" or "relu", got 5n',
  ],
  [
    "a loss of a symbol",
    () => made({ loss: Symbol("x") }),
    'loss takes "mse" or "cross-entropy", got Symbol(x)',
  ],
  [
    "class names of numbers",
    () => made({ classNames: [1, 2] }),
    "classNames takes an array of names, got [1, 2]",
  ],
  ["a Model's ink", () => made({ ink: "red" }), 'ink takes "dark" or "light", got "red"'],
  [
    "a Model's training",
    () => made({ training: 5 }),
    "training takes a model's record of its training, got 5",
  ],
  [
    "a file's name",
    () => Model.fromSafetensors("model.safetensors" as any),
    'Model.fromSafetensors takes a Uint8Array, got "model.safetensors"',
  ],
  [
    "a buffer",
    () => Model.fromSafetensors(new ArrayBuffer(8) as any),
    "Model.fromSafetensors takes a Uint8Array, got an object",
  ],
  [
    "toSafetensors(null)",
    () => model.toSafetensors(null as any),
    'toSafetensors takes an object of options, such as { layout: "pytorch" }, got null',
  ],
  [
    "evaluate(examples, null)",
    () => model.evaluate(examples, null as any),
    'a model takes an object of options, such as { ink: "dark" }, got null',
  ],
  [
    "worst(examples, -1)",
    () => model.worst(examples, -1),
    "worst takes a whole number of examples of at least 0, got -1",
  ],
])("%s is refused in a sentence", async (_, call, message) => {
  const error = await rejection(Promise.resolve().then(call));
  expect(error).toBeInstanceOf(
    message.startsWith("a network") || message.includes("label at") ? DigitrainError : OptionError,
  );
  expect((error as Error).message.slice(0, message.length)).toBe(message);
});

test("arrays whose memory is gone are told of; those that can grow, are shared or of a class of one's own are read", async () => {
  const gone = images.slice();
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  await expect(withData({ images: gone })).rejects.toThrow("data.train.images: an example has 0 numbers");
  class Own extends Uint8Array {}
  const growing = new Uint8Array(new (ArrayBuffer as any)(40, { maxByteLength: 80 }));
  for (const kind of [growing, new Uint8Array(new SharedArrayBuffer(40)), new Own(40)])
    await expect(withData({ images: kind })).resolves.toHaveProperty("model");
});

test("what a caller's own code throws comes back as it is, and the next run is whole", async () => {
  const mine = new Error("mine");
  const fail = () => {
    throw mine;
  };
  const getter = Object.defineProperty({ data }, "hidden", { enumerable: true, get: fail });
  const options = { hidden: [3], epochs: 1, batchSize: 2, data };
  for (const run of [
    () => train({ ...options, onStep: fail }),
    () => train({ ...options, onStep: () => Promise.reject(mine) }),
    () => train({ ...options, onEpoch: fail }),
    () => train({ ...options, onStart: () => Promise.reject(mine) }),
    () => train({ ...options, data: Promise.reject(mine) }),
    () => train({ ...options, signal: AbortSignal.abort(mine) }),
    () =>
      train({
        ...options,
        data: {
          get train(): never {
            return fail();
          },
        },
      }),
    () => train(getter),
  ])
    expect(await rejection(run())).toBe(mine);
  const frozen = Object.freeze({ ...options, data: Object.freeze({ train: Object.freeze(data.train) }) });
  const { history } = await train(new Proxy(frozen, {}));
  expect(history.losses).toHaveLength(5);
});
