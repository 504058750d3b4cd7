import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Model, train, type TrainOptions } from "../../ts/index.js";
import { parameterDifference, relativeDifference } from "./differences.js";

/** What scripts/reference/make-fixture.py records of a run in JAX. */
interface Trace {
  options: TrainOptions;
  losses: number[];
  testLoss: number[];
  testAccuracy: number[];
}

const directory = join(import.meta.dirname, "../fixtures/reference");
const read = (name: string) => readFileSync(join(directory, name));
const traces = JSON.parse(read("traces.json").toString()) as Record<string, Trace>;
const initial = Model.fromSafetensors(read("initial.safetensors"));

describe("a small network agrees with JAX", () => {
  it.each(Object.entries(traces))("%s", async (name, { options, losses, testLoss, testAccuracy }) => {
    const data = join(directory, "data.npz");
    const { history, model } = await train({ ...options, data, initial });
    const { epochs } = history;
    expect(relativeDifference(history.losses, losses)).toBeLessThan(1e-5);
    expect(
      relativeDifference(
        epochs.map((epoch) => epoch.testLoss ?? NaN),
        testLoss,
      ),
    ).toBeLessThan(1e-5);
    expect(epochs.map((epoch) => epoch.testAccuracy)).toEqual(testAccuracy);
    const final = Model.fromSafetensors(read(`${name}.safetensors`));
    expect(parameterDifference(model.parameters, final.parameters)).toBeLessThan(1e-5);
    // The runs are no use as a test unless they change the weights by far more than that.
    expect(parameterDifference(initial.parameters, final.parameters)).toBeGreaterThan(1e-2);
  });
});
