import type { Bits, HuffmanTable } from "./bits.js";
import type { Channel } from "./channels.js";
import type { Scan } from "./segments.js";

/** Where a block's coefficients belong, in the order in which a file has them. */
export const ZIGZAG = Uint8Array.of(
  0,
  1,
  8,
  16,
  9,
  2,
  3,
  10,
  17,
  24,
  32,
  25,
  18,
  11,
  4,
  5,
  12,
  19,
  26,
  33,
  40,
  48,
  41,
  34,
  27,
  20,
  13,
  6,
  7,
  14,
  21,
  28,
  35,
  42,
  49,
  56,
  57,
  50,
  43,
  36,
  29,
  22,
  15,
  23,
  30,
  37,
  44,
  51,
  58,
  59,
  52,
  45,
  38,
  31,
  39,
  46,
  53,
  60,
  61,
  54,
  47,
  55,
  62,
  63,
);

/** What decodes blocks remembers from one to the next. */
export interface State {
  /** The component's last first coefficient. */
  before: number;
  /** Blocks of which the scan says nothing more. */
  empty: number;
}

/** Decodes the block in a channel's place: its part of a scan. */
export type BlockDecoder = (
  bits: Bits,
  channel: Channel,
  place: number,
  tables: { dc: HuffmanTable | undefined; ac: HuffmanTable | undefined },
  state: State,
) => void;

/** A table that a scan names. */
function need(table: HuffmanTable | undefined): HuffmanTable {
  if (!table) throw new Error("a Huffman table is missing");
  return table;
}

/** How a scan's blocks are decoded. */
export function decoderOf({ first, last, before, shift }: Scan, isProgressive: boolean): BlockDecoder {
  if (!isProgressive) return sequential;
  if (first === 0) return before === 0 ? firstDc(shift) : refinedDc(shift);
  return before === 0 ? firstAc(first, last, shift) : refinedAc(first, last, shift);
}

const sequential: BlockDecoder = (bits, { coefficients }, place, { dc, ac }, state) => {
  const start = 64 * place;
  state.before += bits.signed(bits.symbol(need(dc)) & 15);
  coefficients[start] = state.before;
  const table = need(ac);
  for (let i = 1; i < 64; i++) {
    const symbol = bits.symbol(table);
    const zeros = symbol >> 4;
    const length = symbol & 15;
    if (length === 0) {
      if (zeros < 15) return;
      i += 15;
      continue;
    }
    i += zeros;
    if (i > 63) throw new Error("a block has more than 64 coefficients");
    coefficients[start + (ZIGZAG[i] ?? 0)] = bits.signed(length);
  }
};

function firstDc(shift: number): BlockDecoder {
  return (bits, { coefficients }, place, { dc }, state) => {
    state.before += bits.signed(bits.symbol(need(dc)) & 15);
    coefficients[64 * place] = state.before << shift;
  };
}

function refinedDc(shift: number): BlockDecoder {
  return (bits, { coefficients }, place) => {
    coefficients[64 * place] = (coefficients[64 * place] ?? 0) | (bits.take(1) << shift);
  };
}

function firstAc(first: number, last: number, shift: number): BlockDecoder {
  return (bits, { coefficients, ends }, place, { ac }, state) => {
    if (state.empty > 0) {
      state.empty--;
      return;
    }
    const start = 64 * place;
    const table = need(ac);
    for (let i = first; i <= last; i++) {
      const symbol = bits.symbol(table);
      const zeros = symbol >> 4;
      const length = symbol & 15;
      if (length === 0) {
        if (zeros < 15) {
          state.empty = (1 << zeros) - 1 + bits.take(zeros);
          return;
        }
        i += 15;
        continue;
      }
      i += zeros;
      if (i > 63) throw new Error("a block has more than 64 coefficients");
      coefficients[start + (ZIGZAG[i] ?? 0)] = bits.signed(length) << shift;
      if (i >= (ends[place] ?? 0)) ends[place] = i + 1;
    }
  };
}

/** Adds a bit to the coefficients that aren't zero yet, and sets some that are (ITU-T T.81, G.1.2.3). */
function refinedAc(first: number, last: number, shift: number): BlockDecoder {
  const bit = 1 << shift;
  const refine = (bits: Bits, coefficients: Int16Array, at: number) => {
    const value = coefficients[at] ?? 0;
    if (bits.take(1) === 1) coefficients[at] = value + (value > 0 ? bit : -bit);
  };
  return (bits, { coefficients, ends }, place, { ac }, state) => {
    const start = 64 * place;
    let i = first;
    if (state.empty === 0) {
      const table = need(ac);
      for (; i <= last; i++) {
        const symbol = bits.symbol(table);
        let zeros = symbol >> 4;
        let value = 0;
        if ((symbol & 15) > 0) value = bits.take(1) === 1 ? bit : -bit;
        else if (zeros < 15) {
          state.empty = (1 << zeros) + bits.take(zeros);
          break;
        }
        for (; i <= last; i++) {
          const at = start + (ZIGZAG[i] ?? 0);
          if (coefficients[at] !== 0) refine(bits, coefficients, at);
          else if (zeros-- === 0) {
            coefficients[at] = value;
            if (value !== 0 && i >= (ends[place] ?? 0)) ends[place] = i + 1;
            break;
          }
        }
      }
      if (state.empty === 0) return;
    }
    state.empty--;
    // Behind the end all are zero.
    const end = ends[place] ?? 0;
    for (; i <= last && i < end; i++) {
      const at = start + (ZIGZAG[i] ?? 0);
      if (coefficients[at] !== 0) refine(bits, coefficients, at);
    }
  };
}
