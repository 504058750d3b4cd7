import { type Dataset, reportPage, resolveOptions, train, type TrainOptions } from "../../../ts/index.js";

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
    const options = { data, hidden: [3], epochs: 2, batchSize: 8, loss, augment: loss === "mse" };
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
    expect(page.includes("Augmented training images")).toBe(options.augment);
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

/** A run's page. */
async function pageOf(options: TrainOptions): Promise<string> {
  return reportPage({ ...(await train({ data, ...options })), data, options: resolveOptions(options) });
}

/** Where a chart's lines end: [x, y]. */
function endOf(page: string, look: string): number[] {
  const line = new RegExp(`<g class="${look}"><polyline points="[^"]* ([\\d.,]+)"/>`).exec(page)?.[1] ?? "";
  return line.split(",").map(Number);
}

test("a run with validation has a second curve in each chart, and its best epoch is marked", async () => {
  const page = await pageOf({
    hidden: [3],
    batchSize: 8,
    epochs: 9,
    learningRate: 1e-30,
    validationFraction: 0.2,
    earlyStopping: 2,
    keepBest: true,
  });
  expect(page).toContain(
    "<p>Stopped early, after 3 epochs. The best epoch was number 1, whose model this is.</p>",
  );
  expect(page.match(/<g class="second"><polyline points="[\d., ]+"\/><circle/g)).toHaveLength(2);
  expect(page.match(/>validation<\/text>/g)).toHaveLength(2);
  expect(page.match(/<line class="mark"/g)).toHaveLength(2);
  expect(page).toContain("32 training, 8 validation and 40 test examples");
  expect(page).toContain("<tr><th>earlyStopping</th><td>patience 2, minimumImprovement 0</td></tr>");
  expect(page).toContain("<th>validation loss<th>validation accuracy<th>test loss");
  expect(page.match(/<tr class="best"><td>1<\/td>/g)).toHaveLength(1);
  expect(page).toContain("<p>12 steps in ");
  expect(page).not.toMatch(/NaN|undefined|\[object/);
});

test("the page evaluates the images as the run saw them, and counts the data's own validation", async () => {
  // A bright border, as of paper.
  const paper = { ...examples, images: Uint8Array.from({ length: 640 }, (_, i) => (i % 16 === 5 ? 0 : 255)) };
  const given = { ...data, train: paper, test: paper, validation: examples };
  const options: TrainOptions = { data: given, hidden: [3], epochs: 1, ink: "light" };
  let used: Dataset = given;
  const result = await train({ ...options, onStart: (event) => (used = event.data) });
  const page = reportPage({ ...result, data: used, options: resolveOptions(options) });
  expect(page).toContain(`<strong>${(100 * (result.testAccuracy ?? NaN)).toFixed(2)}`);
  expect(page).toContain("40 training, 40 validation and 40 test examples");
});

test("a run that was stopped in an epoch is drawn as far as it came", async () => {
  const onStep: TrainOptions["onStep"] = ({ epoch, step, stop }) => {
    if (epoch === 1 && step === 0) stop();
  };
  const page = await pageOf({
    hidden: [3],
    batchSize: 1,
    epochs: 9,
    loss: "cross-entropy",
    logEvery: 1,
    onStep,
  });
  expect(page).toContain("<p>Stopped after 1 epoch and 1 step.</p>");
  // The last mean is that of the one step behind the first epoch's 40: it ends at 40.5 of 41 steps, at epoch 1.01.
  const [x = 0] = endOf(page, "line");
  expect(x).toBeGreaterThan(400);
  expect(page).toContain("<p>40 steps in ");
  expect(page).not.toMatch(/NaN|undefined|Infinity|class="mark"/);
});

test("a run that was stopped in its first epoch has a page", async () => {
  const onStep: TrainOptions["onStep"] = ({ stop }) => {
    stop();
  };
  const page = await pageOf({ hidden: [3], batchSize: 1, epochs: 9, onStep });
  expect(page).toContain("<p>Stopped after 0 epochs and 1 step.</p>");
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});
