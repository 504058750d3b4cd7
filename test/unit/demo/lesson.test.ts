import fc from "fast-check";
import { loadDataset, Model, train } from "../../../ts/index.js";
import { fold, foldedScores, scoresOf } from "../../../ts/demo/lesson/folding.js";
import {
  firstBatch,
  lossAfter,
  prepare,
  RATES,
  stepped,
  valuesOf,
} from "../../../ts/demo/lesson/one-step.js";
import { LessonActions } from "../../../ts/demo/lesson/lesson-actions.js";
import { createState } from "../../../ts/demo/state.js";
import { en } from "../../../ts/demo/words/en.js";
import { meansOf } from "../../../ts/demo/lesson/means.js";
import { numbers } from "../../numbers.js";

function modelOf(layers: number[], seed: number): Model {
  const count = layers.slice(1).reduce((sum, units, i) => sum + ((layers[i] ?? 0) + 1) * units, 0);
  return new Model({ layers, outputActivation: "linear", loss: "mse", values: numbers(count, seed) });
}

describe("layers without relu", () => {
  it("are one matrix, and with it are the model", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.nat(), (layers, seed) => {
        const model = modelOf(layers, seed);
        const input = numbers(layers[0] ?? 1, seed + 1);
        const scores = scoresOf(model, input, false);
        foldedScores(fold(model), input).forEach((score, i) => {
          expect(score).toBeCloseTo(scores[i] ?? NaN, 4);
        });
        const predicted = model.predict(input);
        scoresOf(model, input, true).forEach((score, i) => {
          expect(score).toBeCloseTo(predicted[i] ?? NaN, 4);
        });
      }),
    );
  });
});

describe("the mean images", () => {
  it("are those of each class, whether pixels are bytes or other numbers", async () => {
    const bytes = Uint8Array.of(0, 100, 40, 200, 0, 0, 0, 255);
    const shape = [1, 2];
    const labels = [1, 1, 0, 2];
    const of = async (images: Uint8Array | Float32Array) =>
      meansOf(await loadDataset({ name: "tiny", classes: 3, train: { images, labels, shape } }));
    const expected = [
      [0, 0],
      [20, 150],
      [0, 255],
    ];
    expect((await of(bytes)).map(({ pixels }) => [...pixels])).toEqual(expected);
    // As everywhere on the page, other numbers than bytes are stretched, image by image.
    const parts = Float32Array.from(bytes, (byte) => byte / 100 - 1);
    expect((await of(parts)).map(({ pixels }) => [...pixels])).toEqual([
      [0, 0],
      [0, 255],
      [0, 255],
    ]);
  });
});

describe("one step", () => {
  it("follows another, however quickly they are asked for, and stays with its data", async () => {
    const images = Uint8Array.from({ length: 200 * 16 }, (_, i) => (i * 37) % 256);
    const labels = Array.from({ length: 200 }, (_, i) => i % 10);
    const data = await loadDataset({ name: "tiny", classes: 10, train: { images, labels, shape: [4, 4] } });
    const state = createState("en", en);
    state.data.value = data;
    const actions = new LessonActions(state, train);
    actions.prepareStep();
    for (let i = 0; i < 3; i++) actions.takeStep(0.01);
    while (state.oneStep.value?.steps !== 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(state.oneStep.value.data).toBe(data);
    expect(state.problem.value).toBe("");
  });

  it("is down the gradient: little steps lower the loss by rate times its square", async () => {
    const images = Uint8Array.from({ length: 200 * 16 }, (_, i) => (i * 37) % 256);
    const labels = Array.from({ length: 200 }, (_, i) => i % 10);
    const data = await loadDataset({ name: "tiny", classes: 10, train: { images, labels, shape: [4, 4] } });
    const batch = firstBatch(data);
    expect(batch.count).toBe(128);
    const step = await prepare(train, data, batch, undefined);
    expect(step.layers).toEqual([16, 256, 128, 10]);
    expect(step.loss).toBeCloseTo(lossAfter(step, 0), 4);
    const slope = step.gradient.reduce((sum, value) => sum + value * value, 0);
    const rate = 1e-3;
    expect((step.loss - lossAfter(step, rate)) / (rate * slope)).toBeCloseTo(1, 1);
    expect(lossAfter(step, RATES.at(-1) ?? 0)).toBeGreaterThan(step.loss);
    const next = await prepare(train, data, batch, { ...step, values: stepped(step, 0.05), steps: 1 });
    expect(next.loss).toBeCloseTo(lossAfter(step, 0.05), 4);
    expect(next.start).toEqual(step.values);
    expect(valuesOf(modelOf([2, 3], 1))).toEqual(numbers(9, 1));
  });
});
