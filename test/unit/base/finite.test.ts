import { firstNotFinite } from "../../../ts/base/finite.js";

it("finds the first number that is not finite", () => {
  expect(firstNotFinite(Float32Array.of(0, -1, 3.4e38))).toBe(-1);
  expect(firstNotFinite(Float32Array.of(1, Infinity, NaN))).toBe(1);
  expect(firstNotFinite(Float32Array.of(1, 2, NaN))).toBe(2);
  expect(firstNotFinite([-Infinity])).toBe(0);
  expect(firstNotFinite([])).toBe(-1);
});
