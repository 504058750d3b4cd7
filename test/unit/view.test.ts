import fc from "fast-check";
import {
  classMetrics,
  type Dataset,
  imageOf,
  Model,
  reportPage,
  resolveOptions,
  train,
} from "../../ts/index.js";

const labels = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })));

test("precision and recall are what counting one by one gives", () => {
  fc.assert(
    fc.property(labels, (pairs) => {
      const confusion = Array.from({ length: 4 }, (_, label) =>
        Array.from(
          { length: 4 },
          (_, predicted) => pairs.filter(([a, b]) => a === label && b === predicted).length,
        ),
      );
      classMetrics(confusion).forEach(({ count, precision, recall }, label) => {
        const ofClass = pairs.filter(([is]) => is === label);
        const taken = pairs.filter(([, as]) => as === label);
        const right = ofClass.filter(([, as]) => as === label).length;
        expect(count).toBe(ofClass.length);
        expect(precision).toBe(taken.length ? right / taken.length : undefined);
        expect(recall).toBe(ofClass.length ? right / ofClass.length : undefined);
      });
    }),
  );
});

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

test("examples of other shapes than images are none", () => {
  const examples = { images: Float32Array.of(-1, 0, 1, 3), labels: Int32Array.of(0), count: 1 };
  expect(imageOf({ ...examples, shape: [4] }, 0)).toBeUndefined();
  expect(imageOf({ ...examples, shape: [2, 1, 2] }, 0)).toBeUndefined();
  expect(imageOf({ ...examples, shape: [2, 2] }, 0)).toEqual({
    width: 2,
    height: 2,
    pixels: Uint8Array.of(0, 64, 128, 255),
  });
});

/** 40 images of 4 by 4 pixels in classes with names that HTML must not take for its own. */
const examples = {
  images: Uint8Array.from({ length: 640 }, (_, i) => (i * 37) % 256),
  labels: Int32Array.from({ length: 40 }, (_, i) => i % 2),
  count: 40,
  shape: [4, 4],
};
const data: Dataset = {
  name: '<b>own & "data"</b>',
  classes: 2,
  classNames: ["<script>", "b"],
  train: examples,
  test: examples,
};

test.each(["mse", "cross-entropy"] as const)(
  "the page about a run of %s is whole and loads nothing",
  async (loss) => {
    const options = { data, hidden: [3], epochs: 2, batchSize: 8, loss };
    const page = reportPage({ ...(await train(options)), data, options: resolveOptions(options) });
    expect(page).toContain("<h1>&#60;b&#62;own &#38; &#34;data&#34;&#60;/b&#62;, 16-3-2</h1>");
    expect(page).not.toMatch(/<script|<b>|<link|@import/);
    const addresses = [...page.matchAll(/(?:src|href|url)\s*[=(]\s*"?([^")]*)/g)].map(
      ([, address]) => address,
    );
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) expect(address).toMatch(/^data:image\/png;base64,/);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    for (const tag of ["section", "table", "figure", "svg", "g", "td", "p", "text", "main"]) {
      expect(page.match(new RegExp(`<${tag}[ >]`, "g"))?.length).toBe(
        page.match(new RegExp(`</${tag}>`, "g"))?.length,
      );
    }
    expect(page.includes("published with the walk-through")).toBe(loss === "mse");
  },
);

test("a run of no epochs, without test examples, has a page too", async () => {
  const { name, classes, classNames, train: images } = data;
  const untested: Dataset = { name, classes, ...(classNames && { classNames }), train: images };
  const options = { data: untested, epochs: 0 };
  const page = reportPage({
    ...(await train(options)),
    data: untested,
    options: resolveOptions(options),
  });
  expect(page).toContain("There were no test examples.");
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});
