import { crc32 } from "../../base/crc32.js";
import { DigitrainError, reasonOf } from "../../base/errors.js";
import { inTurns } from "../../base/turns.js";
import { inflate } from "./gzip.js";

/** A file in a zip archive, as the archive's directory describes it. */
interface Entry {
  readonly method: number;
  readonly crc32: number;
  /** Bytes when decompressed. */
  readonly size: number;
  readonly compressed: Uint8Array;
}

const END = { signature: 0x06054b50, length: 22 };
const CENTRAL = { signature: 0x02014b50, length: 46 };
const LOCAL = { signature: 0x04034b50, length: 30 };
/** Stands where a number didn't fit and a 64-bit one was written elsewhere. */
const ELSEWHERE = 0xffffffff;

function damaged(name: string, why: string): DigitrainError {
  return new DigitrainError(`${name}: the zip archive is damaged (${why}); make or download it again`);
}

/** Whether bytes start as a zip archive does: with a file, or with the end of an empty archive. */
export function isZip(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const signature = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return signature === LOCAL.signature || signature === END.signature;
}

/** Where the archive's last record starts: it is followed by nothing but a comment, whose length it says. */
function findEnd(view: DataView, name: string): number {
  const earliest = Math.max(0, view.byteLength - END.length - 0xffff);
  for (let offset = view.byteLength - END.length; offset >= earliest; offset--) {
    const commentLength = view.byteLength - END.length - offset;
    if (view.getUint32(offset, true) === END.signature && view.getUint16(offset + 20, true) === commentLength)
      return offset;
  }
  throw damaged(name, "its directory is missing, so it was probably cut off");
}

/** Reads the directory of a zip archive, as the archive `bytes`, into its files by name. Copies nothing. */
function readEntries(bytes: Uint8Array, name: string): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expect = (record: { signature: number; length: number }, offset: number) => {
    if (offset + record.length > bytes.length || view.getUint32(offset, true) !== record.signature)
      throw damaged(name, `no valid record at byte ${offset}`);
  };
  const end = findEnd(view, name);
  const entries = new Map<string, Entry>();
  let offset = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    expect(CENTRAL, offset);
    const [packed, size, local] = [20, 24, 42].map((field) => view.getUint32(offset + field, true)) as [
      number,
      number,
      number,
    ];
    if ([packed, size, local].includes(ELSEWHERE))
      throw new DigitrainError(`${name}: the archive is too large; arrays of up to 2 GB can be read`);
    const nameLength = view.getUint16(offset + 28, true);
    const nameStart = offset + CENTRAL.length;
    const entryName = new TextDecoder().decode(bytes.subarray(nameStart, nameStart + nameLength));
    expect(LOCAL, local);
    const start = local + LOCAL.length + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + packed > bytes.length) throw damaged(name, `${entryName} ends beyond the file`);
    entries.set(entryName, {
      method: view.getUint16(offset + 10, true),
      crc32: view.getUint32(offset + 16, true),
      size,
      compressed: bytes.subarray(start, start + packed),
    });
    offset = nameStart + nameLength + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return entries;
}

/** The CRC-32 of bytes, in turns. */
async function checksumOf(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
  let checksum = 0;
  const add = (start: number, end: number) => {
    checksum = crc32(bytes.subarray(start, end), checksum);
  };
  await inTurns(bytes.length, add, signal);
  return checksum;
}

/** A zip archive in memory: stored and deflated files, as numpy writes them. */
export class ZipArchive {
  readonly #name: string;
  readonly #entries: Map<string, Entry>;

  /**
   * @param name the archive's name, for error messages
   * @throws DigitrainError where its directory is damaged.
   */
  constructor(bytes: Uint8Array, name: string) {
    this.#name = name;
    this.#entries = readEntries(bytes, name);
  }

  /** The names of the files in it. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /**
   * A file's bytes, checked against its CRC-32; undefined where there is no such file.
   * @throws DigitrainError where it is damaged or compressed in another way.
   */
  async read(file: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(file);
    if (!entry) return undefined;
    const { method, size, compressed } = entry;
    if (method !== 0 && method !== 8) {
      throw new DigitrainError(
        `${this.#name}: ${file} is compressed by method ${method}; numpy.savez and numpy.savez_compressed use 0 and 8`,
      );
    }
    const bytes =
      method === 0
        ? compressed
        : await inflate("raw", compressed, size).catch((error: unknown) => {
            throw damaged(this.#name, `${file}: ${reasonOf(error)}`);
          });
    if (bytes.length !== size || (await checksumOf(bytes, signal)) !== entry.crc32)
      throw damaged(this.#name, `${file} doesn't have its checksum`);
    return bytes;
  }
}
