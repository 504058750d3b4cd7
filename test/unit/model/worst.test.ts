import { Model } from "../../../ts/model/model.js";

test("the worst are those classified wrongly, by their losses", () => {
  // Scores are the images themselves.
  for (const [kind, expected] of [
    ["mse", [(0.25 + 0.25) / 2, (4 + 9) / 2]],
    ["cross-entropy", [Math.log(1 + Math.exp(0)), Math.log(1 + Math.exp(4))]],
  ] as const) {
    const model = new Model({
      layers: [2, 2],
      outputActivation: "linear",
      loss: kind,
      values: Float32Array.of(1, 0, 0, 1, 0, 0),
    });
    const examples = {
      images: Float32Array.of(0.5, 0.5, 3, -1, 0, 1, -1, 3),
      labels: Int32Array.of(1, 1, 1, 1),
      count: 4,
      shape: [2],
    };
    const found = model.worst(examples, 5);
    expect(found.map(({ example, label, predicted }) => [example, label, predicted])).toEqual([
      [1, 1, 0],
      [0, 1, 0],
    ]);
    found.forEach(({ loss }, i) => {
      expect(loss).toBeCloseTo(expected[1 - i] ?? NaN, 5);
    });
    expect(model.worst(examples, 1)).toEqual(found.slice(0, 1));
  }
});
