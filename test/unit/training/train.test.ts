import { jest } from "@jest/globals";
import type { Dataset, Examples } from "../../../ts/data/dataset.js";
import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import { Model } from "../../../ts/model/model.js";
import type { EpochEvent, StartEvent, StepEvent } from "../../../ts/training/events.js";
import type { TrainOptions } from "../../../ts/training/options.js";
import { loadCore } from "../../../ts/core/core.js";
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
    expect(history).toEqual({ losses: new Float32Array(), epochs: [] });
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

describe("a run that ends early", () => {
  /** How many objects in the core a run makes and frees. */
  async function countFreed(run: () => Promise<unknown>): Promise<number> {
    const { CompressedExamples, Network, Trainer } = loadCore();
    const free = [CompressedExamples, Network, Trainer].map(({ prototype }) => jest.spyOn(prototype, "free"));
    await run();
    const freed = free.reduce((sum, { mock }) => sum + new Set(mock.contexts).size, 0);
    jest.restoreAllMocks();
    return freed;
  }
  const all = 4;

  it("has freed as much as one that doesn't", async () => {
    expect(await countFreed(() => train(small))).toBe(all);
    expect(await countFreed(() => train({ ...small, data: untested }))).toBe(all - 1);
    // The validation examples, and the network that the best epoch's takes the place of.
    const options = { ...small, validationFraction: 0.2, keepBest: true };
    expect(await countFreed(() => train(options))).toBe(all + 2);
  });

  it("has not begun where the signal is aborted already", async () => {
    const begun = jest.fn();
    const run = train({ ...small, signal: AbortSignal.abort("too late"), onStart: begun });
    await expect(run).rejects.toBe("too late");
    expect(begun).not.toHaveBeenCalled();
  });

  it.each(["onStart", "onStep", "onEpoch"])(
    "by an abort in %s: with the signal's reason",
    async (callback) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const calls = jest.fn(() => {
        controller.abort(reason);
      });
      const options = {
        ...small,
        epochs: 1_000_000,
        logEvery: 1,
        signal: controller.signal,
        [callback]: calls,
      };
      expect(await countFreed(() => expect(train(options)).rejects.toBe(reason))).toBe(all);
    },
  );

  it("by an abort in a callback that then never ends", async () => {
    const controller = new AbortController();
    const onEpoch = () => {
      controller.abort("enough");
      return new Promise(() => undefined);
    };
    await expect(train({ ...small, signal: controller.signal, onEpoch })).rejects.toBe("enough");
  });

  it("by an abort from elsewhere: with an AbortError", async () => {
    const controller = new AbortController();
    const run = train({ ...small, epochs: 1_000_000, signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 20);
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each(["onStart", "onStep", "onEpoch"])("by an error in %s: with that error", async (callback) => {
    const error = new TypeError("the caller's own");
    const calls = jest.fn(() => {
      throw error;
    });
    const options = { ...small, [callback]: calls };
    expect(await countFreed(() => expect(train(options)).rejects.toBe(error))).toBe(all);
    expect(calls).toHaveBeenCalledTimes(1);
  });

  it("by a wrong option: with an OptionError", async () => {
    await expect(train({ ...small, epochs: -1 })).rejects.toThrow(OptionError);
  });

  it("by data that is not there", async () => {
    await expect(train({ data: "no/such/directory" })).rejects.toThrow(OptionError);
  });

  it("by a promise of data that is broken, or that is never kept", async () => {
    const error = new TypeError("the caller's own");
    await expect(train({ ...small, data: Promise.reject(error) })).rejects.toBe(error);
    const never = new Promise<Dataset>(() => undefined);
    const run = train({ ...small, data: never, signal: AbortSignal.timeout(100) });
    await expect(run).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("by a wrong option, whatever becomes of the data that was promised", async () => {
    const unhandled = jest.fn();
    process.on("unhandledRejection", unhandled);
    const broken = Promise.reject(new TypeError("the caller's own"));
    await expect(train({ data: broken, epochs: -1 })).rejects.toThrow(OptionError);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe("a run that diverges", () => {
  /** A linear model whose weights are all the same. */
  function modelOf(weight: number): Model {
    return new Model({
      layers: [INPUTS, CLASSES],
      outputActivation: "linear",
      loss: "mse",
      values: new Float32Array(INPUTS * CLASSES + CLASSES).fill(weight),
    });
  }

  it("ends at the step whose loss is infinite", async () => {
    const message = "the loss became infinite at epoch 0, step 0; try a learning rate lower than 0.1";
    const run = train({ data, initial: modelOf(1e30), learningRate: 0.1 });
    await expect(run).rejects.toThrow(new DigitrainError(message));
  });

  it("ends at the step whose loss is NaN, after telling of those before it", async () => {
    const steps: number[] = [];
    const run = train({
      ...small,
      learningRate: 1e12,
      logEvery: 1,
      onStep: ({ step }) => steps.push(step),
    });
    await expect(run).rejects.toThrow(
      /^the loss became (NaN|infinite) at epoch 0, step \d; try a learning rate lower than 1000000000000$/,
    );
    expect(steps.length).toBeGreaterThan(0);
  });

  it("ends at the evaluation that shows it", async () => {
    const message = "the test loss became infinite after epoch 0; try a learning rate lower than 1e+30";
    const run = train({ data, initial: modelOf(0.1), learningRate: 1e30, batchSize: 1000, epochs: 1 });
    await expect(run).rejects.toThrow(new DigitrainError(message));
  });

  it("gives no model that is not finite", async () => {
    const options = { data: untested, initial: modelOf(0.1), weightDecay: 1e3, batchSize: 1000, epochs: 1 };
    const message = "the network became infinite by the end of epoch 0; try a learning rate lower than 1e+38";
    await expect(train({ ...options, learningRate: 1e38 })).rejects.toThrow(new DigitrainError(message));
  });
});

describe("data that can't be used", () => {
  it.each<[string, Dataset, string]>([
    [
      "no training examples",
      { ...data, train: examplesOf(0, 1) },
      "spots has no training examples; at least one is needed",
    ],
    [
      "test examples of another size",
      { ...data, test: { ...examplesOf(4, 1), shape: [60], count: 2 } },
      "test examples have 60 numbers each, but the network takes 30",
    ],
    [
      "too few labels",
      { ...data, train: { ...data.train, labels: new Int32Array(5) } },
      "130 training examples of 30 numbers take 3900 numbers and 130 labels, got 3900 and 5",
    ],
    [
      "a wrong label",
      { ...data, classes: 2 },
      "training examples: the label of example 3 is 2, but there are only the classes 0 to 1",
    ],
    [
      "NaN",
      { ...data, test: { ...examplesOf(2, 1), images: new Float32Array(60).fill(NaN, 37) } },
      "test examples: number 7 of example 1 is NaN, but only finite numbers can be used",
    ],
  ])("%s", async (_, wrong, message) => {
    await expect(train({ ...small, data: wrong })).rejects.toThrow(new DigitrainError(message));
  });

  it("a network too large for it", async () => {
    await expect(train({ ...small, hidden: [65_535, 65_535] })).rejects.toThrow(
      /try smaller layers or batches$/,
    );
  });

  it("more steps than can be counted", async () => {
    const train5000: Examples = {
      images: new Uint8Array(5000),
      labels: new Int32Array(5000),
      count: 5000,
      shape: [1],
    };
    const options: TrainOptions = {
      data: { ...untested, train: train5000 },
      batchSize: 1,
      epochs: 1_000_000,
    };
    const message = "epochs times 5000 steps must be below 2^32, got 1000000 epochs";
    await expect(train(options)).rejects.toThrow(new OptionError(message));
  });
});
