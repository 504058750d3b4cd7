import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import jpeg from "jpeg-js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { decodePicture } from "../../../../ts/data/pictures/decode.js";
import { orientationOf } from "../../../../ts/data/pictures/orientation.js";

/** A picture of four fields of 8x8, of these greys: left and right above, left and right below. */
function fields(greys: readonly number[], width = 16, height = 16): Uint8Array {
  const data = Buffer.alloc(4 * width * height, 255);
  for (let i = 0; i < width * height; i++)
    data.fill(greys[(i % width < 8 ? 0 : 1) + (i < 8 * width ? 0 : 2)] ?? 0, 4 * i, 4 * i + 3);
  return jpeg.encode({ width, height, data }, 100).data;
}

/** The note of a camera that was held so, in either byte order. */
function exif(orientation: number, little: boolean): Buffer {
  const tiff = new DataView(new ArrayBuffer(26));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, 1, little);
  [0x0112, 3].forEach((value, i) => {
    tiff.setUint16(10 + 2 * i, value, little);
  });
  tiff.setUint32(14, 1, little);
  tiff.setUint16(18, orientation, little);
  return Buffer.from(tiff.buffer);
}

function segment(mark: number, data: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length + 2);
  return Buffer.concat([Buffer.from([0xff, mark]), length, data]);
}

function withExif(bytes: Uint8Array, note: Buffer): Uint8Array {
  const named = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), note]);
  // Behind the mark of the file's beginning.
  return Buffer.concat([bytes.subarray(0, 2), segment(0xe1, named), bytes.subarray(2)]);
}

/** The greys of the four fields, and the picture's size. */
async function seen(bytes: Uint8Array): Promise<{ size: string; greys: number[] }> {
  const { width, height, data } = await decodePicture(bytes, "a.jpg");
  const at = (x: number, y: number) => Math.round((data[4 * (y * width + x)] ?? NaN) / 10) * 10;
  const [right, bottom] = [width - 1, height - 1];
  return {
    size: `${width}x${height}`,
    greys: [at(0, 0), at(right, 0), at(0, bottom), at(right, bottom)],
  };
}

/** A file made by Pillow. */
function fixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, `../../../fixtures/pictures/${name}.jpg`));
}

describe("a JPEG file", () => {
  // As EXIF describes them: where the first row and the first column of the file belong.
  it.each([
    [1, [0, 80, 160, 240]],
    [2, [80, 0, 240, 160]],
    [3, [240, 160, 80, 0]],
    [4, [160, 240, 0, 80]],
    [5, [0, 160, 80, 240]],
    [6, [160, 0, 240, 80]],
    [7, [240, 80, 160, 0]],
    [8, [80, 240, 0, 160]],
    [9, [0, 80, 160, 240]],
  ])("is turned upright: orientation %i", async (orientation, greys) => {
    const picture = fields([0, 80, 160, 240], 24, 16);
    const size = orientation >= 5 && orientation <= 8 ? "16x24" : "24x16";
    for (const little of [true, false])
      expect(await seen(withExif(picture, exif(orientation, little)))).toEqual({ size, greys });
  });

  it("is upright where its note is damaged", () => {
    const note = exif(6, true);
    expect(orientationOf(note)).toBe(6);
    for (let length = 0; length < 22; length++) expect(orientationOf(note.subarray(0, length))).toBe(1);
    expect(orientationOf(Buffer.alloc(30, 0xff))).toBe(1);
  });

  it.each(["progressive", "restarts", "full-colour", "grey", "cmyk"])(
    "is read as another decoder reads it: %s",
    async (name) => {
      const bytes = fixture(name);
      const picture = await decodePicture(bytes, name);
      const other = jpeg.decode(bytes, { useTArray: true });
      expect([picture.width, picture.height]).toEqual([other.width, other.height]);
      const largest = other.data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (picture.data[i] ?? NaN))),
        0,
      );
      expect(largest).toBeLessThanOrEqual(4);
    },
  );

  it("that is large comes out reduced", async () => {
    const { width, height, data } = await decodePicture(fields([0, 80, 160, 240], 2000, 1600), "a.jpg");
    expect([width, height]).toEqual([1000, 800]);
    expect(data[0]).toBeLessThan(5);
    expect(data.at(-2)).toBeGreaterThan(235);
  });

  /** A frame's header: its length, the bits of a sample, then height and width. */
  const frameOf = (bytes: Buffer) => bytes.indexOf(Buffer.from([0xff, 0xc0]));
  const changed = (change: (bytes: Buffer, frame: number) => void) => {
    const bytes = Buffer.from(fields([0, 80, 160, 240]));
    change(bytes, frameOf(bytes));
    return bytes;
  };
  const whole = fields([0, 80, 160, 240], 160, 160);
  const progressive = fixture("progressive");
  const large = (bytes: Buffer, frame: number) => {
    bytes.writeUInt16BE(5000, frame + 5);
    bytes.writeUInt16BE(5000, frame + 7);
  };
  const tooLarge = "this picture is too large; ";

  it.each<[string, Uint8Array, string]>([
    [
      "is huge",
      changed((bytes, frame) => {
        bytes.writeUInt16BE(10_000, frame + 5);
        bytes.writeUInt16BE(10_000, frame + 7);
      }),
      `${tooLarge}25 million pixels are read at most`,
    ],
    [
      "is very long",
      changed((bytes, frame) => bytes.writeUInt16BE(40_000, frame + 7)),
      `${tooLarge}sides of 30000 pixels are read at most`,
    ],
    ["says more than it can hold", changed(large), "bytes can't hold its 5000x5000 pixels)"],
    [
      "is progressive, and of too many samples",
      (() => {
        const bytes = Buffer.from(fixture("full-colour"));
        large(bytes, bytes.indexOf(Buffer.from([0xff, 0xc2])));
        return Buffer.concat([bytes, Buffer.alloc(2 ** 18)]);
      })(),
      `${tooLarge}40 million samples are read at most of one of its kind`,
    ],
    [
      "has too many scans",
      (() => {
        const bytes = Buffer.from(progressive);
        const start = bytes.indexOf(Buffer.from([0xff, 0xda]));
        const frame = bytes.indexOf(Buffer.from([0xff, 0xc2]));
        bytes.writeUInt16BE(3000, frame + 5);
        bytes.writeUInt16BE(3000, frame + 7);
        const scan = bytes.subarray(start, bytes.indexOf(0xff, start + 2));
        const scans = Array.from({ length: 100 }, () => scan);
        return Buffer.concat([
          bytes.subarray(0, start),
          ...scans,
          Buffer.alloc(2 ** 16),
          bytes.subarray(start),
        ]);
      })(),
      `${tooLarge}scans of 12 million blocks are read at most`,
    ],
    [
      "is lossless",
      changed((bytes, frame) => (bytes[frame + 1] = 0xc3)),
      "its coding is lossless, which isn't read",
    ],
    [
      "is coded arithmetically",
      changed((bytes, frame) => (bytes[frame + 1] = 0xc9)),
      "its coding is arithmetic",
    ],
    [
      "has 12 bits a sample",
      changed((bytes, frame) => (bytes[frame + 4] = 12)),
      "its samples have 12 bits; 8 are read",
    ],
    [
      "has two colours",
      changed((bytes, frame) => (bytes[frame + 9] = 2)),
      "it has 2 components; 1, 3 or 4 are read",
    ],
    ["has no pixels", changed((bytes, frame) => bytes.writeUInt16BE(0, frame + 5)), "its size is 16x0"],
    [
      "has two headers",
      changed((bytes, frame) => bytes.copy(bytes, 2, frame, frame + 19)),
      "it has more than one header",
    ],
    ["has none", Buffer.from([0xff, 0xd8, 0xff, 0xd9]), "it has no header"],
    [
      "names a Huffman table that isn't there",
      changed((bytes) => (bytes[bytes.indexOf(Buffer.from([0xff, 0xda])) + 6] = 0x33)),
      "a Huffman table is missing",
    ],
    [
      "has a damaged Huffman table",
      changed((bytes) => (bytes[bytes.indexOf(Buffer.from([0xff, 0xc4])) + 5] = 9)),
      "a Huffman table is damaged",
    ],
    ...[0.2, 0.6, 0.95].map((part): [string, Uint8Array, string] => [
      `is cut off at ${part}`,
      whole.subarray(0, Math.floor(part * whole.length)),
      "the file ends too early",
    ]),
    [
      "is cut off and ended",
      Buffer.concat([whole.subarray(0, 0.6 * whole.length), Buffer.from([0xff, 0xd9])]),
      "the file ends too early",
    ],
  ])("that %s is refused", async (_, bytes, message) => {
    const refused = decodePicture(bytes, "a.jpg");
    await expect(refused).rejects.toThrow(message);
    if (!message.startsWith(tooLarge))
      await expect(refused).rejects.toThrow(
        /^a\.jpg: this is no whole JPEG file \([^\n]*\); save the picture again$/,
      );
  });

  it("of any bytes is read or refused in a sentence", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(progressive.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (place, change) => {
          const bytes = Buffer.from(progressive);
          bytes[place] = (bytes[place] ?? 0) ^ change;
          await decodePicture(bytes, "a.jpg").catch((error: unknown) => {
            expect(error).toBeInstanceOf(DigitrainError);
          });
        },
      ),
    );
  });
});
