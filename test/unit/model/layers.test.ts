import { DigitrainError } from "../../../ts/base/errors.js";
import { checkLayers, parameterCount } from "../../../ts/model/layers.js";

describe("layers", () => {
  it("have weights and biases", () => {
    expect(parameterCount([784, 256, 128, 10])).toBe(235_146);
    expect(parameterCount([784, 10])).toBe(7_850);
  });

  it("must be of a size that the core can count", () => {
    const message = "a network of layers [65537, 10] is not possible: each has 1 to 65536 numbers";
    expect(() => {
      checkLayers([65_537, 10], 128);
    }).toThrow(new DigitrainError(message));
    expect(() => {
      checkLayers([65_536, 10], 128);
    }).not.toThrow();
  });

  it("must fit WebAssembly's memory", () => {
    const message =
      "a network of layers [784, 65535, 65535, 10] with batches of 128 takes about 69.8 GB, more than WebAssembly's memory has; try smaller layers or batches";
    expect(() => {
      checkLayers([784, 65_535, 65_535, 10], 128);
    }).toThrow(new DigitrainError(message));
    expect(() => {
      checkLayers([784, 4096, 10], 65_536);
    }).toThrow(/try smaller layers or batches$/);
  });
});
