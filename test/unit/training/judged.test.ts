import type { Examples } from "../../../ts/data/dataset.js";
import { splitForValidation } from "../../../ts/data/split.js";
import type { Model } from "../../../ts/model/model.js";
import type { ExampleCounts, StartEvent } from "../../../ts/training/events.js";
import type { TrainOptions } from "../../../ts/training/options.js";
import { train } from "../../../ts/training/train.js";
import { data, examplesOf, small } from "./spots.js";

/** Labels that nothing tells: what is learned of them helps with no others. */
function withoutSense(examples: Examples): Examples {
  return { ...examples, labels: examples.labels.map((_, i) => i % 3) };
}
const senseless = { ...data, train: withoutSense(examplesOf(90, 3)), test: withoutSense(examplesOf(70, 4)) };
/** Its validation loss is least long before its last epoch. */
const overfitting: TrainOptions = {
  data: senseless,
  hidden: [40],
  loss: "cross-entropy",
  optimizer: "adam",
  learningRate: 0.01,
  batchSize: 32,
  epochs: 12,
  validationFraction: 0.3,
};

function valuesOf({ parameters }: Model): number[] {
  return [...parameters.values()].flatMap(({ values }) => [...values]);
}

describe("validation", () => {
  it("judges each epoch by examples that are never trained on", async () => {
    const limit = 120;
    const { images, labels, shape } = data.train;
    const used = {
      images: images.subarray(0, limit * 30),
      labels: labels.subarray(0, limit),
      count: limit,
      shape,
    };
    const { train: rest, validation } = await splitForValidation({ ...data, train: used }, 0.25);
    const { model, history } = await train({ ...small, limit, validationFraction: 0.25 });
    const other = await train({ ...small, data: { ...data, train: rest } });
    expect(valuesOf(model)).toEqual(valuesOf(other.model));
    expect(history.losses).toEqual(other.history.losses);
    const { loss, accuracy } = model.evaluate(validation);
    expect(history.epochs.at(-1)?.validationLoss).toBeCloseTo(loss, 6);
    expect(history.epochs.at(-1)?.validationAccuracy).toBe(accuracy);
    expect(model.training?.examples).toBe(rest.count);
  });

  it("judges by the data's own examples, where it has some", async () => {
    const validation = examplesOf(30, 5);
    const { model, history, bestEpoch } = await train({ ...small, data: { ...data, validation } });
    const { loss, accuracy } = model.evaluate(validation);
    expect(history.epochs.at(-1)?.validationLoss).toBeCloseTo(loss, 6);
    expect(history.epochs.at(-1)?.validationAccuracy).toBe(accuracy);
    const losses = history.epochs.map((record) => record.validationLoss ?? NaN);
    expect(bestEpoch).toBe(losses.indexOf(Math.min(...losses)));
  });

  it("is told of when the run starts", async () => {
    const counts: ExampleCounts[] = [];
    const onStart = (event: StartEvent) => counts.push(event.counts);
    await train({ ...small, epochs: 0, validationFraction: 0.1, onStart });
    await train({ ...small, epochs: 0, limit: 100, onStart });
    expect(counts).toEqual([
      { train: 117, validation: 13, test: 70 },
      { train: 100, test: 70 },
    ]);
  });

  it("happens after every epoch, however seldom the test examples are evaluated", async () => {
    const { history } = await train({ ...small, validationFraction: 0.1, evaluateEvery: 0 });
    expect(history.epochs.map((epoch) => "validationLoss" in epoch && !("testLoss" in epoch))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe("early stopping", () => {
  it("ends the run when patience is lost", async () => {
    const { history, stopped, bestEpoch } = await train({ ...overfitting, epochs: 100, earlyStopping: 3 });
    const losses = history.epochs.map(({ validationLoss }) => validationLoss ?? NaN);
    expect(bestEpoch).toBe(losses.indexOf(Math.min(...losses)));
    expect(losses).toHaveLength((bestEpoch ?? 0) + 4);
    expect(stopped).toEqual({ why: "early-stopping", epoch: losses.length - 1, step: 1 });
    expect(history.epochs.at(-1)).toHaveProperty("testAccuracy");
  });

  it("judges by the mean training loss where there is no validation", async () => {
    const earlyStopping = { patience: 2, minimumImprovement: 1000 };
    const { history, stopped, bestEpoch } = await train({ ...small, epochs: 9, earlyStopping });
    const losses = history.epochs.map(({ meanLoss }) => meanLoss);
    expect(stopped).toEqual({ why: "early-stopping", epoch: 2, step: 4 });
    expect(bestEpoch).toBe(losses.indexOf(Math.min(...losses)));
  });

  it("says that a run is finished whose patience would end with it", async () => {
    const earlyStopping = { patience: 2, minimumImprovement: 1000 };
    expect((await train({ ...small, earlyStopping })).stopped).toEqual({
      why: "finished",
      epoch: 2,
      step: 4,
    });
  });
});

describe("keepBest", () => {
  it.each([1, 5, 0])("gives the best epoch's model, where every %d are evaluated", async (evaluateEvery) => {
    const {
      model,
      history,
      bestEpoch = NaN,
      ...result
    } = await train({ ...overfitting, evaluateEvery, keepBest: true });
    expect(history.epochs).toHaveLength(12);
    expect(bestEpoch).toBeLessThan(11);
    const { model: expected } = await train({ ...overfitting, epochs: bestEpoch + 1 });
    expect(valuesOf(model)).toEqual(valuesOf(expected));
    expect(model.training?.epochs).toBe(bestEpoch + 1);
    const { loss, accuracy } = model.evaluate(senseless.test);
    expect(result.testAccuracy).toBe(evaluateEvery > 0 ? accuracy : undefined);
    if (evaluateEvery > 0) expect(result.testLoss).toBeCloseTo(loss, 5);
  });

  it("changes nothing but the model", async () => {
    const { history: with_, bestEpoch } = await train({ ...overfitting, keepBest: true });
    const { history: without, ...last } = await train(overfitting);
    expect(with_.losses).toEqual(without.losses);
    expect(last.bestEpoch).toBe(bestEpoch);
    expect(last.testAccuracy).toBe(without.epochs.at(-1)?.testAccuracy);
  });

  it("has nothing to keep in a run of no epochs", async () => {
    const { model: initial } = await train(small);
    const { model, bestEpoch } = await train({ ...small, epochs: 0, initial, keepBest: true });
    expect(valuesOf(model)).toEqual(valuesOf(initial));
    expect(bestEpoch).toBeUndefined();
  });
});
