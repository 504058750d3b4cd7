import { Model } from "../../../ts/model/model.js";
import { judged } from "../../../ts/model/reading.js";
import { read, write } from "../../../ts/model/safetensors.js";
import { fittedTemperature, softmax } from "../../../ts/model/temperature.js";
import { RECIPES, usualTemperature } from "../../../ts/training/recipes.js";
import type { TrainOptions } from "../../../ts/training/options.js";
import { train } from "../../../ts/training/train.js";
import { splitForValidation } from "../../../ts/data/split.js";
import { numbers } from "../../numbers.js";
import { data } from "../training/spots.js";
import { modelOf } from "./models.js";

const CLASSES = 4;

/** Scores whose softmax comes true, times `factor`: so many rows, and the labels that come of them. */
function overconfident(count: number, factor: number) {
  const scores = numbers(count * CLASSES, 5).map((number) => 8 * number);
  const probabilities = softmax(scores, CLASSES, 1);
  const labels = Int32Array.from(numbers(count, 9), (number, row) => {
    let rest = number + 0.5;
    const row4 = probabilities.subarray(CLASSES * row, CLASSES * (row + 1));
    const label = row4.findIndex((probability) => (rest -= probability) < 0);
    return label < 0 ? CLASSES - 1 : label;
  });
  return { scores: scores.map((score) => factor * score), labels };
}

describe("a temperature", () => {
  it.each([0.5, 1, 3])("of %p makes probabilities come true that it was needed for", async (factor) => {
    const { scores, labels } = overconfident(4000, factor);
    const temperature = await fittedTemperature(scores, labels, 1);
    expect(Math.abs(temperature / factor - 1)).toBeLessThan(0.06);
  });

  it("stays near the usual one where few images tell", async () => {
    const temperature = await fittedTemperature(Float32Array.of(9, 0, 0, 9), Int32Array.of(0, 1), 1.2);
    expect(temperature).toBeGreaterThan(1);
    expect(temperature).toBeLessThanOrEqual(1.2);
  });

  it("is kept in a model's file, where it isn't 1", () => {
    const { layers, outputActivation, parameters } = modelOf([2, 3], "linear", "cross-entropy");
    const values = Float32Array.from([...parameters.values()].flatMap((tensor) => [...tensor.values]));
    const weights = { layers, outputActivation, loss: "cross-entropy", values } as const;
    const model = new Model({ ...weights, temperature: 1.5 });
    const bytes = model.toSafetensors();
    expect(read(bytes, "x").metadata.get("temperature")).toBe("1.5");
    expect(Model.fromSafetensors(bytes).temperature).toBe(1.5);
    expect(Model.fromSafetensors(new Model(weights).toSafetensors()).temperature).toBe(1);
    expect(() => new Model({ ...weights, temperature: 0 })).toThrow(
      "temperature takes a number above 0, got 0",
    );
  });

  it.each(["0", "-1", "warm", "Infinity", ""])("of %p in a file is refused", (text) => {
    const { tensors, metadata } = read(modelOf([2, 3]).toSafetensors(), "x");
    const changed = write(tensors, new Map([...metadata, ["temperature", text]]));
    expect(() => Model.fromSafetensors(changed, "f")).toThrow(
      `f: the metadata "temperature" is ${JSON.stringify(text)}, but should be a number above 0`,
    );
  });

  it("divides scores before softmax, and leaves the scores as they are", () => {
    const { layers, outputActivation, parameters } = modelOf([6, 4], "linear", "cross-entropy");
    const values = Float32Array.from([...parameters.values()].flatMap((tensor) => [...tensor.values]));
    const weights = { layers, outputActivation, loss: "cross-entropy", values } as const;
    const [plain, warm] = [new Model(weights), new Model({ ...weights, temperature: 2 })];
    const images = numbers(18);
    expect(warm.predict(images)).toEqual(plain.predict(images));
    const probabilities = warm.probabilities(images);
    expect(probabilities).toEqual(softmax(plain.predict(images), 4, 2));
    for (let row = 0; row < 3; row++) {
      const sum = probabilities.subarray(4 * row, 4 * row + 4).reduce((total, one) => total + one, 0);
      expect(sum).toBeCloseTo(1, 6);
    }
  });
});

describe("a run", () => {
  const options: TrainOptions = { data, recipe: "fast", hidden: [8], epochs: 2, batchSize: 16 };

  it("fits its model's temperature to the validation images, which then lose least by it", async () => {
    const { model } = await train({ ...options, validationFraction: 0.4 });
    const { validation } = await splitForValidation(data, 0.4);
    const scores = model.predict(validation.images);
    const usual = usualTemperature({ recipe: "fast", loss: "cross-entropy" });
    expect(model.temperature).toBe(await fittedTemperature(scores, validation.labels, usual));
    expect(model.temperature).not.toBe(usual);
  });

  it("has the recipe's without validation images, and none where the loss is mse", async () => {
    const { model } = await train(options);
    expect(model.temperature).toBe(usualTemperature({ recipe: "fast", loss: "cross-entropy" }));
    expect((await train({ ...options, loss: "mse", learningRate: 0.01 })).model.temperature).toBe(1);
    expect((await train({ data, epochs: 1, validationFraction: 0.2 })).model.temperature).toBe(1);
    for (const recipe of Object.keys(RECIPES) as (keyof typeof RECIPES)[])
      expect(usualTemperature({ recipe, loss: "mse" })).toBe(1);
  });

  it("goes on with the temperature of the model that it starts from", async () => {
    const { model } = await train({ ...options, validationFraction: 0.4 });
    const next = await train({ data, initial: model, epochs: 1 });
    expect(next.model.temperature).toBe(model.temperature);
  });
});

describe("a reading", () => {
  const nameOf = (label: number) => `class ${label}`;
  const crossEntropy = { loss: "cross-entropy", temperature: 1 } as const;
  const mse = { loss: "mse", temperature: 1 } as const;

  it("is sure from a probability of 0.9 on, after the temperature", () => {
    const scores = Float32Array.of(0, Math.log(9.5), -30);
    expect(judged(scores, crossEntropy, undefined, nameOf)).toMatchObject({ label: 1, sure: true });
    const doubtful = judged(scores, { ...crossEntropy, temperature: 1.2 }, undefined, nameOf);
    expect(doubtful).toMatchObject({ label: 1, sure: false, remark: "it may be class 1 or class 0" });
  });

  it("of scores meant to be 1 and 0 is sure where the largest is 0.5 above the others", () => {
    expect(judged(Float32Array.of(0.9, 0.3, 0), mse, undefined, nameOf)).toMatchObject({ sure: true });
    const doubtful = judged(Float32Array.of(0.3, 0.7, 0), mse, undefined, nameOf);
    expect(doubtful).toMatchObject({ label: 1, sure: false, probabilities: undefined });
  });

  it("is never sure of what can't be one digit", () => {
    const reading = judged(Float32Array.of(0, 30), crossEntropy, "this is a dot, not a digit", nameOf);
    expect(reading).toMatchObject({ label: 1, sure: false, remark: "this is a dot, not a digit" });
  });

  it("of a model of other classes than digits may be sure of what is like no digit", () => {
    const reading = (classes: number, names: { classNames?: string[] } = {}) =>
      new Model({
        layers: [1, classes],
        outputActivation: "linear",
        loss: "mse",
        values: Float32Array.from({ length: 2 * classes }, (_, i) => Number(i === 0)),
        ...names,
      }).read({ pixels: Uint8Array.of(255), remark: "this looks like a letter or a sign" });
    expect(reading(10)).toMatchObject({ sure: false, remark: "this looks like a letter or a sign" });
    expect(reading(26)).toMatchObject({ sure: true });
    expect(reading(2, { classNames: ["A", "B"] })).toMatchObject({ sure: true });
  });

  it("tells the first of equal scores", () => {
    expect(judged(Float32Array.of(1, 2, 2), mse, undefined, nameOf).label).toBe(1);
  });
});
