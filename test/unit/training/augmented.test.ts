import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import type { Examples } from "../../../ts/data/dataset.js";
import { augmented } from "../../../ts/training/augmented.js";

/** Two images of a cross. */
const cross = Uint8Array.from({ length: 100 }, (_, i) =>
  i % 10 === 5 || Math.floor(i / 10) === 5 ? 255 : 0,
);
const pixels: Examples = {
  images: Uint8Array.from([...cross, ...cross]),
  labels: Int32Array.of(7, 3),
  count: 2,
  shape: [10, 10],
};
const floats: Examples = { ...pixels, images: Float32Array.from(pixels.images, (ink) => ink / 255) };

describe("augmented", () => {
  it("gives each image of each epoch another form, of the kind that it had", () => {
    const { images, ...others } = augmented(pixels);
    expect(others).toEqual({ labels: pixels.labels, count: 2, shape: [10, 10] });
    expect(images).toBeInstanceOf(Uint8Array);
    expect(images.subarray(0, 100)).not.toEqual(images.subarray(100));
    expect(augmented(pixels).images).toEqual(images);
    expect(augmented(pixels, { epoch: 1 }).images).not.toEqual(images);
    expect(augmented(pixels, { seed: 1 }).images).not.toEqual(images);
    const changed = augmented(floats).images;
    expect(changed).toBeInstanceOf(Float32Array);
    expect(Uint8Array.from(changed, (ink) => Math.round(255 * ink))).toEqual(images);
  });

  it("changes nothing by amounts of zero, and by none", () => {
    expect(augmented(pixels, { augment: {} })).toEqual(pixels);
    expect(augmented(pixels, { augment: false })).toEqual(pixels);
  });

  it("gives the first so many, in however many parts it makes them", () => {
    const many = { ...pixels, count: 2200, labels: new Int32Array(2200), images: new Uint8Array(220_000) };
    for (let i = 0; i < 2200; i++) many.images.set(cross, 100 * i);
    const { images } = augmented(many);
    expect(images.subarray(0, 200)).toEqual(augmented(pixels).images);
    expect(augmented(many, { limit: 1500 }).images).toEqual(images.subarray(0, 150_000));
  });

  it("refuses what is no image, and wrong options", () => {
    expect(() => augmented({ ...pixels, shape: [100] })).toThrow(
      new DigitrainError("augment changes images of the shape [height, width], but the examples have [100]"),
    );
    expect(() => augmented(pixels, { seed: -1 })).toThrow(OptionError);
    const message = "epoch takes a whole number from 0 to 999,999, got 0.5";
    expect(() => augmented(pixels, { epoch: 0.5 })).toThrow(new OptionError(message));
  });
});
