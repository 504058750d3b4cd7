import { DigitrainError } from "../../../base/errors.js";

/** How many of the first bytes tell whether each character takes two. */
const SAMPLE = 1024;

/** The encoding that the first bytes of a text tell; undefined where it has one byte a plain character. */
function wideEncoding(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  // Without a byte order mark: digits and commas have a zero for their high byte.
  const sample = bytes.subarray(0, SAMPLE - (SAMPLE % 2));
  const zeros = [0, 1].map((offset) => sample.filter((byte, i) => i % 2 === offset && byte === 0).length);
  const [even = 0, odd = 0] = zeros;
  if (odd > sample.length / 4 && even === 0) return "utf-16le";
  return even > sample.length / 4 && odd === 0 ? "utf-16be" : undefined;
}

/** A text's parts in UTF-8 or an encoding of one byte a character, without a byte order mark. */
export async function* textParts(parts: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | undefined;
  let isFirst = true;
  for await (let part of parts) {
    if (isFirst) {
      isFirst = false;
      const encoding = wideEncoding(part);
      if (encoding) decoder = new TextDecoder(encoding);
      else if (part[0] === 0xef && part[1] === 0xbb && part[2] === 0xbf) part = part.subarray(3);
      else if (part.subarray(0, SAMPLE).includes(0))
        throw new DigitrainError(`${name}: this is no text, which a CSV file is: it holds bytes of 0`);
    }
    yield decoder ? new TextEncoder().encode(decoder.decode(part, { stream: true })) : part;
  }
}

/** A text in UTF-8, or where it can't be, in Windows' form of Latin-1. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Whether a text is in UTF-8; a character that is cut off at its end doesn't count. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
