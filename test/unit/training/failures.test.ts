import { jest } from "@jest/globals";
import type { Dataset, Examples } from "../../../ts/data/dataset.js";
import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import { Model } from "../../../ts/model/model.js";
import type { TrainOptions } from "../../../ts/training/options.js";
import { loadCore } from "../../../ts/core/core.js";
import { train } from "../../../ts/training/train.js";
import { CLASSES, data, examplesOf, INPUTS, small } from "./spots.js";

const untested: Dataset = { name: "spots", classes: CLASSES, train: data.train };

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
      "data.train.labels: the label at position 3 is 2, but labels are whole numbers from 0 to 1",
    ],
    [
      "NaN",
      { ...data, test: { ...examplesOf(2, 1), images: new Float32Array(60).fill(NaN, 37) } },
      "data.test.images: example 1 holds NaN at position 7, but numbers must be finite",
    ],
  ])("%s", async (_, wrong, message) => {
    await expect(train({ ...small, data: wrong })).rejects.toThrow(new DigitrainError(message));
  });

  it("is numbered as it was given, where a part is set aside for validation or comes of another source", async () => {
    const { images, labels } = data.train;
    const last = { labels: labels.with(-1, 7), images: Float32Array.from(images).with(-1, NaN) };
    const label =
      "data.train.labels: the label at position 129 is 7, but labels are whole numbers from 0 to 2";
    const number = "data.train.images: example 129 holds NaN at position 29, but numbers must be finite";
    for (const [part, message] of [
      [{ labels: last.labels }, label],
      [{ images: last.images }, number],
    ] as const) {
      const wrong = { ...data, train: { ...data.train, ...part } };
      const run = train({ ...small, data: wrong, validationFraction: 0.2 });
      await expect(run).rejects.toThrow(new DigitrainError(message));
      await expect(train({ ...small, data: [data, wrong] })).rejects.toThrow(new DigitrainError(message));
    }
  });

  it("tells what can't be augmented, and how to leave it", async () => {
    const rows = {
      ...data,
      train: { ...data.train, shape: [INPUTS] },
      test: { ...data.train, shape: [INPUTS] },
    };
    await expect(train({ ...small, data: rows, augment: true })).rejects.toThrow(
      new DigitrainError(
        "augment changes images of the shape [height, width], but the examples of spots have [30]; use augment: false (--no-augment)",
      ),
    );
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
