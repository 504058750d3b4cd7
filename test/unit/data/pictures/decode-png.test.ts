import { deflateRawSync, deflateSync } from "node:zlib";
import { encode } from "fast-png";
import { decodePicture } from "../../../../ts/data/pictures/decode.js";
import { chunk, headerOf, png, SIGNATURE } from "./made-png.js";

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

  it("may have any filters, as another program writes them", async () => {
    const data = Uint8Array.from({ length: 3 * 40 * 30 }, (_, i) => (i * i) >> 6);
    for (const channels of [1, 3] as const) {
      const samples = data.subarray(0, channels * 40 * 30);
      const bytes = encode({ width: 40, height: 30, data: samples, channels, depth: 8 });
      const picture = await decodePicture(bytes, "a.png");
      const greys = picture.data.filter((_, i) => i % 4 < channels);
      expect(greys).toEqual(samples);
    }
    // Each filter after each other, with one byte a pixel.
    const filters = [4, 3, 2, 1, 0].flatMap((filter) => [filter, 1, 2, 255]);
    const { data: filtered } = await decodePicture(
      png({ width: 3, height: 5, colourType: 0 }, filters),
      "a.png",
    );
    const rows = [
      [1, 3, 2],
      [1, 4, 2],
      [2, 6, 1],
      [1, 3, 2],
      [1, 2, 255],
    ];
    expect([...filtered].filter((_, i) => i % 4 === 0)).toEqual(rows.flat());
  });

  it("of one bit may be interlaced", async () => {
    // 8x8 pixels in seven passes of so many columns and rows; the picture is white but for one pixel of each pass.
    const passes = [
      [1, 1],
      [1, 1],
      [2, 1],
      [2, 2],
      [4, 2],
      [4, 4],
      [8, 4],
    ] as const;
    const rows = passes.flatMap(([width, height]) =>
      Array.from({ length: height }, (_, row) => [0, row === 0 ? 0xff ^ (0x100 >> 1) : 0xff])
        .flat()
        .map((byte, i) => (i % 2 === 0 ? byte : byte & (0xff << (8 - width)))),
    );
    const { data } = await decodePicture(
      png({ width: 8, height: 8, depth: 1, colourType: 0, interlace: 1 }, rows),
      "a.png",
    );
    const dark = [...data.keys()].filter((i) => i % 4 === 0 && data[i] === 0).map((i) => i / 4);
    expect(dark).toEqual([0, 1, 2, 4, 8, 16, 32]);
  });

  it("of Apple's own kind is read", async () => {
    const pixels = deflateRawSync(Uint8Array.of(0, 10, 20, 30, 255, 0, 20, 30, 128));
    const bytes = Buffer.concat([
      SIGNATURE,
      chunk("CgBI", Uint8Array.of(0x50, 0, 0x20, 6)),
      headerOf({ width: 2, height: 1, colourType: 6 }),
      chunk("IDAT", pixels),
      chunk("IEND", new Uint8Array()),
    ]);
    const { data } = await decodePicture(bytes, "a.png");
    expect([...data]).toEqual([30, 20, 10, 255, 59, 39, 0, 128]);
  });

  it("is turned upright as its EXIF note says", async () => {
    const note = Uint8Array.of(
      0x4d,
      0x4d,
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      6,
      0,
      0,
      0,
      0,
      0,
      0,
    );
    const bytes = png({ width: 2, height: 1, colourType: 0 }, [0, 10, 20], [chunk("eXIf", note)]);
    const { width, height, data } = await decodePicture(bytes, "a.png");
    expect([width, height, data[0], data[4]]).toEqual([1, 2, 10, 20]);
  });

  it("is read whatever its profile and its texts hold", async () => {
    const zeros = deflateSync(new Uint8Array(2 ** 22));
    const others = ["iCCP", "zTXt", "iTXt"].map((type) =>
      chunk(type, Buffer.concat([Buffer.from("a\0\0"), zeros])),
    );
    const { data } = await decodePicture(
      png({ width: 2, height: 1, colourType: 0 }, [0, 10, 20], others),
      "a.png",
    );
    expect([data[0], data[4]]).toEqual([10, 20]);
  });

  it("that is large comes out reduced, its rows in any order", async () => {
    const [width, height] = [1600, 1200];
    const rows = new Uint8Array((1 + width / 8) * height);
    for (let y = 0; y < height; y++)
      rows.fill(y % 2 ? 0xff : 0, y * (1 + width / 8) + 1, (y + 1) * (1 + width / 8));
    const picture = await decodePicture(png({ width, height, depth: 1, colourType: 0 }, rows), "a.png");
    expect([picture.width, picture.height]).toEqual([width / 2, height / 2]);
    expect(new Set(picture.data.filter((_, i) => i % 4 < 3))).toEqual(new Set([128]));
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
      "is huge",
      png({ width: 30_000, height: 30_000, depth: 1, colourType: 0 }, [0]),
      "this picture is too large; 25 million pixels are read at most",
    ],
    [
      "is very long",
      png({ width: 100_000, height: 1, depth: 1, colourType: 0 }, [0]),
      "this picture is too large; sides of 30000 pixels are read at most",
    ],
    [
      "has too many bytes",
      png({ width: 5000, height: 4000, depth: 16, colourType: 6 }, [0]),
      "this picture is too large; 75 million bytes of pixels are read at most",
    ],
    [
      "says more than it can hold",
      png({ width: 5000, height: 5000, colourType: 0 }, [0]),
      "compressed bytes can't hold 5000x5000 pixels)",
    ],
    [
      "has two headers",
      png(
        { width: 2, height: 1, colourType: 0 },
        [0, 1, 2],
        [headerOf({ width: 5000, height: 5000, colourType: 0 })],
      ),
      "(it has more than one header)",
    ],
    [
      "doesn't begin with its header",
      Buffer.concat([SIGNATURE, palette, png({ width: 2, height: 1, colourType: 0 }, [0, 1, 2]).subarray(8)]),
      "(it doesn't begin with its header)",
    ],
    [
      "has more pixels",
      png({ width: 2, height: 1, colourType: 0 }, new Uint8Array(2 ** 22)),
      "(there are too many pixels)",
    ],
    [
      "has fewer pixels",
      png({ width: 2, height: 2, colourType: 0 }, [0, 1, 2]),
      "(there are too few pixels)",
    ],
    ["has no pixels", png({ width: 0, height: 2, colourType: 0 }, [0]), "(its size is 0x2)"],
    [
      "is of no kind",
      png({ width: 2, height: 1, depth: 4, colourType: 2 }, [0]),
      "(it has pixels of kind 2 with 4 bits)",
    ],
    [
      "is interlaced in no known way",
      png({ width: 2, height: 1, colourType: 0, interlace: 2 }, [0, 1, 2]),
      "(its compression, filter and interlacing are of the unknown kinds 0, 0 and 2)",
    ],
    [
      "has an unknown filter",
      png({ width: 2, height: 1, colourType: 0 }, [5, 1, 2]),
      "(a row has the unknown filter 5)",
    ],
    [
      "has too long a palette",
      png({ width: 2, height: 1, colourType: 3 }, [0, 1, 0], [chunk("PLTE", new Uint8Array(3 * 257))]),
      "(its palette has 771 bytes)",
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
