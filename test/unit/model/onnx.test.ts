import * as ort from "onnxruntime-web";
import { Model } from "../../../ts/model/model.js";
import type { OutputActivation } from "../../../ts/model/hyperparameters.js";
import { parameterCount } from "../../../ts/model/layers.js";
import { numbers } from "../../numbers.js";

const networks: [layers: number[], outputActivation: OutputActivation][] = [
  [[784, 256, 128, 10], "linear"],
  [[784, 512, 256, 10], "relu"],
  [[784, 10], "linear"],
  [[784, 10], "relu"],
  [[1, 1], "linear"],
  [[1, 7, 1], "relu"],
  [[3, 200, 2], "linear"],
  [[100, 33, 65, 31, 4], "linear"],
  [[17, 5, 5, 5, 5, 5, 3], "relu"],
  [[3072, 64, 100], "linear"],
];

describe("toOnnx", () => {
  it.each(networks)("gives onnxruntime the scores of predict: %j, %s", async (layers, activation) => {
    const model = new Model({
      layers,
      outputActivation: activation,
      loss: "mse",
      values: numbers(parameterCount(layers)),
    });
    const [inputs = 0, classes = 0] = [layers[0], layers.at(-1)];
    const images = numbers(20 * inputs, 5);
    const session = await ort.InferenceSession.create(model.toOnnx());
    expect([session.inputNames, session.outputNames]).toEqual([["images"], ["scores"]]);
    const { scores } = await session.run({ images: new ort.Tensor("float32", images, [20, inputs]) });
    expect(scores?.dims).toEqual([20, classes]);
    const expected = model.predict(images);
    const largest = Math.max(1, ...expected.map(Math.abs));
    const differences = Array.from(scores?.data as Float32Array, (score, i) => score - (expected[i] ?? NaN));
    expect(Math.max(...differences.map(Math.abs))).toBeLessThanOrEqual(1e-5 * largest);
    await session.release();
  });

  it("keeps what a model's own file says of its use", () => {
    const model = new Model({
      layers: [2, 2],
      outputActivation: "linear",
      loss: "cross-entropy",
      values: numbers(6),
      classNames: ["left", "right"],
    });
    const text = Buffer.from(model.toOnnx()).toString("latin1");
    for (const kept of ["pixelScale", "1/255", "cross-entropy", "classNames", '["left","right"]'])
      expect(text).toContain(kept);
  });
});
