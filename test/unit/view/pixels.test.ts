import { imageOf } from "../../../ts/view/pixels.js";

test("examples of other shapes than images are none", () => {
  const examples = { images: Float32Array.of(-1, 0, 1, 3), labels: Int32Array.of(0), count: 1 };
  expect(imageOf({ ...examples, shape: [4] }, 0)).toBeUndefined();
  expect(imageOf({ ...examples, shape: [2, 1, 2] }, 0)).toBeUndefined();
  expect(imageOf({ ...examples, shape: [2, 2] }, 0)).toEqual({
    width: 2,
    height: 2,
    pixels: Uint8Array.of(0, 64, 128, 255),
  });
});
