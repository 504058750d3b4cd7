import fc from "fast-check";
import type { Examples } from "../../../ts/data/dataset.js";
import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import { Model } from "../../../ts/model/model.js";
import type { Loss, OutputActivation } from "../../../ts/model/hyperparameters.js";
import { numbers } from "../../numbers.js";
import { layers, modelOf, outputActivation } from "./models.js";

/** One image's scores in plain float64. */
function scoresOf({ layers, parameters, outputActivation }: Model, image: ArrayLike<number>): number[] {
  let activations = Array.from(image);
  for (let layer = 1; layer < layers.length; layer++) {
    const weights = parameters.get(`w${layer}`)?.values ?? new Float32Array();
    const biases = Array.from(parameters.get(`b${layer}`)?.values ?? []);
    const relu = layer < layers.length - 1 || outputActivation === "relu";
    activations = biases.map((bias, column) => {
      const sum = activations.reduce(
        (sum, x, row) => sum + x * (weights[row * biases.length + column] ?? NaN),
        bias,
      );
      return relu ? Math.max(0, sum) : sum;
    });
  }
  return activations;
}

/** One example's loss in plain float64. */
function lossOf(scores: number[], label: number, loss: Loss): number {
  if (loss === "cross-entropy") {
    return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - (scores[label] ?? NaN);
  }
  const squares = scores.map((score, i) => (score - (i === label ? 1 : 0)) ** 2);
  return squares.reduce((sum, square) => sum + square, 0) / scores.length;
}

function rowsOf(images: Uint8Array | Float32Array, inputs: number): number[][] {
  const scale = images instanceof Uint8Array ? 255 : 1;
  const count = images.length / inputs;
  return Array.from({ length: count }, (_, i) =>
    Array.from(images.subarray(i * inputs, (i + 1) * inputs), (value) => value / scale),
  );
}

function expectClose(found: ArrayLike<number>, expected: number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((found[i] ?? NaN) - value)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)));
  }
}

describe("predict", () => {
  it("agrees with plain float64, for any layers and images", () => {
    const images = fc.oneof(
      fc.uint8Array({ minLength: 200, maxLength: 200 }),
      fc.float32Array({ min: -2, max: 2, noNaN: true, minLength: 200, maxLength: 200 }),
    );
    fc.assert(
      fc.property(layers, outputActivation, images, (layers, activation, values) => {
        const model = modelOf(layers, activation);
        const inputs = layers[0] ?? 0;
        const whole = values.subarray(0, Math.floor(values.length / inputs) * inputs);
        const expected = rowsOf(whole, inputs).flatMap((row) => scoresOf(model, row));
        expectClose(model.predict(whole), expected);
      }),
    );
  });

  it("gives an image the same scores wherever it stands among many", () => {
    const model = modelOf([20, 33, 5]);
    const images = Uint8Array.from({ length: 20 * 2003 }, (_, i) => (i * 7919) % 256);
    const scores = model.predict(images);
    expect(scores).toHaveLength(2003 * 5);
    for (const i of [0, 127, 128, 999, 1000, 2002]) {
      const alone = model.predict(images.subarray(i * 20, (i + 1) * 20));
      expect(scores.subarray(i * 5, (i + 1) * 5)).toEqual(alone);
    }
  });

  it("tells of scores that are no numbers", () => {
    const model = new Model({
      layers: [1, 1, 2],
      outputActivation: "linear",
      loss: "mse",
      values: new Float32Array(6).fill(3e38),
    });
    expect(() => model.predict(Float32Array.of(9))).toThrow(
      new DigitrainError(
        "the model's scores of these images are no finite numbers: its weights are too large",
      ),
    );
  });

  it("of no images gives no scores", () => {
    expect(modelOf([4, 2]).predict(new Uint8Array())).toEqual(new Float32Array());
  });

  it.each<[string, number, Uint8Array | Float32Array, string]>([
    ["a wrong size", 784, new Uint8Array(100), "the model takes images of 784 numbers (28x28), got 100"],
    ["another wrong size", 4, new Float32Array(5), "the model takes images of 4 numbers, got 5"],
    [
      "NaN",
      2,
      new Float32Array([1, 2, 3, NaN]),
      "images: number 1 of example 1 is NaN, but only finite numbers can be used",
    ],
    [
      "an infinite number far down",
      1,
      new Float32Array(1500).fill(-Infinity, 1234, 1235),
      "images: number 0 of example 1234 is -Infinity, but only finite numbers can be used",
    ],
  ])("refuses %s", (_, inputs, images, message) => {
    expect(() => modelOf([inputs, 3]).predict(images)).toThrow(new DigitrainError(message));
  });

  it("refuses what is no typed array", () => {
    const message = "the model takes images in a Uint8Array (pixels 0 to 255) or a Float32Array";
    expect(() => modelOf([2, 3]).predict([1, 2] as unknown as Uint8Array)).toThrow(
      new DigitrainError(message),
    );
  });
});

describe("activations", () => {
  it("are each layer's outputs, of which the last are the scores", () => {
    fc.assert(
      fc.property(layers, outputActivation, (sizes, activation) => {
        const model = modelOf(sizes, activation);
        const image = numbers(sizes[0] ?? 1, 3);
        const found = model.activations(image);
        expect(found.map(({ length }) => length)).toEqual(sizes.slice(1));
        expectClose(found.at(-1) ?? [], Array.from(model.predict(image)));
        for (const hidden of found.slice(0, -1)) expect(Math.min(...hidden)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
    const pixels = Uint8Array.from([0, 51, 255]);
    const model = modelOf([3, 4, 2]);
    expect(model.activations(pixels)).toEqual(model.activations(new Float32Array([0, 0.2, 1])));
  });

  it("are of one image of the model's size", () => {
    expect(() => modelOf([784, 3]).activations(new Uint8Array(785))).toThrow(
      new DigitrainError("the model takes images of 784 numbers (28x28), got 785"),
    );
  });
});

describe("classify", () => {
  it("gives the class of the largest score, the first of equals", () => {
    const model = new Model({
      layers: [1, 4],
      outputActivation: "linear",
      loss: "mse",
      values: new Float32Array([0, 1, 2, 2, 0, 0, 0, 0]),
    });
    const one = new Float32Array([1]);
    expect(model.classify(one)).toEqual({ label: 2, scores: new Float32Array([0, 1, 2, 2]) });
    expect(model.classify(new Uint8Array([255]))).toEqual(model.classify(one));
    expect(model.classify(new Uint8Array([0])).label).toBe(0);
  });

  it.each([
    [0, "the model takes one image of 784 numbers (28x28), got 0"],
    [1568, "the model takes one image of 784 numbers (28x28), got 1568"],
    [100, "the model takes images of 784 numbers (28x28), got 100"],
  ])("refuses %d numbers for an image of 784", (length, message) => {
    expect(() => modelOf([784, 3]).classify(new Uint8Array(length))).toThrow(new DigitrainError(message));
  });
});

describe("evaluate", () => {
  function examplesOf(model: Model, count: number): Examples {
    const inputs = model.layers[0] ?? 0;
    const labels = Int32Array.from({ length: count }, (_, i) => (i * i) % (model.layers.at(-1) ?? 1));
    return { images: numbers(count * inputs, 5), labels, count, shape: [inputs] };
  }

  it.each<[Loss, OutputActivation]>([
    ["mse", "linear"],
    ["mse", "relu"],
    ["cross-entropy", "linear"],
    ["cross-entropy", "relu"],
  ])("agrees with plain float64 on %s with %s outputs", (loss, activation) => {
    const model = modelOf([12, 9, 4], activation, loss);
    const examples = examplesOf(model, 1203);
    const confusion = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    let sum = 0;
    rowsOf(examples.images, 12).forEach((row, i) => {
      const scores = scoresOf(model, row);
      const label = examples.labels[i] ?? NaN;
      const counts = confusion[label] ?? [];
      const guess = scores.indexOf(Math.max(...scores));
      counts[guess] = (counts[guess] ?? NaN) + 1;
      sum += lossOf(scores, label, loss);
    });
    const found = model.evaluate(examples);
    expect(found.loss).toBeCloseTo(sum / 1203, 6);
    expect(found.confusion).toEqual(confusion);
    const right = confusion.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0);
    expect(found.accuracy).toBe(right / 1203);
  });

  const model = modelOf([2, 3]);
  const good = { images: new Uint8Array(4), labels: new Int32Array(2), count: 2, shape: [2] };
  it.each<[string, Partial<Examples>, string]>([
    [
      "no examples",
      { images: new Uint8Array(), labels: new Int32Array(), count: 0 },
      "the model can't be evaluated on no examples; it takes at least one",
    ],
    ["another shape", { shape: [2, 2] }, "examples have 4 numbers each, but the network takes 2"],
    [
      "too few images",
      { images: new Uint8Array(3) },
      "2 examples of 2 numbers take 4 numbers and 2 labels, got 3 and 2",
    ],
    [
      "too few labels",
      { labels: new Int32Array(1) },
      "2 examples of 2 numbers take 4 numbers and 2 labels, got 4 and 1",
    ],
    [
      "a label too large",
      { labels: new Int32Array([0, 65_536]) },
      "examples: the label of example 1 is 65536, but there are only the classes 0 to 2",
    ],
    [
      "a negative label",
      { labels: new Int32Array([-1, 0]) },
      "examples: the label of example 0 is -1, but there are only the classes 0 to 2",
    ],
    [
      "NaN",
      { images: new Float32Array([0, 0, NaN, 0]) },
      "examples: number 0 of example 1 is NaN, but only finite numbers can be used",
    ],
  ])("refuses %s", (_, part, message) => {
    expect(() => model.evaluate({ ...good, ...part })).toThrow(new DigitrainError(message));
  });
});

it("evaluate refuses more classes than a confusion matrix has room for", () => {
  const examples = { images: Uint8Array.of(1), labels: Int32Array.of(0), count: 1, shape: [1] };
  expect(() => modelOf([1, 5001]).evaluate(examples)).toThrow(
    new DigitrainError(
      "a confusion matrix of 5001 classes is too large; models of at most 5000 can be evaluated",
    ),
  );
});

it("evaluate refuses what are no examples", () => {
  const model = modelOf([2, 3]);
  for (const [examples, message] of [
    [undefined, "examples takes { images, labels, count, shape }, got Undefined"],
    [{ images: [1, 2] }, "examples.images takes a Uint8Array or a Float32Array, got Array"],
  ] as const)
    expect(() => model.evaluate(examples as unknown as Examples)).toThrow(new OptionError(message));
});
