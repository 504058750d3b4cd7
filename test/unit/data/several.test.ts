import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import {
  describe as describeData,
  loadDataset,
  type OwnData,
  syntheticDigits,
  train,
} from "../../../ts/index.js";

/** So many examples of 2 numbers each, of two classes. */
function own(name: string, count: number, more: Partial<OwnData> = {}): OwnData {
  const images = Uint8Array.from({ length: 2 * count }, (_, i) => i + 1);
  return { name, train: { images, labels: Array.from({ length: count }, (_, i) => i % 2) }, ...more };
}

describe("several sources", () => {
  it("are one data set: the training examples of all, the test examples of the first that has some", async () => {
    const test = { images: Uint8Array.of(9, 9), labels: [1] };
    const later = { images: Uint8Array.of(7, 7), labels: [0] };
    const data = await loadDataset([own("a", 2), own("b", 3, { test }), own("c", 2, { test: later })]);
    expect(data).toEqual({
      name: "a + b + c",
      classes: 2,
      train: {
        images: Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4),
        labels: Int32Array.of(0, 1, 0, 1, 0, 0, 1),
        count: 7,
        shape: [2],
      },
      test: { images: Uint8Array.of(9, 9), labels: Int32Array.of(1), count: 1, shape: [2] },
    });
    expect(describeData(data)).toContain("x: (7, 2) float32, min 0.003921569, max 0.02352941");
  });

  it("may mix pixels with floating-point numbers, and what was noted of each is kept", async () => {
    const floats = { images: Float32Array.of(0.5, 1), labels: [1] };
    const remarks = [{ kind: "converted", text: "made of text" }] as const;
    const one = { ...(await loadDataset(own("a", 2))), remarks };
    const data = await loadDataset([one, own("b", 0, { train: floats })]);
    expect([...data.train.images]).toEqual(
      [1, 2, 3, 4].map((pixel) => Math.fround(pixel / 255)).concat(0.5, 1),
    );
    expect(data.remarks).toEqual(remarks);
  });

  it("may be rows of numbers beside images of as many", async () => {
    const images = { images: new Uint8Array(8), labels: [0, 1], shape: [2, 2] };
    const rows = { images: new Uint8Array(4), labels: [1], shape: [4] };
    const data = await loadDataset([
      own("rows", 0, { train: rows, test: rows }),
      own("b", 0, { train: images }),
    ]);
    expect(data).toMatchObject({ train: { count: 3, shape: [2, 2] }, test: { count: 1, shape: [2, 2] } });
  });

  it("of one is that one", async () => {
    const one = await loadDataset(own("a", 2));
    expect(await loadDataset([one])).toBe(one);
  });

  it("are loaded by their names, and split for testing together", async () => {
    const digits = await syntheticDigits({ train: 100 });
    const { name, classes, train: examples } = digits;
    const data = await loadDataset([{ name, classes, train: examples }, digits], { testFraction: 0.5 });
    // The second has test digits of its own.
    expect([data.train.count, data.test?.count]).toEqual([200, digits.test?.count]);
    const untested = { name, classes, train: examples };
    const split = await loadDataset([untested, untested], { testFraction: 0.5 });
    expect(split.train.count + (split.test?.count ?? 0)).toBe(200);
    const { history } = await train({ data: ["synthetic", digits], limit: 256, epochs: 1, evaluateEvery: 0 });
    expect(history.losses).toHaveLength(2);
  });

  it.each<[string, OwnData, string]>([
    [
      "sizes",
      own("b", 2, { train: { images: new Uint8Array(6), labels: [0, 1] } }),
      "data of several sources takes images of one size, but a has images of 2, and b of 3",
    ],
    [
      "classes",
      own("b", 2, { classes: 3 }),
      "data of several sources takes the same classes, but a has the classes 0 to 1, and b the classes 0 to 2",
    ],
    [
      "classes by their names",
      own("b", 2, { classNames: ["x", "y"] }),
      "data of several sources takes the same classes, but a has the classes 0 to 1, and b the classes x, y",
    ],
  ])("of other %s are refused", async (_, other, message) => {
    await expect(loadDataset([own("a", 2), own("a", 1), other])).rejects.toThrow(new DigitrainError(message));
  });

  it("of which one isn't there are refused as that one is", async () => {
    await expect(loadDataset(["synthetic", "nowhere"])).rejects.toThrow('there is no "nowhere"');
  });

  it("of which there are none are refused", async () => {
    await expect(loadDataset([])).rejects.toThrow(
      new OptionError("data takes at least one source, got none"),
    );
  });
});
