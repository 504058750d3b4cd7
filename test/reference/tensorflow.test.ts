import { type EpochRecord, loadDataset, Model, train, type TrainOptions } from "../../ts/index.js";
import { parameterDifference, relativeDifference } from "./differences.js";
import { itWithShared, mnist, readReference, readReferenceJson } from "./shared.js";

/** What a trace.json holds: a run on the real MNIST, of TensorFlow or, with Adam, in float64. */
interface Trace {
  layers: number[];
  outputActivation: "linear" | "relu";
  loss: "mse" | "ce";
  optimizer?: string;
  learningRate: number;
  weightDecay?: number;
  momentum: number;
  batchSize: number;
  shuffle: boolean;
  lossPerStep: number[][];
  testAccuracyPerEpoch: number[];
}

/** How close a run must come. The tolerances are twice and more what JAX differs from TensorFlow by. */
interface Tolerance {
  /** Of so many steps from the first, each step's loss, relatively; from there on the run is chaotic. */
  losses: Record<number, number>;
  accuracy: number;
  /** Absolute, of each final weight and bias, where the run is not chaotic. */
  weights?: number;
}

const RUNS: Record<string, Tolerance> = {
  "seed-program": { losses: { 4690: 2e-5 }, accuracy: 0.0002, weights: 1e-5 },
  "seed-prose": { losses: { 938: 1e-5 }, accuracy: 0.0002, weights: 1e-5 },
  "cross-entropy-momentum": { losses: { 469: 1e-5, 938: 1e-3 }, accuracy: 0.005 },
  // Adam divides by small numbers: programs in float32 soon differ.
  adam: { losses: { 10: 1e-5, 20: 5e-5 }, accuracy: 0.01 },
  "adam-decay": { losses: { 10: 1e-5, 100: 5e-5 }, accuracy: 0.01 },
};

function optionsOf(trace: Trace): TrainOptions {
  const { layers, outputActivation, learningRate, momentum, batchSize, shuffle, lossPerStep } = trace;
  const optimizer = trace.optimizer?.startsWith("adam") ? "adam" : "sgd";
  const hidden = layers.slice(1, -1);
  const loss = trace.loss === "ce" ? "cross-entropy" : "mse";
  return {
    hidden,
    outputActivation,
    loss,
    optimizer,
    learningRate,
    momentum,
    weightDecay: trace.weightDecay ?? 0,
    batchSize,
    shuffle,
    epochs: lossPerStep.length,
  };
}

describe("the real MNIST, as TensorFlow and float64 learn it", () => {
  itWithShared.each(Object.entries(RUNS))(
    "%s",
    async (run, tolerance) => {
      const trace = readReferenceJson(run, "trace.json") as Trace;
      const initial = Model.fromSafetensors(readReference(run, "initial.safetensors"));
      const data = await loadDataset(mnist);
      const { history, model } = await train({ ...optionsOf(trace), data, initial });

      expect(history.losses).toHaveLength(trace.lossPerStep.flat().length);
      for (const [steps, allowed] of Object.entries(tolerance.losses)) {
        const losses = history.losses.subarray(0, Number(steps));
        const expected = trace.lossPerStep.flat().slice(0, Number(steps));
        expect(relativeDifference(losses, expected)).toBeLessThan(allowed);
      }
      expectAccuracy(history.epochs, trace.testAccuracyPerEpoch, tolerance.accuracy);
      if (tolerance.weights !== undefined) {
        const final = Model.fromSafetensors(readReference(run, "final.safetensors"));
        expect(parameterDifference(model.parameters, final.parameters)).toBeLessThan(tolerance.weights);
      }
    },
    120_000,
  );
});

/** Each epoch's accuracy within a tolerance, and what rounding to float64 adds to it. */
function expectAccuracy(
  epochs: readonly EpochRecord[],
  expected: readonly number[],
  tolerance: number,
): void {
  expect(epochs).toHaveLength(expected.length);
  for (const { epoch, testAccuracy } of epochs) {
    const difference = Math.abs((testAccuracy ?? NaN) - (expected[epoch] ?? NaN));
    expect(difference).toBeLessThanOrEqual(tolerance + 1e-9);
  }
}
