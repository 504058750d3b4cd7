import { digitOf } from "../../ts/data/pictures/picture.js";
import { digitOfStrokes } from "../../ts/data/pictures/strokes.js";
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

/** Strokes that are no digit: crosses, stars, letters and tangles. */
const JUNK: [number, number][][][] = [
  [[[0, 0], [90, 90]], [[90, 0], [0, 90]]],
  [[[50, 0], [50, 90]], [[10, 20], [90, 70]], [[10, 70], [90, 20]]],
  [[[50, 5], [78, 95], [5, 38], [95, 38], [22, 95], [50, 5]]],
  [[[0, 0], [12, 80], [24, 0], [36, 80], [48, 0], [60, 80], [72, 0]]],
  [[[35, 10], [35, 90]], [[65, 10], [65, 90]], [[10, 35], [90, 35]], [[10, 65], [90, 65]]],
  [[[50, 15], [85, 85], [15, 85], [50, 15]]],
  [[[20, 95], [50, 5], [80, 95]], [[33, 60], [67, 60]]],
  [[[25, 10], [25, 90]], [[75, 10], [25, 52], [78, 90]]],
  [[[10, 10], [30, 90], [50, 30], [70, 90], [90, 10]]],
  [[[0, 0], [100, 5]]],
  [[[10, 0], [10, 90]], [[50, 0], [50, 90]]],
  [[[75, 10], [25, 10], [25, 90], [75, 90]], [[25, 50], [65, 50]]],
]; // prettier-ignore

describe("certainty", () => {
  itWithShared(
    "is there for most digits, which are then read, and isn't for most drawings of anything else",
    async () => {
      const { test, ...data } = await loadDataset(mnist);
      const { model } = await train({ data, recipe: "fast", evaluateEvery: 0 });
      if (!test) throw new Error("MNIST has test images");
      let [sure, right] = [0, 0];
      for (let i = 0; i < 2000; i++) {
        const reading = model.read({ pixels: test.images.slice(i * 784, (i + 1) * 784) });
        if (!reading.sure) continue;
        sure++;
        if (reading.label === test.labels[i]) right++;
      }
      expect(sure / 2000).toBeGreaterThan(0.88);
      expect(right / sure).toBeGreaterThan(0.985);
      const doubted = JUNK.filter((lines) => {
        const strokes = lines.map((line) => line.map(([x, y]) => ({ x, y })));
        return !model.read(digitOfStrokes(strokes)).sure;
      });
      expect(doubted.length).toBeGreaterThan(0.7 * JUNK.length);
    },
    60_000,
  );
});

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
