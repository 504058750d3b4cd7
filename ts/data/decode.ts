import { convertIndexedToRgb, decode as decodePng, type DecodedPng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { DigitrainError } from "../errors.js";
import type { Picture } from "./picture.js";
import { reasonOf } from "./read.js";

/**
 * Decodes a PNG file of any kind, or a JPEG file.
 * @param name what error messages call the file
 * @throws DigitrainError where it is neither, or is damaged.
 */
export function decodePicture(bytes: Uint8Array, name: string): Picture {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  try {
    return isJpeg ? decodeJpeg(bytes, { useTArray: true }) : asRgba(decodePng(bytes));
  } catch (error) {
    const kind = isJpeg ? "JPEG" : "PNG";
    const hint = isJpeg ? "save the picture again" : "save the picture as PNG again";
    throw new DigitrainError(`${name}: this is no whole ${kind} file (${reasonOf(error)}); ${hint}`);
  }
}

/** Any kind of PNG's pixels as 8-bit red, green, blue and alpha. */
function asRgba(png: DecodedPng): Picture {
  const { width, height } = png;
  const { samples, channels, largest } = samplesOf(png);
  const data = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const sample = (channel: number) => samples[pixel * channels + channel] ?? 0;
    const colours = channels < 3 ? [sample(0), sample(0), sample(0)] : [sample(0), sample(1), sample(2)];
    const hasAlpha = channels % 2 === 0;
    // A picture without alpha may name one colour that is transparent.
    const named = png.transparency;
    const isNamed = !hasAlpha && !png.palette && named && [...named].every((value, i) => value === sample(i));
    const alpha = hasAlpha ? sample(channels - 1) : isNamed ? 0 : largest;
    data.set(
      [...colours, alpha].map((value) => Math.round((255 * value) / largest)),
      4 * pixel,
    );
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
