import fc from "fast-check";
import { encodeIdx, parseIdxImages, parseIdxLabels } from "../../../../ts/data/formats/idx.js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { idxImages, idxLabels, thrown } from "../made.js";

const images = idxImages(2, 3, 1, Uint8Array.of(0, 50, 100, 150, 200, 255));
const labels = idxLabels([7, 2, 1]);

describe("parseIdxImages and parseIdxLabels", () => {
  it("reads back images of any size", () => {
    const size = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(size, size, size, fc.integer(), (count, rows, columns, seed) => {
        const pixels = Uint8Array.from({ length: count * rows * columns }, (_, i) => (i * 31 + seed) & 255);
        const { sizes, values } = parseIdxImages(idxImages(count, rows, columns, pixels), "x");
        expect(sizes).toEqual([count, rows, columns]);
        expect(values).toEqual(pixels);
      }),
    );
  });

  it("reads back labels", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 })), (list) => {
        const { sizes, values } = parseIdxLabels(idxLabels(list), "y");
        expect(sizes).toEqual([list.length]);
        expect(Array.from(values)).toEqual(list);
      }),
    );
  });

  it("reads other types of numbers, the first column of labels, and past zeros", () => {
    type Write = "setInt16" | "setInt32" | "setFloat32" | "setFloat64";
    const file = (magic: number, sizes: number[], write: Write, values: number[]) => {
      const width = Number(/\d+/.exec(write)?.[0]) / 8;
      const view = new DataView(new ArrayBuffer(4 + 4 * sizes.length + width * values.length));
      [magic, ...sizes].forEach((number, i) => {
        view.setUint32(4 * i, number);
      });
      values.forEach((value, i) => {
        view[write](4 + 4 * sizes.length + width * i, value);
      });
      return new Uint8Array(view.buffer);
    };
    const imagesOf = (bytes: Uint8Array) => parseIdxImages(bytes, "x").values;
    expect(imagesOf(file(0x0d02, [2, 1], "setFloat32", [0.5, -1]))).toEqual(Float32Array.of(0.5, -1));
    expect(imagesOf(file(0x0e02, [1, 1], "setFloat64", [0.25]))).toEqual(Float32Array.of(0.25));
    expect(imagesOf(file(0x0b02, [1, 2], "setInt16", [255, 3]))).toEqual(Uint8Array.of(255, 3));
    expect(thrown(() => imagesOf(file(0x0b02, [1, 2], "setInt16", [0, 256])))).toEqual(
      new DigitrainError(
        "x: number 1 is 256, but integers are pixels from 0 to 255; save other numbers as real ones (0x0d)",
      ),
    );
    const columns = file(0x0c02, [2, 3], "setInt32", [7, 1, 2, -1, 3, 4]);
    expect(parseIdxLabels(columns, "y")).toEqual({ sizes: [2], values: Float64Array.of(7, -1) });
    expect(parseIdxLabels(Uint8Array.of(...labels, 0, 0), "y").values).toEqual(Uint8Array.of(7, 2, 1));
  });

  it("reads bytes that lie within a larger buffer", () => {
    const larger = new Uint8Array(labels.length + 5);
    larger.set(labels, 5);
    expect(Array.from(parseIdxLabels(larger.subarray(5), "y").values)).toEqual([7, 2, 1]);
  });

  it.each([
    [labels, "images", "f: the magic number is 0x00000801 (labels), expected 0x00000803 (images)"],
    [images, "labels", "f: the magic number is 0x00000803 (images), expected 0x00000801 (labels)"],
    [
      new TextEncoder().encode("<!doctype html>"),
      "images",
      "f: the magic number is 0x3c21646f, expected 0x00000803 (images)",
    ],
    [
      images.subarray(0, 9),
      "images",
      "f: an IDX file of images has a header of 16 bytes, but the file holds 9; download it again",
    ],
    [
      new Uint8Array(),
      "labels",
      "f: an IDX file of labels has a header of 8 bytes, but the file holds 0; download it again",
    ],
    [
      images.subarray(0, 20),
      "images",
      "f: the header says 2 images of 3x1 (22 bytes), but the file holds 20; download it again",
    ],
    [
      Uint8Array.of(0, 0, 0x0c, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0),
      "labels",
      "f: the header says 4294967295 labels of 0 columns, of which the first should be the label",
    ],
    [
      Uint8Array.of(...labels, 0, 1),
      "labels",
      "f: the header says 3 labels (11 bytes), but the file holds 13; download it again",
    ],
  ] as const)("refuses a wrong file (%#)", (bytes, kind, message) => {
    expect(
      thrown(() => (kind === "images" ? parseIdxImages(bytes, "f") : parseIdxLabels(bytes, "f"))),
    ).toEqual(new DigitrainError(message));
  });

  it("refuses a file cut off anywhere", () => {
    for (let length = 0; length < images.length; length++)
      expect(thrown(() => parseIdxImages(images.subarray(0, length), "f"))).toBeInstanceOf(DigitrainError);
  });
});

describe("encodeIdx", () => {
  it("writes what they read", () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(size, size, fc.uint8Array({ minLength: 1 }), (rows, columns, list) => {
        const pixels = Uint8Array.from({ length: list.length * rows * columns }, (_, i) => (i * 31) & 255);
        const given = {
          images: pixels,
          labels: Int32Array.from(list),
          count: list.length,
          shape: [rows, columns],
        };
        const made = encodeIdx(given);
        expect(parseIdxImages(made.images, "x")).toEqual({
          sizes: [list.length, rows, columns],
          values: pixels,
        });
        expect(parseIdxLabels(made.labels, "y")).toEqual({ sizes: [list.length], values: list });
      }),
    );
  });

  it.each([
    [
      { images: new Float32Array(4), labels: Int32Array.of(1), count: 1, shape: [2, 2] },
      "an IDX file of images takes 8-bit pixels of the shape [rows, columns], got a Float32Array of the shape [2, 2]",
    ],
    [
      { images: new Uint8Array(4), labels: Int32Array.of(1), count: 1, shape: [4] },
      "an IDX file of images takes 8-bit pixels of the shape [rows, columns], got a Uint8Array of the shape [4]",
    ],
    [
      { images: new Uint8Array(2), labels: Int32Array.of(0, 256), count: 2, shape: [1, 1] },
      "an IDX file's labels are 0 to 255, but that of example 1 is 256",
    ],
  ])("refuses what an IDX file can't hold: %#", (examples, message) => {
    expect(thrown(() => encodeIdx(examples))).toEqual(new DigitrainError(message));
  });
});
