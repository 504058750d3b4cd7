import { checkSize, MOST_PIXELS, TooLarge } from "../limits.js";
import { checked, type Chunk } from "./chunks.js";

/** How a PNG file's pixels are coloured. */
export const GREY = 0;
export const RGB = 2;
export const INDEXED = 3;
export const GREY_ALPHA = 4;
export const RGB_ALPHA = 6;

/** Each kind's samples a pixel, and the bits that one may have. */
const KINDS: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  [GREY]: { samples: 1, depths: [1, 2, 4, 8, 16] },
  [RGB]: { samples: 3, depths: [8, 16] },
  [INDEXED]: { samples: 1, depths: [1, 2, 4, 8] },
  [GREY_ALPHA]: { samples: 2, depths: [8, 16] },
  [RGB_ALPHA]: { samples: 4, depths: [8, 16] },
};
const HEADER_BYTES = 13;
/** Three bytes a pixel: fewer pixels with alpha, or of 16 bits, are read. */
const MOST_BYTES = 3 * MOST_PIXELS;

/** What a PNG file's pixels are. */
export interface Header {
  readonly width: number;
  readonly height: number;
  /** The bits of a sample. */
  readonly depth: number;
  readonly colour: number;
  readonly samples: number;
  readonly isInterlaced: boolean;
}

/**
 * Reads a PNG file's header, and checks that its pixels may be decoded.
 * @throws TooLarge, or Error where it is damaged; the message is for the middle of a sentence.
 */
export function headerOf(chunks: readonly Chunk[]): Header {
  const headers = chunks.filter(({ type }) => type === "IHDR");
  const [first] = chunks.filter(({ type }) => type !== "CgBI");
  const [chunk] = headers;
  if (!chunk || chunk !== first || chunk.data.length !== HEADER_BYTES)
    throw new Error("it doesn't begin with its header");
  if (headers.length > 1) throw new Error("it has more than one header");
  const data = checked(chunk);
  const view = new DataView(data.buffer, data.byteOffset, HEADER_BYTES);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, colour = 0, compression = 0, filter = 0, interlace = 0] = data.subarray(8);
  const kind = KINDS[colour];
  if (width === 0 || height === 0) throw new Error(`its size is ${width}x${height}`);
  if (!kind?.depths.includes(depth)) throw new Error(`it has pixels of kind ${colour} with ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw new Error(
      `its compression, filter and interlacing are of the unknown kinds ${compression}, ${filter} and ${interlace}`,
    );
  checkSize(width, height);
  if ((width * height * kind.samples * depth) / 8 > MOST_BYTES)
    throw new TooLarge(`${MOST_BYTES / 1e6} million bytes of pixels are read at most`);
  return { width, height, depth, colour, samples: kind.samples, isInterlaced: interlace === 1 };
}
