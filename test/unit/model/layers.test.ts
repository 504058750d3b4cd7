import { DigitrainError } from "../../../ts/base/errors.js";
import { checkLayers, parameterCount } from "../../../ts/model/layers.js";

describe("layers", () => {
  it("have weights and biases", () => {
    expect(parameterCount([784, 256, 128, 10])).toBe(235_146);
    expect(parameterCount([784, 10])).toBe(7_850);
  });

  it.each([[65_537], [0], [1.5], [NaN]])("must be of a size that the core can count, not %p", (size) => {
    const message = `a network of layers [${size}, 10] is not possible: each has 1 to 65536 numbers`;
    expect(() => {
      checkLayers([size, 10]);
    }).toThrow(new DigitrainError(message));
    expect(() => {
      checkLayers([65_536, 10]);
    }).not.toThrow();
  });

  it("must fit WebAssembly's memory", () => {
    const training = { batchSize: 128, momentCount: 1, threads: 1, exampleBytes: 0 };
    const message =
      "a network of layers [784, 65535, 65535, 10] with batches of 128 takes about 87.3 GB, more than WebAssembly's memory has; try smaller layers or batches";
    expect(() => {
      checkLayers([784, 65_535, 65_535, 10], training);
    }).toThrow(new DigitrainError(message));
    const refused = (size: number, more = {}) => {
      try {
        checkLayers([784, size, size, 10], { ...training, ...more });
        return false;
      } catch {
        return true;
      }
    };
    // This one was trained and handed over, on two threads.
    expect(refused(12_200)).toBe(false);
    expect(refused(12_200, { momentCount: 2 })).toBe(true);
    expect(refused(12_200, { exampleBytes: 1e9 })).toBe(true);
    expect(refused(12_200, { batchSize: 4096 })).toBe(true);
    expect(refused(12_200, { threads: 32 })).toBe(true);
  });
});
