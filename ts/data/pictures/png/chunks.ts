import { crc32 } from "../../../base/crc32.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** A chunk's length and type stand before its data, a checksum behind. */
const [BEFORE, BEHIND] = [8, 4];
/** A file of more is made to take memory. */
const MOST_CHUNKS = 100_000;

/** A part of a PNG file. */
export interface Chunk {
  /** Four letters: capital ones at the start of those that a picture can't be read without. */
  readonly type: string;
  readonly data: Uint8Array;
  readonly checksum: number;
}

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => byte === bytes[i]);
}

/**
 * The chunks of a PNG file, without what they hold looked at.
 * @throws Error where the file ends within one; the message is for the middle of a sentence.
 */
export function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let start = SIGNATURE.length; start < bytes.length && chunks.at(-1)?.type !== "IEND";) {
    const data = start + BEFORE;
    const end = data <= bytes.length ? data + view.getUint32(start) : Infinity;
    if (end + BEHIND > bytes.length) throw new Error("the file ends too early");
    if (chunks.length === MOST_CHUNKS) throw new Error(`it has more than ${MOST_CHUNKS} chunks`);
    const type = String.fromCharCode(...bytes.subarray(start + 4, data));
    chunks.push({ type, data: bytes.subarray(data, end), checksum: view.getUint32(end) });
    start = end + BEHIND;
  }
  return chunks;
}

/** What a chunk's checksum is when only its type has been counted. */
function checksumOf(type: string): number {
  return crc32(Uint8Array.from(type, (letter) => letter.charCodeAt(0)));
}

/**
 * What a small chunk holds.
 * @throws Error where it is damaged; the message is for the middle of a sentence.
 */
export function checked({ type, data, checksum }: Chunk): Uint8Array {
  if (crc32(data, checksumOf(type)) !== checksum) throw new Error(`CRC mismatch in its chunk ${type}`);
  return data;
}

/** So many bytes are looked at without a pause. */
const PART = 2 ** 20;

/**
 * What chunks hold, in parts of at most a megabyte.
 * @throws Error where one is damaged; the message is for the middle of a sentence.
 */
export function* partsOf(chunks: Iterable<Chunk>): Generator<Uint8Array> {
  for (const { type, data, checksum } of chunks) {
    let sum = checksumOf(type);
    for (let start = 0; start < data.length; start += PART) {
      const part = data.subarray(start, start + PART);
      sum = crc32(part, sum);
      yield part;
    }
    if (sum !== checksum) throw new Error(`CRC mismatch in its chunk ${type}`);
  }
}
