import { convertIndexedToRgb, decode as decodePng, type DecodedPng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { DigitrainError } from "../errors.js";
import { orientationOf, upright } from "./orientation.js";
import type { Picture } from "./picture.js";
import { reasonOf } from "./read.js";

/**
 * Decodes a PNG file of any kind, or a JPEG file, which is turned upright where its camera noted how it was held.
 * @param name what error messages call the file
 * @throws DigitrainError where it is neither, or is damaged.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- browsers' decoders are asynchronous
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  try {
    return isJpeg ? decodeUpright(bytes) : asRgba(decodePng(bytes));
  } catch (error) {
    const kind = isJpeg ? "JPEG" : "PNG";
    const hint = isJpeg ? "save the picture again" : "save the picture as PNG again";
    throw new DigitrainError(`${name}: this is no whole ${kind} file (${reasonOf(error)}); ${hint}`);
  }
}

function decodeUpright(bytes: Uint8Array): Picture {
  const picture: Picture & { exifBuffer?: Uint8Array } = decodeJpeg(bytes, {
    useTArray: true,
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
