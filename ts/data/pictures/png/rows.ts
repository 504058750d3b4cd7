import type { Header } from "./header.js";

/** A part of a picture's pixels: of every so many columns and rows one, from the first on. */
export interface Pass {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
  /** Pixels a row, and rows. */
  readonly width: number;
  readonly height: number;
  /** Bytes a row, its filter's kind included. */
  readonly rowBytes: number;
}

/** The passes of an interlaced PNG file (Adam7): first column and row, and steps across and down. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes in which a file has its pixels, those left out in which there are none. */
export function passesOf({ width, height, depth, samples, isInterlaced }: Header): Pass[] {
  const layout = isInterlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return layout
    .map(([left, top, across, down]) => {
      const columns = Math.ceil((width - left) / across);
      const rows = Math.ceil((height - top) / down);
      const rowBytes = 1 + Math.ceil((columns * samples * depth) / 8);
      return { left, top, across, down, width: columns, height: rows, rowBytes };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/**
 * Undoes the filter of a row of bytes, in place: each is the difference to what a filter foretells from bytes before it.
 * @param row the filter's kind, then the bytes
 * @param above the row above, undone; zeros for the first
 * @param step the bytes of a pixel, at least 1
 * @throws Error for an unknown filter; the message is for the middle of a sentence.
 */
export function undoFilter(row: Uint8Array, above: Uint8Array, step: number): void {
  const { length } = row;
  switch (row[0]) {
    case 0:
      return;
    case 1:
      for (let i = 1 + step; i < length; i++) row[i] = (row[i] ?? 0) + (row[i - step] ?? 0);
      return;
    case 2:
      for (let i = 1; i < length; i++) row[i] = (row[i] ?? 0) + (above[i] ?? 0);
      return;
    case 3:
      for (let i = 1; i < length; i++) {
        const left = i > step ? (row[i - step] ?? 0) : 0;
        row[i] = (row[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1);
      }
      return;
    case 4:
      undoPaeth(row, above, step);
      return;
    default:
      throw new Error(`a row has the unknown filter ${row[0] ?? ""}`);
  }
}

/** Paeth's filter foretells whichever of left, above and left above is nearest to left + above - left above. */
function undoPaeth(row: Uint8Array, above: Uint8Array, step: number): void {
  for (let i = 1; i < row.length; i++) {
    const left = i > step ? (row[i - step] ?? 0) : 0;
    const up = above[i] ?? 0;
    const corner = i > step ? (above[i - step] ?? 0) : 0;
    const fromLeft = up > corner ? up - corner : corner - up;
    const fromUp = left > corner ? left - corner : corner - left;
    const both = left + up - 2 * corner;
    const fromCorner = both > 0 ? both : -both;
    const foretold = fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner;
    row[i] = (row[i] ?? 0) + foretold;
  }
}
