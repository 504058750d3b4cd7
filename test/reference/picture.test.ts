import { digitOf } from "../../ts/data/pictures/picture.js";
import { loadDataset } from "../../ts/data/load.js";
import { train } from "../../ts/training/train.js";
import { itWithShared, mnist } from "./shared.js";

const COUNT = 400;

/** An image at another size, place and light, on paper with grain. */
function pictureOf(image: ArrayLike<number>, number: number) {
  const scale = 3 + (number % 8);
  const [left, top] = [(number * 7) % 40, (number * 13) % 50];
  const [width, height] = [28 * scale + 60, 28 * scale + 70];
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [
      Math.floor(((i % width) - left) / scale),
      Math.floor((Math.floor(i / width) - top) / scale),
    ];
    const ink = x >= 0 && x < 28 && y >= 0 && y < 28 ? (image[y * 28 + x] ?? 0) : 0;
    const grain = (i * 31) % 7;
    const value = number % 2 === 0 ? 190 + grain - 0.6 * ink : 20 + grain + 0.8 * ink;
    data.set([value, value, value, 255], 4 * i);
  }
  return { width, height, data };
}

describe("pictures of MNIST's test images", () => {
  itWithShared(
    "are read nearly as well as the images themselves",
    async () => {
      const data = await loadDataset(mnist);
      const { model } = await train({ data, recipe: "fast", epochs: 1, evaluateEvery: 0 });
      if (!data.test) throw new Error("MNIST has test images");
      const { images, labels } = data.test;
      let [plain, pictured] = [0, 0];
      for (let i = 0; i < COUNT; i++) {
        const image = images.slice(i * 784, (i + 1) * 784);
        if (model.classify(image).label === labels[i]) plain++;
        if (model.classify(digitOf(pictureOf(image, i))).label === labels[i]) pictured++;
      }
      expect(pictured / COUNT).toBeGreaterThan(plain / COUNT - 0.015);
    },
    60_000,
  );
});
