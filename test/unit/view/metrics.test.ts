import fc from "fast-check";
import { classMetrics } from "../../../ts/view/metrics.js";

const labels = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })));

test("precision and recall are what counting one by one gives", () => {
  fc.assert(
    fc.property(labels, (pairs) => {
      const confusion = Array.from({ length: 4 }, (_, label) =>
        Array.from(
          { length: 4 },
          (_, predicted) => pairs.filter(([a, b]) => a === label && b === predicted).length,
        ),
      );
      classMetrics(confusion).forEach(({ count, precision, recall }, label) => {
        const ofClass = pairs.filter(([is]) => is === label);
        const taken = pairs.filter(([, as]) => as === label);
        const right = ofClass.filter(([, as]) => as === label).length;
        expect(count).toBe(ofClass.length);
        expect(precision).toBe(taken.length ? right / taken.length : undefined);
        expect(recall).toBe(ofClass.length ? right / ofClass.length : undefined);
      });
    }),
  );
});
