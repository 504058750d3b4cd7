import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { createGunzip, createInflate, createInflateRaw, gunzip, inflateRaw } from "node:zlib";
import { codeOf } from "../../base/errors.js";
import { inOnePart } from "./one-part.js";

const decoders = { gzip: promisify(gunzip), raw: promisify(inflateRaw) };

/**
 * Decompresses DEFLATE data, in a gzip wrapper or raw, on a thread of Node's pool and into one buffer.
 * @param size the number of bytes to come out
 * @throws Error for data that is damaged or comes out at more bytes; its message is for the middle of a sentence.
 */
export async function inflateTo(format: "gzip" | "raw", data: Uint8Array, size: number): Promise<Uint8Array> {
  // One byte to spare: a buffer that is exactly full would make zlib allocate the next one.
  const options = { chunkSize: Math.max(64, size + 1), maxOutputLength: Math.max(1, size) };
  const result = await decoders[format](data, options).catch((error: unknown) => {
    throw codeOf(error) === "ERR_BUFFER_TOO_LARGE"
      ? new Error(`it holds more than the ${size} bytes it should`)
      : error;
  });
  return new Uint8Array(result.buffer, result.byteOffset, result.length);
}

/** Bytes a part that comes out. */
const PART = 2 ** 18;

const streams = { gzip: createGunzip, raw: createInflateRaw, zlib: createInflate };

/**
 * Decompresses DEFLATE data, in a wrapper or raw, part by part.
 * @throws Error for data that is damaged; its message is for the middle of a sentence.
 */
export function inflateParts(
  format: "gzip" | "raw" | "zlib",
  parts: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  // Whoever reads from it is told of an error.
  return pipeline(Readable.from(parts), streams[format]({ chunkSize: PART }), () => undefined);
}

/**
 * Decompresses a gzip file of any number of members, with zeros behind them or not, part by part.
 * @throws Error for data that is damaged; its message is for the middle of a sentence.
 */
export function inflateMembers(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  return inflateParts("gzip", inOnePart(bytes));
}
