import type { Pace } from "../../../base/turns.js";
import { Bits, HuffmanTable } from "./bits.js";
import { decoderOf, ZIGZAG } from "./blocks.js";
import type { Channel } from "./channels.js";
import { blocksOf, type Contents, type Frame, type Scan } from "./segments.js";

/**
 * Reads all scans of a file into its channels.
 * @throws Error where it is damaged; the message is for the middle of a sentence.
 */
export async function decodeScans(
  bytes: Uint8Array,
  contents: Contents,
  channels: readonly Channel[],
  pace: Pace,
) {
  const quantizations: Uint16Array[] = [];
  const [dc, ac]: [HuffmanTable[], HuffmanTable[]] = [[], []];
  let interval = 0;
  for (const segment of contents.segments) {
    if (segment.kind === "quantization") readQuantizations(segment.data, quantizations);
    else if (segment.kind === "huffman") readHuffmanTables(segment.data, dc, ac);
    else if (segment.kind === "restart") interval = segment.interval;
    else {
      for (const { place } of segment.scan.components) {
        const channel = channels[place];
        if (channel) channel.quantization ??= quantizations[channel.component.quantization];
      }
      await decodeScan(
        new Bits(bytes, segment.scan.start),
        contents.frame,
        segment.scan,
        channels,
        { dc, ac, interval },
        pace,
      );
    }
  }
}

function readQuantizations(data: Uint8Array, tables: Uint16Array[]): void {
  for (let start = 0; start < data.length;) {
    const kind = data[start++] ?? 0;
    const bytes = kind >> 4 === 0 ? 1 : 2;
    if ((kind & 15) > 3 || start + 64 * bytes > data.length)
      throw new Error("a quantization table is damaged");
    const table = new Uint16Array(64);
    for (const place of ZIGZAG) {
      table[place] = bytes === 1 ? (data[start] ?? 0) : 256 * (data[start] ?? 0) + (data[start + 1] ?? 0);
      start += bytes;
    }
    tables[kind & 15] = table;
  }
}

function readHuffmanTables(data: Uint8Array, dc: HuffmanTable[], ac: HuffmanTable[]): void {
  for (let start = 0; start < data.length;) {
    const kind = data[start] ?? 0;
    const counts = data.subarray(start + 1, start + 17);
    const end = start + 17 + counts.reduce((sum, count) => sum + count, 0);
    if (kind > 0x1f || (kind & 15) > 3 || end > data.length) throw new Error("a Huffman table is damaged");
    (kind < 16 ? dc : ac)[kind & 15] = new HuffmanTable(counts, data.subarray(start + 17, end));
    start = end;
  }
}

interface Tables {
  dc: readonly HuffmanTable[];
  ac: readonly HuffmanTable[];
  /** Units between two restarts; 0: there are none. */
  interval: number;
}

async function decodeScan(
  bits: Bits,
  frame: Frame,
  scan: Scan,
  channels: readonly Channel[],
  tables: Tables,
  pace: Pace,
): Promise<void> {
  const decode = decoderOf(scan, frame.isProgressive);
  const parts = scan.components.map(({ place, dc, ac }) => {
    const channel = channels[place];
    if (!channel) throw new Error("a scan is of a component that there isn't");
    return { channel, tables: { dc: tables.dc[dc], ac: tables.ac[ac] }, state: { before: 0, empty: 0 } };
  });
  const [{ channel: first }] = parts as [(typeof parts)[0]];
  // Blocks of one component come row by row; of several, in units of some blocks of each.
  const isAlone = parts.length === 1;
  const single = blocksOf(frame, first.component);
  const { across, down } = isAlone
    ? single
    : { across: first.across / first.component.across, down: first.down / first.component.down };
  let done = 0;
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++, done++) {
      if (tables.interval > 0 && done > 0 && done % tables.interval === 0) {
        bits.restart();
        for (const { state } of parts) state.before = state.empty = 0;
      }
      for (const { channel, tables: own, state } of parts) {
        const { component } = channel;
        const [blocksAcross, blocksDown] = isAlone ? [1, 1] : [component.across, component.down];
        for (let row = 0; row < blocksDown; row++) {
          for (let column = 0; column < blocksAcross; column++) {
            const block = (y * blocksDown + row) * channel.across + x * blocksAcross + column;
            decode(bits, channel, block, own, state);
          }
        }
      }
    }
    await pace.rest();
  }
}
