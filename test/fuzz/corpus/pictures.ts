import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { chunk, headerOf, png, SIGNATURE } from "../../unit/data/pictures/made-png.js";
import type { Kind } from "../mutate.js";
import { bytesOf, joined } from "./bytes.js";

const grey = Uint8Array.from({ length: 24 * 16 }, (_, i) => (i * i) >> 3);
const apples = joined(
  SIGNATURE,
  chunk("CgBI", new Uint8Array(4)),
  headerOf({ width: 2, height: 1, colourType: 6 }),
);
const zeros = deflateSync(new Uint8Array(2 ** 24), { level: 9 });
const pngKinds = [
  [0, 1],
  [0, 2],
  [0, 4],
  [0, 8],
  [0, 16],
  [2, 8],
  [2, 16],
  [3, 1],
  [3, 4],
  [3, 8],
  [4, 8],
  [6, 8],
  [6, 16],
] as const;
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Rows of 7x6 pixels, each with another filter; the passes of an interlaced picture are as long as these or shorter. */
function pngOf([colourType, depth]: readonly [number, number], interlace: number): Uint8Array {
  const bytes = 1 + Math.ceil((7 * depth * (SAMPLES[colourType] ?? 1)) / 8);
  const pixels = Array.from({ length: 6 * bytes }, (_, i) =>
    i % bytes === 0 ? (i / bytes) % 5 : (i * 37) & 255,
  );
  const others = [
    chunk(
      "PLTE",
      Uint8Array.from({ length: 48 }, (_, i) => 5 * i),
    ),
    chunk("tRNS", Uint8Array.of(0, 9)),
  ];
  return png(
    { width: 7, height: 6, depth, colourType, interlace },
    pixels,
    colourType === 3 ? others : others.slice(1),
  );
}

export const pngKind: Kind = {
  seeds: [
    ...pngKinds.map((kind) => pngOf(kind, 0)),
    // What is missing or too much is told of.
    ...pngKinds.slice(0, 4).map((kind) => pngOf(kind, 1)),
    encode({ width: 24, height: 16, data: grey, channels: 1, depth: 8 }),
    png({ width: 8, height: 8, colourType: 0, interlace: 1 }, new Uint8Array(64 + 15)),
    joined(
      apples,
      chunk("IDAT", deflateSync(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8)).subarray(2)),
      chunk("IEND", zeros.subarray(0, 0)),
    ),
    png({ width: 28, height: 28, colourType: 0 }, new Uint8Array(28 * 29), [
      headerOf({ width: 20_000, height: 10_000, colourType: 0 }),
    ]),
    png({ width: 28, height: 28, colourType: 0 }, new Uint8Array(28 * 29), [
      chunk("iCCP", joined(bytesOf("profile\0\0"), zeros)),
      chunk("eXIf", bytesOf("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")),
    ]),
  ].map((bytes) => new Uint8Array(bytes)),
  slowSeeds: [
    // Far more pixels than it says; and as many as are read, in some kilobytes.
    joined(
      SIGNATURE,
      headerOf({ width: 28, height: 28, colourType: 0 }),
      chunk("IDAT", zeros),
      chunk("IEND", zeros.subarray(0, 0)),
    ),
    png({ width: 5000, height: 5000, depth: 1, colourType: 0 }, new Uint8Array(5000 * 626)),
    png({ width: 5000, height: 5000, depth: 8, colourType: 0, interlace: 1 }, new Uint8Array(5000 * 5002)),
  ].map((bytes) => new Uint8Array(bytes)),
  words: ["IHDR", "IDAT", "IEND", "PLTE", "tRNS", "eXIf", "iCCP", "CgBI"],
  repair(bytes) {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    for (let start = 8; start + 12 <= copy.length;) {
      const end = start + 8 + view.getUint32(start);
      if (end + 4 > copy.length) break;
      view.setUint32(end, crc32(copy.subarray(start + 4, end)));
      start = end + 4;
    }
    return copy;
  },
};

const fixture = (name: string) => new Uint8Array(readFileSync(`test/fixtures/pictures/${name}.jpg`));
const rgba = Buffer.from({ length: 4 * 24 * 16 } as ArrayLike<number>).map((_, i) =>
  i % 4 === 3 ? 255 : (i * i) >> 5,
);
const baseline = new Uint8Array(jpeg.encode({ width: 24, height: 16, data: rgba }, 60).data);
/** A picture that says that it is so large. */
function claiming(bytes: Uint8Array, mark: number, width: number, height: number): Uint8Array {
  const copy = bytes.slice();
  const frame = Buffer.from(copy).indexOf(Uint8Array.of(0xff, mark));
  const view = new DataView(copy.buffer);
  view.setUint16(frame + 5, height);
  view.setUint16(frame + 7, width);
  return copy;
}

export const jpegKind: Kind = {
  seeds: [
    baseline,
    ...["cmyk", "full-colour", "grey", "progressive", "restarts"].map(fixture),
    claiming(baseline, 0xc0, 4831, 4263),
    claiming(fixture("progressive"), 0xc2, 5000, 5000),
  ],
  // As large as so many bytes may say they are.
  slowSeeds: [
    claiming(joined(baseline.subarray(0, -2), new Uint8Array(150_000)), 0xc0, 4800, 4200),
    claiming(joined(fixture("grey").subarray(0, -2), new Uint8Array(150_000)), 0xc0, 4800, 4200),
  ],
  words: [0xd8, 0xd9, 0xc0, 0xc2, 0xc4, 0xda, 0xdd, 0xdb, 0xd0, 0].map((mark) => Uint8Array.of(0xff, mark)),
};

/** Width and height, whether ink is dark, then greys, over and over. */
const strokes = (width: number, height: number, isInk: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: 3 + width * height }, (_, i) => {
    if (i < 3) return [width - 1, height - 1, 0][i] ?? 0;
    return isInk((i - 3) % width, Math.floor((i - 3) / width)) ? 20 : 235;
  });

export const picture: Kind = {
  seeds: [
    strokes(28, 28, (x) => x > 12 && x < 16),
    strokes(50, 40, (x, y) => Math.abs(Math.hypot(x - 25, y - 20) - 12) < 3),
    strokes(40, 50, (x, y) => x + y > 48 && x + y < 54),
    strokes(50, 50, (x, y) => x === 0 || y === 0 || (x > 20 && x < 26 && y > 8 && y < 40)),
    strokes(50, 9, (x, y) => x % 9 > 3 && y > 1 && y < 7),
    strokes(1, 1, () => true),
    strokes(50, 50, (x, y) => (x * 7 + y * 13) % 11 < 3),
    Uint8Array.of(255, 255, 1, 0, 255),
  ],
};
