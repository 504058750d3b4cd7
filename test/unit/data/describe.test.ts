import type { Dataset } from "../../../ts/data/dataset.js";
import { describe as describeData } from "../../../ts/data/describe.js";
import { fromOwnData } from "../../../ts/data/check.js";

const pixels = { images: Uint8Array.of(0, 51, 255, 7), labels: Int32Array.of(0, 3), count: 2, shape: [2, 1] };
const values = { images: Float32Array.of(-0.5, 0.1), labels: Int32Array.of(1), count: 1, shape: [2] };

describe("describe", () => {
  it("prints what the network sees: pixels divided by 255, other numbers as they are", () => {
    const dataset: Dataset = { name: "mixed", classes: 4, train: pixels, test: values };
    expect(describeData(dataset)).toBe(
      [
        "x: (2, 2, 1) float32, min 0, max 1",
        "y: (2,) int32, min 0, max 3",
        "x_test: (1, 2) float32, min -0.5, max 0.1",
        "y_test: (1,) int32, min 1, max 1",
      ].join("\n"),
    );
  });

  it("prints two lines where there is no test set", async () => {
    const dataset = await fromOwnData({ train: { images: Uint8Array.of(3, 200), labels: [2, 4] } });
    expect(describeData(dataset)).toBe(
      "x: (2, 1) float32, min 0.01176471, max 0.7843137\ny: (2,) int32, min 2, max 4",
    );
  });

  it("finds a minimum and a maximum anywhere", async () => {
    const images = new Float32Array(300_000).fill(0.25);
    images[1] = -3;
    images[299_998] = 8;
    const dataset = await fromOwnData({ train: { images, labels: new Uint8Array(1000) } });
    expect(describeData(dataset)).toMatch(/^x: \(1000, 300\) float32, min -3, max 8\n/);
  });
});
