import { type EpochRecord, loadDataset, Model, train, type TrainOptions } from "../../ts/index.js";
import { parameterDifference, relativeDifference } from "./differences.js";
import { itWithShared, mnist, readReference, readReferenceJson } from "./shared.js";

/** What a trace.json holds: TensorFlow's run on the real MNIST. */
interface Trace {
  layers: number[];
  outputActivation: "linear" | "relu";
  loss: "mse" | "ce";
  learningRate: number;
  momentum: number;
  batchSize: number;
  shuffle: boolean;
  lossPerStep: number[][];
  testAccuracyPerEpoch: number[];
}

/** How close a run must come. The tolerances are twice and more what JAX differs from TensorFlow by. */
interface Tolerance {
  /** Relative, of each step's loss, epoch by epoch; from there on the run is chaotic. */
  losses: number[];
  accuracy: number;
  /** Absolute, of each final weight and bias, where the run is not chaotic. */
  weights?: number;
}

const RUNS: Record<string, Tolerance> = {
  "seed-program": { losses: Array<number>(10).fill(2e-5), accuracy: 0.0002, weights: 1e-5 },
  "seed-prose": { losses: [1e-5, 1e-5], accuracy: 0.0002, weights: 1e-5 },
  "cross-entropy-momentum": { losses: [1e-5, 1e-3], accuracy: 0.005 },
};

function optionsOf(trace: Trace): TrainOptions {
  const { layers, outputActivation, learningRate, momentum, batchSize, shuffle, lossPerStep } = trace;
  const hidden = layers.slice(1, -1);
  const loss = trace.loss === "ce" ? "cross-entropy" : "mse";
  return {
    hidden,
    outputActivation,
    loss,
    learningRate,
    momentum,
    batchSize,
    shuffle,
    epochs: lossPerStep.length,
  };
}

describe("the real MNIST, as TensorFlow learns it", () => {
  itWithShared.each(Object.entries(RUNS))(
    "%s",
    async (run, tolerance) => {
      const trace = readReferenceJson(run, "trace.json") as Trace;
      const initial = Model.fromSafetensors(readReference(run, "initial.safetensors"));
      const data = await loadDataset(mnist);
      const { history, model } = await train({ ...optionsOf(trace), data, initial });

      expect(history.losses).toHaveLength(trace.lossPerStep.flat().length);
      const steps = history.losses.length / history.epochs.length;
      for (const [epoch, allowed] of tolerance.losses.entries()) {
        const losses = history.losses.subarray(epoch * steps, (epoch + 1) * steps);
        expect(relativeDifference(losses, trace.lossPerStep[epoch] ?? [])).toBeLessThan(allowed);
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
