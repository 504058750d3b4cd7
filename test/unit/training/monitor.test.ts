import fc from "fast-check";
import { Monitor } from "../../../ts/training/monitor.js";

/** Judges epochs of these losses until patience is lost; returns how many, and the best. */
function judge(losses: readonly number[], patience: number, minimumImprovement = 0) {
  const monitor = new Monitor({ patience, minimumImprovement });
  let count = 0;
  for (const meanLoss of losses) {
    monitor.add({ epoch: count++, meanLoss });
    if (monitor.hasLostPatience) break;
  }
  return { count, best: monitor.bestEpoch };
}

test.each([
  // The least loss is never followed by another improvement.
  [[5, 4, 3, 3, 3], 2, 0, { count: 5, best: 2 }],
  [[5, 6, 4, 6], 1, 0, { count: 2, best: 0 }],
  [[5, 6, 4, 6, 6], 2, 0, { count: 5, best: 2 }],
  // Small steps add up to an improvement, and the best epoch is the best one all the same.
  [[5, 4.9, 4.8, 4.7], 2, 0.5, { count: 3, best: 2 }],
  [[5, 4.7, 4.4, 4.1, 3.8], 2, 0.5, { count: 5, best: 4 }],
  [[5, 4.5, 4.5], 2, 0.5, { count: 3, best: 1 }],
  [[], 1, 0, { count: 0, best: undefined }],
])("of losses %j, patience %d and minimum improvement %d makes %j", (losses, patience, least, expected) => {
  expect(judge(losses, patience, least)).toEqual(expected);
});

test("the best epoch is the first of the least loss, and patience ends that many epochs after it", () => {
  const losses = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(losses, fc.integer({ min: 1, max: 5 }), (all, patience) => {
      const { count, best } = judge(all, patience);
      const judged = all.slice(0, count);
      expect(best).toBe(judged.indexOf(Math.min(...judged)));
      expect(count).toBe(Math.min(all.length, (best ?? 0) + patience + 1));
    }),
  );
});

test("the validation loss judges where there is one", () => {
  const monitor = new Monitor(null);
  expect(monitor.add({ epoch: 0, meanLoss: 2, validationLoss: 1 })).toBe(true);
  expect(monitor.add({ epoch: 1, meanLoss: 1, validationLoss: 2 })).toBe(false);
  expect(monitor.add({ epoch: 2, meanLoss: 3, validationLoss: 0.5 })).toBe(true);
  expect([monitor.bestEpoch, monitor.hasLostPatience]).toEqual([2, false]);
});
