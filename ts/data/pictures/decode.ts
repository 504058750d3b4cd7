import { convertIndexedToRgb, decode as decodePng, type DecodedPng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { DigitrainError, reasonOf } from "../../base/errors.js";
import { orientationOf, upright } from "./orientation.js";
import type { Picture } from "./grid.js";

/** More would take gigabytes of memory, and a file of some bytes may claim to have them. */
const MOST_PIXELS = 25_000_000;

class TooLarge extends Error {}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Where a PNG's header has them: its kind of colour and how its rows are ordered. */
const [WIDTH, HEIGHT, DEPTH, COLOUR_TYPE, INTERLACE, HEADER_END] = [16, 20, 24, 25, 28, 33] as const;
const INDEXED = 3;

/**
 * Decodes a PNG file of any kind, or a JPEG file, which is turned upright where its camera noted how it was held.
 * @param name what error messages call the file
 * @throws DigitrainError where it is neither, or is damaged.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- browsers' decoders are asynchronous
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isJpeg && !PNG_SIGNATURE.every((byte, i) => byte === bytes[i]))
    throw new DigitrainError(`${name}: this is neither a PNG file nor a JPEG file; save the picture as PNG`);
  try {
    return isJpeg ? decodeUpright(bytes) : decodeAnyPng(bytes);
  } catch (error) {
    const kind = isJpeg ? "JPEG" : "PNG";
    const megapixels = MOST_PIXELS / 1e6;
    if (error instanceof TooLarge || reasonOf(error).includes("limit exceeded"))
      throw new DigitrainError(
        `${name}: this picture is too large; ${megapixels} million pixels are read at most`,
      );
    const hint = isJpeg ? "save the picture again" : "save the picture as PNG again";
    throw new DigitrainError(`${name}: this is no whole ${kind} file (${reasonOf(error)}); ${hint}`);
  }
}

function decodeAnyPng(bytes: Uint8Array): Picture {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= HEADER_END) {
    if (header.getUint32(WIDTH) * header.getUint32(HEIGHT) > MOST_PIXELS) throw new TooLarge();
    if (header.getUint8(INTERLACE) !== 0 && header.getUint8(DEPTH) < 8)
      throw new Error("interlaced ones of less than 8 bits are not read");
  }
  const { palette, ...png } = decodePng(bytes, { checkCrc: true });
  // Other kinds of colour may come with a palette, too: one that is merely suggested.
  if (header.getUint8(COLOUR_TYPE) !== INDEXED) return asRgba(png);
  if (!palette) throw new Error("its palette is missing");
  return asRgba({ ...png, palette });
}

function decodeUpright(bytes: Uint8Array): Picture {
  const picture: Picture & { exifBuffer?: Uint8Array } = decodeJpeg(bytes, {
    useTArray: true,
    maxResolutionInMP: MOST_PIXELS / 1e6,
    maxMemoryUsageInMB: 2048,
    tolerantDecoding: false,
  });
  return upright(picture, orientationOf(picture.exifBuffer));
}

/** Any kind of PNG's pixels as 8-bit red, green, blue and alpha. */
function asRgba(png: DecodedPng): Picture {
  const { width, height } = png;
  const { samples, channels, largest } = samplesOf(png);
  const hasAlpha = channels % 2 === 0;
  // A picture without alpha may name one colour that is transparent.
  const named = hasAlpha || png.palette ? undefined : png.transparency;
  const data = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const start = pixel * channels;
    const isNamed = named?.every((value, i) => value === samples[start + i]);
    const alpha = hasAlpha ? (samples[start + channels - 1] ?? 0) : isNamed ? 0 : largest;
    for (let colour = 0; colour < 3; colour++) {
      const sample = samples[start + (channels < 3 ? 0 : colour)] ?? 0;
      data[4 * pixel + colour] = Math.round((255 * sample) / largest);
    }
    data[4 * pixel + 3] = Math.round((255 * alpha) / largest);
  }
  return { width, height, data };
}

/** The samples of a PNG, a palette's colours looked up, and the largest that one can be. */
function samplesOf(png: DecodedPng): { samples: ArrayLike<number>; channels: number; largest: number } {
  const { data, depth, channels, width, height, palette } = png;
  if (palette) {
    return { samples: convertIndexedToRgb(png), channels: palette[0]?.length ?? 3, largest: 255 };
  }
  const largest = 2 ** depth - 1;
  if (depth >= 8) return { samples: data, channels, largest };
  // Several grey samples a byte, the first in its highest bits, and each row in bytes of its own.
  const rowBytes = Math.ceil((width * depth) / 8);
  const samples = Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)] ?? 0;
    return (byte >> (8 - depth - (bit & 7))) & largest;
  });
  return { samples, channels, largest };
}
