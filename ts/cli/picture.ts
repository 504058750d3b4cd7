/** The bits of a braille character's dots: four rows of two. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/**
 * Draws an image of 8-bit pixels in braille, a dot for each pixel with ink.
 * @returns lines for four rows of pixels each, all of one length
 */
export function drawInBraille(pixels: Uint8Array, width: number): string[] {
  const character = (top: number, left: number) => {
    const bits = DOTS.flatMap((row, y) =>
      row.filter((_, x) => left + x < width && (pixels[(top + y) * width + left + x] ?? 0) >= 128),
    );
    return bits.length === 0 ? " " : String.fromCharCode(0x2800 + bits.reduce((sum, bit) => sum + bit));
  };
  const lines: string[] = [];
  for (let top = 0; top * width < pixels.length; top += 4) {
    const starts = Array.from({ length: Math.ceil(width / 2) }, (_, i) => 2 * i);
    lines.push(starts.map((left) => character(top, left)).join(""));
  }
  return lines;
}
