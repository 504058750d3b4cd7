import { DigitrainError, reasonOf } from "../../base/errors.js";
import { inflateMembers, inflateParts, inflateTo } from "./inflate.js";
import { inOnePart } from "./one-part.js";

/** No DEFLATE stream is more than so many times smaller than what it holds. */
const LARGEST_RATIO = 1032;

/**
 * Decompresses DEFLATE data, in a gzip wrapper or raw, off the calling thread and into one buffer.
 * @param size the number of bytes to come out
 * @throws Error for data that is damaged or comes out at another size; its message is for the middle of a sentence.
 */
export async function inflate(format: "gzip" | "raw", data: Uint8Array, size: number): Promise<Uint8Array> {
  if (size > LARGEST_RATIO * data.length) throw new Error(`${data.length} bytes can't hold ${size}`);
  const result = await inflateTo(format, data, size);
  if (result.length !== size) throw new Error(`it holds ${result.length} bytes where it should hold ${size}`);
  return result;
}

/** Whether bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What claims to hold more is looked into before so much memory is taken. */
const LARGE = 2 ** 27;

/**
 * Decompresses a gzip file, mostly of one member.
 * @param name the file's name, for error messages
 * @param mostOf how many bytes may come out, by those that come first
 * @throws DigitrainError where it isn't a gzip file or is damaged.
 */
export async function decompress(
  bytes: Uint8Array,
  name: string,
  mostOf: (start: Uint8Array) => number = () => Infinity,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) {
    const start = Array.from(bytes.subarray(0, 2), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new DigitrainError(
      `${name}: not a gzip file: it starts with ${start === "" ? "nothing" : start} where gzip has 1f 8b; download it again`,
    );
  }
  try {
    if (bytes.length < 18) throw new Error("it ends within its header");
    const size = sizeIn(bytes);
    if (size > LARGE) checkLength(size, await mostIn(bytes, mostOf));
    return await inflate("gzip", bytes, size).catch((error: unknown) =>
      decompressMembers(bytes, mostOf).catch((second: unknown) => {
        throw second instanceof TooLarge ? second : error;
      }),
    );
  } catch (error) {
    throw new DigitrainError(`${name}: the gzip file is damaged (${reasonOf(error)}); download it again`);
  }
}

class TooLarge extends Error {}

function checkLength(length: number, most: number): void {
  if (length > most) throw new TooLarge(`it holds more than the ${most} bytes it should`);
}

/** Decompresses a gzip file of any number of members, with zeros behind them or not. */
async function decompressMembers(
  bytes: Uint8Array,
  mostOf: (start: Uint8Array) => number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let most = Infinity;
  for await (const part of inflateMembers(bytes)) {
    if (parts.length === 0) most = mostOf(part);
    parts.push(part);
    length += part.length;
    checkLength(length, most);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** How many bytes may come out, by those that come first; Infinity where the file is damaged. */
async function mostIn(bytes: Uint8Array, mostOf: (start: Uint8Array) => number): Promise<number> {
  try {
    for await (const part of inflateParts("gzip", inOnePart(bytes))) return mostOf(part);
  } catch {
    // Whoever decompresses all of it is told.
  }
  return Infinity;
}

/** A gzip file's last four bytes are the size of what its last member holds. */
function sizeIn(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0, true);
}

/**
 * A file's parts, decompressed as they come where it is a gzip file.
 * @param name the file's name, for error messages
 * @throws DigitrainError where the gzip file is damaged.
 */
export async function* decompressParts(
  parts: AsyncGenerator<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const first = await parts.next();
  if (first.done) return;
  const all = async function* () {
    yield first.value;
    yield* parts;
  };
  const isPacked = isGzip(first.value);
  try {
    yield* isPacked ? inflateParts("gzip", all()) : all();
  } catch (error) {
    if (!isPacked || error instanceof DigitrainError) throw error;
    throw new DigitrainError(`${name}: the gzip file is damaged (${reasonOf(error)}); download it again`);
  } finally {
    // Whoever leaves after the first part leaves before the others are asked for.
    await parts.return(undefined);
  }
}
