import { type Dataset, loadDataset, train } from "../../../ts/index.js";
import { Actions, type Surroundings } from "../../../ts/demo/actions.js";
import { createState, epochsOver } from "../../../ts/demo/state.js";
import { en } from "../../../ts/demo/words/en.js";
import type { Store } from "../../../ts/demo/store.js";

const images = Uint8Array.from({ length: 60 * 784 }, (_, i) => (i * 37) % 256);
const labels = Array.from({ length: 60 }, (_, i) => i % 10);
let dataset: Dataset;
beforeAll(async () => {
  const examples = { images, labels };
  dataset = await loadDataset({ name: "tiny", classes: 10, train: examples, test: examples });
});

function memory(): Store {
  const kept = new Map<string, unknown>();
  return {
    read: (name) => Promise.resolve(kept.get(name)),
    write: (name, value) => Promise.resolve(void kept.set(name, structuredClone(value))),
  };
}

const noMirror = "no server has it; name its place";

/** A page without a browser. */
async function page(more: Partial<Surroundings> = {}, hash = "") {
  const actions = new Actions(createState("en", en), {
    train,
    sources: {
      named: (name) => (name === "mnist" ? Promise.reject(new Error(noMirror)) : Promise.resolve(dataset)),
      served: () => Promise.resolve(dataset),
      files: () => Promise.reject(new Error("a.txt is no picture")),
    },
    served: () => Promise.resolve({ sets: [] }),
    store: memory(),
    ...more,
  });
  await actions.begin(hash);
  await actions.data.load().catch(() => undefined);
  const { state } = actions;
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await until(() => state.model.value !== undefined);
  return { actions, state, until };
}

const stroke = [
  { x: 0.5, y: 0.2 },
  { x: 0.5, y: 0.8 },
];

describe("the page's actions", () => {
  it("begin with an untrained network and an example, which gives way to one's own drawing", async () => {
    const { actions, state } = await page();
    expect(state.run.value).toBeUndefined();
    expect(state.isExample.value).toBe(true);
    expect(state.seen.value?.label).toBe(3);
    actions.beginStroke(stroke.slice(0, 1));
    actions.extendStroke(stroke.slice(1));
    actions.endStroke();
    expect(state.strokes.value).toEqual([stroke]);
    expect(state.seen.value?.input).toHaveLength(784);
    expect(state.seen.value?.label).toBeUndefined();
    expect(state.reading.value?.scores).toHaveLength(10);
    actions.undo();
    expect(state.reading.value).toBeUndefined();
  });

  it("train: the run's own recipe, figures, curve and mistakes are shown", async () => {
    const { actions, state, until } = await page({}, "#recipe=tutorial&epochs=3&batchSize=16");
    actions.run.toggle();
    await until(() => state.phase.value === "finished" && state.examination.value !== undefined);
    expect(state.run.value).toMatchObject({ data: "tiny", layers: [784, 256, 128, 10], stepsPerEpoch: 4 });
    expect(state.run.value?.options).toMatchObject({ recipe: "tutorial", epochs: 3 });
    expect(state.figures.value).toMatchObject({ epoch: 2, step: 3, images: 180 });
    expect(state.losses.value[0]).toHaveLength(12);
    expect(state.accuracies.value.map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(state.examination.value?.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(state.startModel.value).not.toBe(state.model.value);
    // A new run begins with nothing of the old one.
    actions.run.step();
    await until(() => state.phase.value === "paused");
    expect(state.examination.value).toBeUndefined();
    expect(state.accuracies.value).toEqual([]);
    actions.run.reset();
    expect(state.run.value).toBeUndefined();
    expect(state.figures.value).toBeUndefined();
  });

  it("name what the program reached by what was changed when its run began, at full speed", async () => {
    const { actions, state, until } = await page();
    actions.setSpeed("slower");
    actions.tryOut("tutorial", { epochs: "2", batchSize: "16" });
    expect(state.speed.value).toBe("full");
    await until(() => state.phase.value !== "starting");
    actions.change("momentum", "0.9");
    await until(() => state.phase.value === "finished");
    expect(state.trials.value).toMatchObject([{ data: "tiny", changed: { epochs: "2", batchSize: "16" } }]);
    // What goes on from a model is no trial of the program.
    actions.startFrom("model");
    actions.run.toggle();
    await until(() => state.phase.value === "starting");
    await until(() => state.phase.value === "finished");
    expect(state.trials.value).toHaveLength(1);
  });

  it("examine the last model of a run, however short its epochs are, and say of which epoch it is", async () => {
    const { actions, state, until } = await page({}, "#epochs=9&batchSize=60");
    actions.run.toggle();
    await until(() => state.examination.value?.epochs === 9);
    expect(state.examination.value?.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(60);
    actions.run.reset();
    expect(state.examination.value).toBeUndefined();
  });

  it("tell of a run that fails, and not that a reload ended it", async () => {
    const store = memory();
    const diverging = "#recipe=tutorial&learningRate=1e30&epochs=3&batchSize=16";
    const { actions, state, until } = await page({ store }, diverging);
    await actions.useFiles([new File(["?"], "a.txt")]);
    expect(state.dataRemark.value?.kind).toBe("failed");
    actions.run.toggle();
    await until(() => state.problem.value !== "");
    expect(state.problem.value).toMatch(/learning rate|learningRate/);
    await until(() => state.phase.value === "idle");
    const after = await page({ store });
    expect(after.state.wasCut.value).toBe(false);
  });

  it("keep a drawing that is said to be a digit, and none that is only supposed to be one", async () => {
    const { actions, state } = await page();
    actions.beginStroke(stroke);
    actions.endStroke();
    actions.suppose(7);
    expect(state.supposedLabel.value).toBe(7);
    expect(state.seen.value?.label).toBeUndefined();
    expect(state.ownDigits.value).toEqual([]);
    actions.say(1);
    expect(state.seen.value?.label).toBe(1);
    expect(state.ownDigits.value).toMatchObject([{ label: 1 }]);
    for (const digit of state.ownDigits.value) actions.forgetDigit(digit);
    expect(state.drawnLabel.value).toBeUndefined();
  });

  it("begin another drawing after one that was kept, and go on with one that wasn't", async () => {
    const { actions, state } = await page();
    const draw = () => {
      actions.beginStroke(stroke);
      actions.endStroke();
    };
    draw();
    draw();
    expect(state.strokes.value).toHaveLength(2);
    actions.say(4);
    draw();
    expect(state.strokes.value).toHaveLength(1);
    actions.say(1);
    expect(state.ownDigits.value.map(({ label }) => label)).toEqual([4, 1]);
  });

  it("know which of the user's digits a run learns from, over a reload, too", async () => {
    const store = memory();
    const { actions, state, until } = await page({ store }, "#epochs=1&batchSize=16");
    const keep = (label: number) => {
      actions.beginStroke(stroke);
      actions.endStroke();
      actions.say(label);
    };
    const changeIn = ({ ownChange }: typeof state) => ownChange.value;
    keep(1);
    actions.run.toggle();
    await until(() => state.phase.value === "finished");
    expect(changeIn(state)).toEqual({ isMore: false, isLess: false });
    const { state: reloaded } = await page({ store });
    expect(reloaded.run.value?.own).toHaveLength(1);
    expect(changeIn(reloaded)).toEqual({ isMore: false, isLess: false });
    keep(7);
    expect(changeIn(state)).toEqual({ isMore: true, isLess: false });
    for (const digit of state.ownDigits.value) actions.forgetDigit(digit);
    expect(changeIn(state)).toEqual({ isMore: false, isLess: true });
  });

  it("count the images that a run trains on", async () => {
    const { actions, state, until } = await page({}, "#epochs=1&batchSize=16&validationFraction=0.5");
    actions.run.toggle();
    await until(() => state.phase.value === "finished");
    expect(state.figures.value?.images).toBe(30);
  });

  it("draw the example before one's eyes, until somebody draws", async () => {
    const { actions, state } = await page();
    actions.clear();
    const points = Array.from({ length: 10 }, (_, i) => ({ x: i / 10, y: 0.5 }));
    actions.replay({ strokes: [points.slice(0, 4), points.slice(4)], label: 1 }, true);
    expect(state.strokes.value.flat()).toHaveLength(1);
    while (state.strokes.value.flat().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(state.seen.value?.label).toBeUndefined();
    actions.beginStroke([{ x: 0.1, y: 0.1 }]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(state.strokes.value).toEqual([[{ x: 0.1, y: 0.1 }]]);
  });

  it("leave the example where somebody draws just before its end", async () => {
    const { actions, state } = await page();
    actions.clear();
    const points = Array.from({ length: 10 }, (_, i) => ({ x: i / 10, y: 0.5 }));
    actions.replay({ strokes: [points], label: 1 }, true);
    while (state.strokes.value.flat().length < 9) await new Promise((resolve) => setTimeout(resolve, 5));
    actions.beginStroke([{ x: 0.1, y: 0.1 }]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(state.strokes.value).toEqual([[{ x: 0.1, y: 0.1 }]]);
    expect(state.isExample.value).toBe(false);
  });

  it("film what the drawing is taken for, from the first guess on", async () => {
    const { actions, state, until } = await page({}, "#epochs=2&batchSize=16");
    actions.run.toggle();
    await until(() => state.phase.value === "finished");
    const [first] = state.film.value;
    expect(first).toMatchObject({ images: 0, seconds: 0 });
    expect(state.film.value.at(-1)?.label).toBe(state.reading.value?.label);
    // To say what the drawing is changes nothing that was filmed.
    const { value } = state.film;
    actions.say(3);
    expect(state.seen.value?.label).toBe(3);
    expect(state.film.value).toEqual(value);
    actions.clear();
    expect(state.film.value).toEqual([]);
  });

  it("start nothing while a setting is wrong", async () => {
    const { actions, state } = await page();
    actions.change("learningRate", "-1");
    expect(state.chosen.value.problems.learningRate).toBe("takes a number above 0, got -1");
    actions.run.toggle();
    expect(state.phase.value).toBe("idle");
    expect(state.complaint.value).toBe(state.words.value.settingIsWrong);
    actions.restore("learningRate");
    expect(state.complaint.value).toBe("");
  });

  it("keep seed and threads when the recipe is changed, and nothing else", async () => {
    const { actions, state } = await page();
    actions.change("seed", "5");
    actions.change("epochs", "2");
    actions.choose("tutorial");
    expect(state.changed.value).toEqual({ seed: "5" });
    expect(actions.address).toBe("recipe=tutorial&seed=5");
  });

  it("say why data can't be had, and what would do", async () => {
    const { actions, state } = await page();
    expect(state.dataName.value).toBe("synthetic");
    await actions.data.choose("mnist");
    expect(state.dataRemark.value?.kind).toBe("failed");
    // It is said beside the data, and nowhere else.
    actions.run.toggle();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(state.complaint.value).toBe("");
    expect(state.dataRemark.value?.text(en)).toBe(
      "MNIST could not be had: drop its four files here. (No server has it)",
    );
    await actions.useFiles([new File(["?"], "a.txt")]);
    expect(state.dataRemark.value?.text(en)).toBe("These files are no data: a.txt is no picture");
  });

  it("keep the run over a reload, and say that one was cut off", async () => {
    const store = memory();
    const first = await page({ store }, "#epochs=2&batchSize=16&seed=3");
    first.actions.run.toggle();
    await first.until(() => first.state.phase.value === "finished");
    await first.until(() => first.state.examination.value !== undefined);
    const { state, until } = await page({ store });
    expect(state.run.value).toEqual(first.state.run.value);
    expect(state.figures.value).toEqual(first.state.figures.value);
    expect(state.losses.value).toEqual(first.state.losses.value);
    expect(state.changed.value).toEqual({ epochs: "2", batchSize: "16", seed: "3" });
    expect(state.wasCut.value).toBe(false);
    await until(() => state.examination.value !== undefined);
    expect(state.examination.value?.epochs).toBe(2);
    expect(state.examination.value?.confusion).toEqual(first.state.examination.value?.confusion);

    const begun = await page({ store }, "#epochs=50&batchSize=1");
    begun.actions.run.toggle();
    await begun.until(() => begun.state.phase.value === "running");
    expect(begun.state.accuracies.value).toEqual([]);
    const after = await page({ store });
    expect(after.state.run.value?.options.batchSize).toBe(1);
    expect(after.state.wasCut.value).toBe(true);
    expect(epochsOver(after.state.run.value, after.state.figures.value)).toBe(0);
    begun.actions.run.reset();

    const third = await page({ store }, "#epochs=50&batchSize=16");
    third.actions.run.toggle();
    await third.until(() => third.state.phase.value === "running" && third.state.accuracies.value.length > 1);
    const fourth = await page({ store });
    expect(fourth.state.wasCut.value).toBe(true);
    expect(epochsOver(fourth.state.run.value, fourth.state.figures.value)).toBeGreaterThan(1);
    third.actions.run.reset();
  });

  it("open a model in the place of a run's, and tell of a file that is none", async () => {
    const { actions, state } = await page();
    const bytes = state.model.value?.toSafetensors() ?? new Uint8Array();
    await actions.useFiles([new File([Uint8Array.from(bytes)], "mine.safetensors")]);
    expect(state.run.value).toMatchObject({ file: "mine.safetensors", layers: [784, 256, 128, 10] });
    expect(state.startsFrom.value).toBe("model");
    expect(state.announcement.value).toBe("mine.safetensors is open");
    await actions.useFiles([new File([Uint8Array.from(bytes.subarray(0, 100))], "broken.safetensors")]);
    expect(state.problem.value).toMatch(/^broken.safetensors/);
  });
});
