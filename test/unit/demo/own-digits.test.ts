import { loadDataset, Model } from "../../../ts/index.js";
import { type OwnDigit, pixelsOf, readOwn, withDigit, withOwnDigits } from "../../../ts/demo/own-digits.js";

const line = (x: number) => [[{ x, y: 0.1 }, { x: x + 0.1, y: 0.9 }]]; // prettier-ignore

const digits = [0, 1, 2, 3].reduce<readonly OwnDigit[]>((all, i) => withDigit(all, line(i / 10), i), []);

describe("the user's own digits", () => {
  it("are kept with their labels, every third aside", () => {
    expect(digits.map(({ label, isAside }) => [label, isAside])).toEqual([
      [0, false],
      [1, false],
      [2, true],
      [3, false],
    ]);
  });

  it("have one label each: the last that was said", () => {
    const [first] = digits;
    const again = withDigit(digits, first?.strokes ?? [], 7);
    expect(again).toHaveLength(4);
    expect(again.map(({ label }) => label).sort()).toEqual([1, 2, 3, 7]);
  });

  it("stand beside the data's images, a little changed, without those set aside", async () => {
    const images = new Uint8Array(20 * 784).fill(1);
    const data = await loadDataset({
      classes: 10,
      train: { images, labels: Array.from({ length: 20 }, (_, i) => i % 10) },
    });
    const more = withOwnDigits(data, digits);
    const copies = (more.train.count - 20) / 3;
    expect(copies).toBe(24);
    expect(more.train.images.subarray(0, images.length)).toEqual(data.train.images);
    expect(new Set(more.train.labels.subarray(20))).toEqual(new Set([0, 1, 3]));
    const at = (i: number) => more.train.images.subarray(i * 784, (i + 1) * 784);
    expect(at(20)).toEqual(pixelsOf(line(0)));
    expect(at(21)).not.toEqual(at(20));
    // The same each time, so that a run can be repeated.
    expect(withOwnDigits(data, digits).train.images).toEqual(more.train.images);
    expect(withOwnDigits(data, [])).toBe(data);
    const others = await loadDataset({ train: { images: new Float32Array(8), labels: [0, 1] } });
    expect(withOwnDigits(others, digits)).toBe(others);
  });

  it("are read by a model, or not", () => {
    const values = new Float32Array(785 * 10);
    values[784 * 10 + 2] = 1; // A model that says 2.
    const model = new Model({ layers: [784, 10], outputActivation: "linear", loss: "mse", values });
    expect(readOwn(model, digits)).toEqual({ read: 1, of: 4, readAside: 1, aside: 1 });
    expect(readOwn(model, [])).toBeUndefined();
    expect(readOwn(undefined, digits)).toBeUndefined();
  });
});
