import type { Dataset } from "../../../ts/data/dataset.js";
import { DigitrainError } from "../../../ts/base/errors.js";
import { Model } from "../../../ts/model/model.js";
import type { EpochEvent, StartEvent, StepEvent } from "../../../ts/training/events.js";
import type { TrainOptions } from "../../../ts/training/options.js";
import { train } from "../../../ts/training/train.js";
import { CLASSES, data, examplesOf, INPUTS, small } from "./spots.js";

const untested: Dataset = { name: "spots", classes: CLASSES, train: data.train };

/** A model's parameters alone: its file also says how they came about. */
function weightsOf({ parameters }: Model): number[] {
  return [...parameters.values()].flatMap(({ values }) => [...values]);
}

async function bitsOf(options: TrainOptions): Promise<number[]> {
  return weightsOf((await train({ ...small, ...options })).model);
}

describe("a run", () => {
  it("learns", async () => {
    const { history, model } = await train({
      ...small,
      recipe: "fast",
      hidden: [16, 8],
      epochs: 40,
      initialStandardDeviation: 0.3,
    });
    expect(history.epochs.at(-1)?.testAccuracy).toBeGreaterThan(0.9);
    expect(model.loss).toBe("cross-entropy");
  });

  it("tells what it does, in order", async () => {
    const events: [string, StartEvent | StepEvent | EpochEvent][] = [];
    const { history, model, runtime } = await train({
      ...small,
      logEvery: 2,
      onStart: (event) => events.push(["start", event]),
      onStep: (event) => events.push(["step", event]),
      onEpoch: (event) => events.push(["epoch", { ...event }]),
    });
    const epoch = ["step", "step", "step", "epoch"];
    expect(events.map(([name]) => name)).toEqual(["start", ...epoch, ...epoch, ...epoch]);
    const [start, ...others] = events.map(([, event]) => event);
    expect(start).toMatchObject({ data, network: [INPUTS, 9, 5, CLASSES], runtime, stepsPerEpoch: 5 });
    expect((start as StartEvent).options).toMatchObject({ hidden: [9, 5], epochs: 3, recipe: "tutorial" });
    expect(history.losses).toHaveLength(15);
    const steps = others.filter((event): event is StepEvent => "step" in event);
    expect(steps.map(({ epoch, step }) => [epoch, step])).toEqual(
      [0, 1, 2].flatMap((e) => [0, 2, 4].map((s) => [e, s])),
    );
    for (const { epoch, step, loss } of steps) expect(loss).toBe(history.losses[epoch * 5 + step]);
    const epochs = others.filter((event): event is EpochEvent => "meanLoss" in event);
    expect(epochs).toMatchObject(history.epochs);
    expect(epochs).toHaveLength(3);
    expect(model.layers).toEqual([INPUTS, 9, 5, CLASSES]);
  });

  it("records each epoch: seconds, mean loss, and how the model does on the test examples", async () => {
    const { history, model } = await train(small);
    history.epochs.forEach(({ epoch, seconds, meanLoss }, i) => {
      const losses = Array.from(history.losses.subarray(i * 5, i * 5 + 5));
      expect(epoch).toBe(i);
      expect(seconds).toBeGreaterThan(0);
      expect(meanLoss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss) / 5, 6);
    });
    const { loss, accuracy } = model.evaluate(examplesOf(70, 2));
    expect(history.epochs[2]?.testLoss).toBeCloseTo(loss, 6);
    expect(history.epochs[2]?.testAccuracy).toBe(accuracy);
  });

  it.each([
    [0, [false, false, false]],
    [1, [true, true, true]],
    [2, [false, true, true]],
    [9, [false, false, true]],
  ])("evaluates every %d epochs", async (evaluateEvery, expected) => {
    const { history } = await train({ ...small, evaluateEvery });
    expect(history.epochs.map((epoch) => "testLoss" in epoch && "testAccuracy" in epoch)).toEqual(expected);
  });

  it("evaluates nothing where there are no test examples", async () => {
    const empty = { ...data, test: { ...examplesOf(0, 1), count: 0 } };
    for (const without of [untested, empty]) {
      const { history } = await train({ ...small, data: without });
      expect(history.epochs.some((epoch) => "testLoss" in epoch)).toBe(false);
    }
  });

  it("leaves a model that says how it was trained", async () => {
    const { model } = await train({ ...small, limit: 100, threads: 1, logEvery: 7 });
    const { training } = Model.fromSafetensors(model.toSafetensors());
    expect(training).toMatchObject({ data: "spots", examples: 100, epochs: 3 });
    expect(training?.options).toMatchObject({
      recipe: "tutorial",
      learningRate: 0.1,
      batchSize: 32,
      limit: 100,
    });
    expect(training?.options).not.toHaveProperty("threads");
    const { model: later } = await train({ ...small, epochs: 1, initial: model });
    expect(later.training).toMatchObject({ examples: 130, epochs: 1, before: training });
    const epochs: (number | undefined)[] = [];
    await train({ ...small, onEpoch: ({ model: { training } }) => epochs.push(training?.epochs) });
    expect(epochs).toEqual([1, 2, 3]);
  });

  it("of no epochs trains nothing", async () => {
    const { model } = await train(small);
    const { model: same, history } = await train({ ...small, epochs: 0, initial: model });
    expect(history).toEqual({ losses: new Float32Array(), epochs: [], stepsPerEpoch: 5 });
    expect(weightsOf(same)).toEqual(weightsOf(model));
  });

  it("lets the event loop turn while it goes on", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await train({ ...small, epochs: 30 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

describe("what comes out depends on", () => {
  it("the seed", async () => {
    const bits = await bitsOf({ seed: 1 });
    expect(await bitsOf({ seed: 1 })).toEqual(bits);
    expect(await bitsOf({ seed: 2 })).not.toEqual(bits);
    expect(await bitsOf({ seed: 2 ** 53 - 1 })).not.toEqual(await bitsOf({ seed: 2 ** 53 - 2 }));
  });

  it("the seed alone where examples are shuffled and momentum is used", async () => {
    const options: TrainOptions = { recipe: "fast", deterministic: true };
    const bits = await bitsOf({ ...options, seed: 5 });
    expect(await bitsOf({ ...options, seed: 5 })).toEqual(bits);
    const { model: initial } = await train({ ...small, epochs: 0 });
    const shuffled = { ...options, initial };
    expect(await bitsOf({ ...shuffled, seed: 5 })).not.toEqual(await bitsOf({ ...shuffled, seed: 6 }));
  });

  it.each<TrainOptions>([
    { hidden: [9] },
    { outputActivation: "relu" },
    { loss: "cross-entropy" },
    { optimizer: "adam" },
    { learningRate: 0.05 },
    { schedule: "one-cycle" },
    { momentum: 0.5 },
    { weightDecay: 0.01 },
    { dropout: 0.1 },
    { augment: true },
    { batchSize: 31 },
    { epochs: 2 },
    { shuffle: true },
    { initialization: "he" },
    { initialStandardDeviation: 0.2 },
    { limit: 129 },
    { validationFraction: 0.1 },
  ])("%j", async (option) => {
    expect(await bitsOf(option)).not.toEqual(await bitsOf({}));
  });

  it("not on how it is watched", async () => {
    const watched = await bitsOf({ logEvery: 1, evaluateEvery: 0, onStep: () => undefined });
    expect(watched).toEqual(await bitsOf({}));
  });
});

describe("what it learns from", () => {
  it("is, with a limit, the first examples", async () => {
    const { images, labels, shape } = data.train;
    const first = {
      images: images.subarray(0, 50 * INPUTS),
      labels: labels.subarray(0, 50),
      count: 50,
      shape,
    };
    expect(await bitsOf({ limit: 50 })).toEqual(await bitsOf({ data: { ...data, train: first } }));
    expect(await bitsOf({ limit: 1000 })).toEqual(await bitsOf({}));
  });

  it("may be pixels, or the numbers that they stand for", async () => {
    const images = Float32Array.from(data.train.images, (pixel) => pixel / 255);
    const asNumbers = { ...untested, train: { ...data.train, images } };
    expect(await bitsOf({ data: asNumbers })).toEqual(await bitsOf({ data: untested }));
  });

  it("may be a caller's own arrays", async () => {
    const { images, labels } = data.train;
    const own = { train: { images, labels: Array.from(labels) }, classes: CLASSES };
    expect(await bitsOf({ data: own })).toEqual(await bitsOf({ data: untested }));
  });

  it("may be promised", async () => {
    const later = new Promise<Dataset>((resolve) => setTimeout(resolve, 100, data));
    expect(await bitsOf({ data: later })).toEqual(await bitsOf({ data }));
  });

  it("goes straight to the scores in the linear model", async () => {
    const { model } = await train({ ...small, hidden: [] });
    expect([...model.parameters.keys()]).toEqual(["w1", "b1"]);
    expect(model.parameters.get("w1")?.shape).toEqual([INPUTS, CLASSES]);
  });
});

describe("an initial model", () => {
  it("starts another run: two epochs are one and another one", async () => {
    const { model: initial } = await train({ ...small, epochs: 1 });
    const options = { ...small, hidden: [9, 5] };
    const { model } = await train({
      ...options,
      epochs: 1,
      initial: Model.fromSafetensors(initial.toSafetensors()),
    });
    expect(weightsOf(model)).toEqual(await bitsOf({ epochs: 2 }));
  });

  it("is left as it is", async () => {
    const { model: initial } = await train({ ...small, epochs: 0 });
    const before = initial.toSafetensors();
    const { model } = await train({ ...small, initial });
    expect(initial.toSafetensors()).toEqual(before);
    expect(model.toSafetensors()).not.toEqual(before);
  });

  it("hands its class names on, where the data has none", async () => {
    const named = { ...data, classNames: ["a", "b", "c"] };
    const { model: initial } = await train({ ...small, data: named, epochs: 0 });
    expect(initial.classNames).toEqual(named.classNames);
    expect((await train({ ...small, epochs: 0, initial })).model.classNames).toEqual(named.classNames);
    const other = { ...data, classNames: ["x", "y", "z"] };
    const { model } = await train({ ...small, data: other, epochs: 0, initial });
    expect(model.classNames).toEqual(other.classNames);
  });

  it("must be of the data's size", async () => {
    const initial = new Model({
      layers: [4, 9, 5, 2],
      outputActivation: "linear",
      loss: "mse",
      values: new Float32Array(4 * 9 + 9 + 50 + 12),
    });
    const message = "the initial model's layers are [4, 9, 5, 2], but the data makes them [30, 9, 5, 3]";
    await expect(train({ ...small, initial })).rejects.toThrow(new DigitrainError(message));
  });
});

describe("an epoch's model", () => {
  it("is a snapshot", async () => {
    const models: Model[] = [];
    const { model } = await train({ ...small, onEpoch: (event) => models.push(event.model, event.model) });
    expect(models[0]).toBe(models[1]);
    expect(models[0] && weightsOf(models[0])).toEqual(await bitsOf({ epochs: 1 }));
    expect(models.at(-1)?.toSafetensors()).toEqual(model.toSafetensors());
  });

  it("is gone when onEpoch is over, unless it was read", async () => {
    const events: EpochEvent[] = [];
    await train({ ...small, epochs: 1, onEpoch: (event) => events.push(event) });
    const message = "the model of epoch 0 is gone: read it while onEpoch is running";
    expect(() => events[0]?.model).toThrow(new DigitrainError(message));
  });
});
