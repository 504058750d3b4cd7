import { crc32, deflateSync } from "node:zlib";

/** A PNG file's part. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** What a PNG file's header says: 8 bits a sample and no interlacing where these are left out. */
export interface Header {
  width: number;
  height: number;
  depth?: number;
  colourType: number;
  interlace?: number;
}

export const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** The part that a PNG file begins with. */
export function headerOf({ width, height, depth = 8, colourType, interlace = 0 }: Header): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlace], 8);
  return chunk("IHDR", header);
}

/** A PNG file of these rows, each after its filter's byte, with other parts before them. */
export function png(header: Header, rows: ArrayLike<number>, others: Buffer[] = []): Buffer {
  const pixels = chunk("IDAT", deflateSync(Uint8Array.from(rows)));
  return Buffer.concat([SIGNATURE, headerOf(header), ...others, pixels, chunk("IEND", new Uint8Array())]);
}
