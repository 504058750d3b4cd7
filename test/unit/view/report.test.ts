import { type Dataset, reportPage, resolveOptions, train } from "../../../ts/index.js";

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

test("validation has curves of its own, and the best epoch is marked", async () => {
  const options = { data, hidden: [3], epochs: 3, batchSize: 8, validationFraction: 0.2, earlyStopping: 3 };
  const run = { ...(await train(options)), data, options: resolveOptions(options) };
  const page = reportPage(run);
  expect(page).toContain(`best: epoch ${run.bestEpoch ?? ""}`);
  expect(page.match(/other-line-and-dots">/g)).toHaveLength(4);
  expect(page).toContain("32 training, 8 validation, and 40 test examples");
  expect(page).toContain("<th>validation loss<th>validation accuracy");
  expect(page).toContain("<th>earlyStopping</th><td>patience 3, minimumImprovement 0</td>");
  expect(page).not.toMatch(/NaN|undefined|\[object/);
});

test("a run that was stopped in its first epoch has a page", async () => {
  const options = { data, hidden: [3], batchSize: 8, logEvery: 1 };
  const stopped = await train({
    ...options,
    onStep: ({ stop }) => {
      stop();
    },
  });
  const page = reportPage({ ...stopped, data, options: resolveOptions({ hidden: [3], batchSize: 8 }) });
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});
