import { Readable } from "node:stream";
import { Pace } from "../../../base/turns.js";
import { inflateParts } from "../../formats/inflate.js";
import { orientationOf, upright } from "../orientation.js";
import type { Picture } from "../grid.js";
import { Reducer } from "../reducer.js";
import { checked, chunksOf, partsOf } from "./chunks.js";
import { coloursOf, fromApple } from "./colours.js";
import { headerOf } from "./header.js";
import { passesOf, undoFilter } from "./rows.js";

/** No DEFLATE stream is more than so many times smaller than what it holds. */
const LARGEST_RATIO = 1032;

/**
 * Decodes a PNG file of any kind, in calls of some milliseconds and with little more memory than the picture takes.
 * @throws TooLarge, or Error where it is damaged; the message is for the middle of a sentence.
 */
export async function decodePng(bytes: Uint8Array): Promise<Picture> {
  const chunks = chunksOf(bytes);
  const header = headerOf(chunks);
  const passes = passesOf(header);
  const find = (wanted: string) => chunks.find(({ type }) => type === wanted);
  const read = (wanted: string) => {
    const chunk = find(wanted);
    return chunk && checked(chunk);
  };
  const pixelChunks = chunks.filter(({ type }) => type === "IDAT");
  const size = passes.reduce((sum, { rowBytes, height }) => sum + rowBytes * height, 0);
  const compressed = pixelChunks.reduce((sum, { data }) => sum + data.length, 0);
  if (size > LARGEST_RATIO * compressed)
    throw new Error(`${compressed} compressed bytes can't hold ${header.width}x${header.height} pixels`);
  const colours = coloursOf(header, read("PLTE"), read("tRNS"));
  const isApples = find("CgBI") !== undefined;
  const reducer = new Reducer(header.width, header.height);
  const rows = new Rows(inflateParts(isApples ? "raw" : "zlib", Readable.from(partsOf(pixelChunks))));
  const step = Math.max(1, (header.samples * header.depth) / 8);
  const pace = new Pace();
  for (const { left, top, across, down, width, height, rowBytes } of passes) {
    let above = new Uint8Array(rowBytes);
    const pixels = new Uint8Array(4 * width);
    for (let i = 0; i < height; i++) {
      const row = await rows.next(rowBytes);
      undoFilter(row, above, step);
      colours(row, pixels);
      if (isApples) fromApple(pixels);
      reducer.add(pixels, top + i * down, left, across);
      above = row;
      await pace.rest();
    }
  }
  await rows.end();
  return upright(reducer.picture(), orientationOf(find("eXIf")?.data));
}

/** Bytes that come in parts, taken row by row. */
class Rows {
  readonly #parts: AsyncIterator<Uint8Array>;
  #part = new Uint8Array();
  #start = 0;

  constructor(parts: AsyncIterable<Uint8Array>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  /** @throws Error where there are no more. */
  async next(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const row = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      if (this.#start === this.#part.length) await this.#more();
      if (this.#part.length === 0) throw new Error("there are too few pixels");
      const bytes = this.#part.subarray(this.#start, this.#start + length - filled);
      row.set(bytes, filled);
      filled += bytes.length;
      this.#start += bytes.length;
    }
    return row;
  }

  /** @throws Error where there are more. */
  async end(): Promise<void> {
    if (this.#start === this.#part.length) await this.#more();
    const isMore = this.#part.length > 0;
    await this.#parts.return?.();
    if (isMore) throw new Error("there are too many pixels");
  }

  async #more(): Promise<void> {
    const next = await this.#parts.next();
    this.#part = next.done ? new Uint8Array() : new Uint8Array(next.value);
    this.#start = 0;
  }
}
