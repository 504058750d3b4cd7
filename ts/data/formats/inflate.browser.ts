import { inOnePart } from "./one-part.js";

const FORMATS = { gzip: "gzip", raw: "deflate-raw", zlib: "deflate" } as const;

/**
 * Decompresses DEFLATE data, in a gzip wrapper or raw, on a thread of the browser's and into one buffer.
 * @param size the number of bytes to come out
 * @throws Error for data that is damaged or comes out at more bytes; its message is for the middle of a sentence.
 */
export async function inflateTo(format: "gzip" | "raw", data: Uint8Array, size: number): Promise<Uint8Array> {
  const result = new Uint8Array(size);
  let length = 0;
  const bytes = new Response(data as Uint8Array<ArrayBuffer>).body;
  const reader = bytes?.pipeThrough(new DecompressionStream(FORMATS[format])).getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    if (length + part.value.length > size) throw new Error(`it holds more than the ${size} bytes it should`);
    result.set(part.value, length);
    length += part.value.length;
  }
  return result.subarray(0, length);
}

/**
 * Decompresses DEFLATE data, in a wrapper or raw, part by part.
 * @throws Error for data that is damaged; its message is for the middle of a sentence.
 */
export async function* inflateParts(
  format: "gzip" | "raw" | "zlib",
  parts: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]();
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const part = await iterator.next();
      if (part.done) controller.close();
      else controller.enqueue(part.value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = source.pipeThrough(new DecompressionStream(FORMATS[format])).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** So many ends of members are tried: what only looks like one is rare, but for a file that was made to take long. */
const MOST_TRIES = 64;
/** A gzip file's last bytes may be zeros of its own: of its length, its checksum and an empty block. */
const OWN_ZEROS = 10;

/** Where the member that begins at `start` may end: where the next seems to begin, or where only zeros follow. */
function endsOf(bytes: Uint8Array, start: number, last: number): number[] {
  const ends: number[] = [];
  for (let i = bytes.indexOf(0x1f, start + 1); i >= 0; i = bytes.indexOf(0x1f, i + 1))
    if (bytes[i + 1] === 0x8b && bytes[i + 2] === 8) ends.push(i);
  for (let end = last + 1; end <= Math.min(bytes.length, last + OWN_ZEROS); end++) ends.push(end);
  return ends.slice(0, MOST_TRIES);
}

/**
 * Decompresses a gzip file of any number of members, with zeros behind them or not, part by part. A browser's decoder
 * takes one member and nothing behind it, so each is tried up to where it may end; what was told before isn't told again.
 * @throws Error for data that is damaged; its message is for the middle of a sentence.
 */
export async function* inflateMembers(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const last = bytes.findLastIndex((byte) => byte !== 0);
  let start = 0;
  while (start <= last) {
    let next: number | undefined;
    let told = 0;
    let failure: unknown;
    for (const end of endsOf(bytes, start, last)) {
      let seen = 0;
      try {
        for await (const part of inflateParts("gzip", inOnePart(bytes.subarray(start, end)))) {
          seen += part.length;
          if (seen > told) yield part.subarray(part.length - Math.min(part.length, seen - told));
          told = Math.max(told, seen);
        }
        next = end;
        break;
      } catch (error) {
        failure = error;
      }
    }
    if (next === undefined) throw failure;
    start = next;
  }
}
