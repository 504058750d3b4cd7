import { setTimeout as sleep } from "node:timers/promises";
import { jest } from "@jest/globals";
import type { TrainOptions } from "../../../ts/training/options.js";
import { train } from "../../../ts/training/train.js";
import { data, small } from "./spots.js";

/** 130 steps an epoch: more than the first calls of the core take. */
const long: TrainOptions = { ...small, batchSize: 1, learningRate: 0.01, logEvery: 1 };

/** Stops at a step; the run goes no further than to the end of the call under way. */
async function stoppedAt(place: { epoch: number; step: number }, more: TrainOptions = {}) {
  const told: { epoch: number; step: number }[] = [];
  const result = await train({
    ...long,
    ...more,
    onStep: ({ epoch, step, stop }) => {
      told.push({ epoch, step });
      if (epoch === place.epoch && step === place.step) stop();
    },
  });
  return { ...result, last: told.at(-1) };
}

describe("stop() in onStep", () => {
  it("gives the model as it is then, evaluated", async () => {
    const whole = await train({ ...long, epochs: 2 });
    const { model, history, stopped, last, testLoss, testAccuracy } = await stoppedAt({ epoch: 1, step: 0 });
    expect(stopped).toEqual({ why: "stop", epoch: 1, step: 0 });
    expect(last).toEqual({ epoch: 1, step: 0 });
    expect(history.epochs).toHaveLength(1);
    expect(history.losses).toEqual(whole.history.losses.subarray(0, 131));
    const { loss, accuracy } = model.evaluate(data.test ?? data.train);
    expect(testLoss).toBeCloseTo(loss, 6);
    expect(testAccuracy).toBe(accuracy);
    expect(testLoss).not.toBe(history.epochs[0]?.testLoss);
  });

  it("ends the run with the call under way", async () => {
    const { history, stopped, last } = await stoppedAt({ epoch: 0, step: 1 });
    expect(stopped).toEqual({ why: "stop", ...last });
    // A call does eight times the steps of the one before it, at most.
    expect(stopped.step).toBeLessThanOrEqual(8);
    expect(history.losses).toHaveLength(stopped.step + 1);
    expect(history.epochs).toEqual([]);
  });

  it("at an epoch's last step ends with that epoch, which has its record", async () => {
    const { history, stopped } = await stoppedAt({ epoch: 0, step: 129 });
    expect(stopped).toEqual({ why: "stop", epoch: 0, step: 129 });
    expect(history.epochs).toHaveLength(1);
    expect(history.losses).toHaveLength(130);
  });

  it("at the run's last step changes nothing", async () => {
    const { stopped, history } = await stoppedAt({ epoch: 2, step: 129 });
    expect(stopped).toEqual({ why: "finished", epoch: 2, step: 129 });
    expect(history.epochs).toHaveLength(3);
  });

  it("evaluates nothing where that isn't wanted", async () => {
    expect(await stoppedAt({ epoch: 0, step: 0 }, { evaluateEvery: 0 })).not.toHaveProperty("testAccuracy");
  });

  it("gives the best epoch's model with keepBest, where an epoch has ended", async () => {
    const best = await stoppedAt({ epoch: 1, step: 0 }, { keepBest: true });
    const { model } = await train({ ...long, epochs: 1 });
    expect(best.bestEpoch).toBe(0);
    expect([...best.model.parameters]).toEqual([...model.parameters]);
    expect(best.testAccuracy).toBe(best.history.epochs[0]?.testAccuracy);
    const first = await stoppedAt({ epoch: 0, step: 0 }, { keepBest: true });
    const plain = await stoppedAt({ epoch: 0, step: 0 });
    expect(first.bestEpoch).toBeUndefined();
    expect([...first.model.parameters]).toEqual([...plain.model.parameters]);
  });
});

describe("stop()", () => {
  it("in onEpoch ends the run there", async () => {
    const onStep = jest.fn();
    const { model, history, stopped, testAccuracy } = await train({
      ...small,
      onStep,
      onEpoch: ({ epoch, stop }) => {
        if (epoch === 1) stop();
      },
    });
    expect(stopped).toEqual({ why: "stop", epoch: 1, step: 4 });
    expect(history.epochs).toHaveLength(2);
    expect(testAccuracy).toBe(history.epochs[1]?.testAccuracy);
    const { model: expected } = await train({ ...small, epochs: 2 });
    expect([...model.parameters]).toEqual([...expected.parameters]);
    expect(onStep).toHaveBeenCalledTimes(2);
  });

  it("may be called at any later time, while the run goes on", async () => {
    let stopLater: () => void = () => undefined;
    const run = train({ ...small, epochs: 1_000_000, onStep: ({ stop }) => (stopLater = stop) });
    await sleep(50);
    stopLater();
    const { stopped, history } = await run;
    expect(stopped.why).toBe("stop");
    expect(history.losses).toHaveLength(5 * stopped.epoch + stopped.step + 1);
    stopLater();
  });

  it("comes after an abort, which rejects", async () => {
    const controller = new AbortController();
    const onStep: TrainOptions["onStep"] = ({ stop }) => {
      stop();
      controller.abort("enough");
    };
    await expect(train({ ...small, onStep, signal: controller.signal })).rejects.toBe("enough");
  });
});
