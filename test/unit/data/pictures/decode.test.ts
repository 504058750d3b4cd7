import { crc32, deflateSync } from "node:zlib";
import jpeg from "jpeg-js";
import { decodePicture } from "../../../../ts/data/pictures/decode.js";
import { orientationOf } from "../../../../ts/data/pictures/orientation.js";

/** A picture of four fields of 8x8, of these greys: left and right above, left and right below. */
function fields(greys: readonly number[], width = 16, height = 16): Uint8Array {
  const data = Buffer.from(
    Array.from({ length: width * height }, (_, i) => {
      const grey = greys[(i % width < 8 ? 0 : 1) + (i < 8 * width ? 0 : 2)] ?? 0;
      return [grey, grey, grey, 255];
    }).flat(),
  );
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
  return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), new Uint8Array(tiff.buffer)]);
}

function withExif(bytes: Uint8Array, note: Buffer): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(note.length + 2);
  // Behind the mark of the file's beginning.
  return Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, note, bytes.subarray(2)]);
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
    const note = exif(6, true).subarray(5);
    expect(orientationOf(note)).toBe(6);
    for (let length = 0; length < 23; length++) expect(orientationOf(note.subarray(0, length))).toBe(1);
    expect(orientationOf(Buffer.alloc(30, 0xff))).toBe(1);
  });

  it("that is huge is refused", async () => {
    const huge = Buffer.from(fields([0, 0, 0, 0]));
    // The frame's header: its length, the bits of a sample, then height and width.
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
    huge.writeUInt16BE(10_000, frame + 5);
    huge.writeUInt16BE(10_000, frame + 7);
    await expect(decodePicture(huge, "a.jpg")).rejects.toThrow(
      "a.jpg: this picture is too large; 25 million pixels are read at most",
    );
  });

  it("that is cut off is refused", async () => {
    const whole = fields([0, 80, 160, 240], 160, 160);
    for (const part of [0.2, 0.6, 0.95]) {
      const bytes = whole.subarray(0, Math.floor(part * whole.length));
      await expect(decodePicture(bytes, "a.jpg")).rejects.toThrow(
        /^a\.jpg: this is no whole JPEG file \([^\n]*\); save the picture again$/,
      );
    }
  });
});

/** A PNG file's part. */
function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

interface Header {
  width: number;
  height: number;
  depth?: number;
  colourType: number;
  interlace?: number;
}

/** A PNG file of these rows, each after its filter's byte, with other parts before them. */
function png(
  { width, height, depth = 8, colourType, interlace = 0 }: Header,
  rows: number[],
  others: Buffer[] = [],
) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlace], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...others,
    chunk("IDAT", deflateSync(Uint8Array.from(rows))),
    chunk("IEND", new Uint8Array()),
  ]);
}

describe("a PNG file", () => {
  const palette = chunk("PLTE", Uint8Array.of(9, 8, 7, 200, 100, 50));

  it("may have a palette, which counts only where its pixels are indices", async () => {
    const indexed = png({ width: 2, height: 1, colourType: 3 }, [0, 1, 0], [palette]);
    expect((await decodePicture(indexed, "a.png")).data).toEqual(
      Uint8Array.of(200, 100, 50, 255, 9, 8, 7, 255),
    );
    const colours = png({ width: 2, height: 1, colourType: 2 }, [0, 1, 0, 1, 5, 6, 7], [palette]);
    expect((await decodePicture(colours, "a.png")).data).toEqual(Uint8Array.of(1, 0, 1, 255, 5, 6, 7, 255));
  });

  const whole = png({ width: 2, height: 1, colourType: 0 }, [0, 10, 20]);
  const damaged = Buffer.from(whole);
  damaged[45] = (damaged[45] ?? 0) ^ 1;

  it.each<[string, Uint8Array, string]>([
    ["is damaged", damaged, "this is no whole PNG file (CRC mismatch"],
    [
      "has indices into nothing",
      png({ width: 2, height: 1, colourType: 3 }, [0, 1, 0]),
      "(its palette is missing)",
    ],
    [
      "is interlaced and of few bits",
      png({ width: 8, height: 1, depth: 1, colourType: 0, interlace: 1 }, [0, 255]),
      "(interlaced ones of less than 8 bits are not read)",
    ],
    [
      "is huge",
      png({ width: 30_000, height: 30_000, depth: 1, colourType: 0 }, [0]),
      "this picture is too large; 25 million pixels are read at most",
    ],
    ["ends within its header", whole.subarray(0, 20), "this is no whole PNG file ("],
    [
      "is none",
      Uint8Array.of(1, 2, 3),
      "this is neither a PNG file nor a JPEG file; save the picture as PNG",
    ],
  ])("that %s is refused", async (_, bytes, message) => {
    await expect(decodePicture(bytes, "a.png")).rejects.toThrow(`a.png: `);
    await expect(decodePicture(bytes, "a.png")).rejects.toThrow(message);
  });
});
