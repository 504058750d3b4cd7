import fc from "fast-check";
import { sliceByTrials, TimedSlices } from "../../../ts/core/trials.js";

/** A run of so many steps on a machine where a step takes so many milliseconds, by the number of threads. */
function simulate(most: number, steps: number, time: (threads: number, step: number) => number) {
  const slices = sliceByTrials(most);
  let slice = slices.next(0).value;
  let total = 0;
  const used: number[] = [];
  for (let step = 0; step < steps;) {
    let milliseconds = 0;
    for (let i = 0; i < slice.steps && step < steps; i++) milliseconds += time(slice.threads, step++);
    total += milliseconds;
    used.push(slice.chosen);
    slice = slices.next(milliseconds / slice.steps).value;
  }
  return { total, used, last: used.at(-1) };
}

/** Four epochs of MNIST. */
const STEPS = 4 * 469;

describe("the number of threads", () => {
  it.each([
    // Seconds an epoch, measured: 2 quiet cores where 8 or 2 are said to be, and one core.
    { most: 8, times: { 8: 0.67, 4: 0.49, 2: 0.35, 1: 0.58 }, best: 2 },
    { most: 3, times: { 3: 0.59, 2: 0.35, 1: 0.58 }, best: 2 },
    { most: 2, times: { 2: 0.35, 1: 0.58 }, best: 2 },
    { most: 2, times: { 2: 0.75, 1: 0.64 }, best: 1 },
    { most: 8, times: { 8: 0.12, 4: 0.19, 2: 0.33, 1: 0.58 }, best: 8 },
  ] as { most: number; times: Record<number, number>; best: number }[])(
    "becomes $best where $most are offered and an epoch takes $times, at a cost of 2 %",
    ({ most, times, best }) => {
      const { total, last } = simulate(most, STEPS, (threads) => times[threads] ?? NaN);
      expect(last).toBe(best);
      // What passes until the engine has compiled the core is no trial.
      const compiling = 24 * ((times[2] ?? NaN) - (times[best] ?? NaN));
      expect(total - compiling).toBeLessThan(1.02 * STEPS * (times[best] ?? NaN));
    },
  );

  it("becomes the quickest, or nearly, although other work disturbs every trial", () => {
    const cost = fc.double({ min: 0.5, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(cost, fc.constantFrom(1, 2, 4, 8), fc.integer(), (gain, best, seed) => {
        const noise = fc.sample(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { seed, numRuns: 997 });
        const time = (threads: number, step: number) =>
          gain ** -Math.abs(Math.log2(threads / best)) * (noise[step % 997] ?? 1);
        const { total } = simulate(8, 10 * STEPS, time);
        expect(total).toBeLessThan(1.05 * 10 * STEPS);
      }),
    );
  });

  it("becomes the quickest soon where other work disturbed the first look", () => {
    const time = (threads: number, step: number) => {
      if (step < 300) return 1 + threads / 8;
      return { 8: 0.67, 4: 0.49, 2: 0.35, 1: 0.58 }[threads] ?? NaN;
    };
    expect(simulate(8, 280, time).last).toBe(1);
    expect(simulate(8, 600, time).last).toBe(2);
  });

  it("follows the machine: other work begins, and ends", () => {
    const time = (threads: number, step: number) => {
      const isBusy = step > 2000 && step < 6000;
      if (threads === 1) return isBusy ? 0.65 : 0.58;
      return isBusy ? 0.78 : 0.35;
    };
    expect(simulate(2, 2000, time).last).toBe(2);
    expect(simulate(2, 6000, time).last).toBe(1);
    expect(simulate(2, 10_000, time).last).toBe(2);
  });
});

describe("a run's steps", () => {
  it("are each done once, in order, however the calls and the slices meet", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 })), (calls) => {
        const done: number[] = [];
        const slices = new TimedSlices(sliceByTrials(4));
        let start = 0;
        for (const steps of calls) {
          slices.run(start, start + steps, (from, to) => {
            for (let step = from; step < to; step++) done.push(step);
          });
          start += steps;
        }
        expect(done).toEqual(Array.from({ length: start }, (_, step) => step));
      }),
    );
  });
});
