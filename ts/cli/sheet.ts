import { encode } from "fast-png";
import type { GreyImage } from "../index.js";
import { drawInBraille } from "./picture.js";

/** Pixels between the images of a sheet, and how many times larger they are drawn. */
const GAP = 2;
const SCALE = 3;

/**
 * Images of one size side by side as a PNG file, dark on white.
 * @param images at least one
 */
export function sheet(images: readonly GreyImage[], { columns }: { columns: number }): Uint8Array {
  const { width, height } = images[0] ?? { width: 0, height: 0 };
  const across = Math.min(columns, images.length);
  const [tileWidth, tileHeight] = [SCALE * width + GAP, SCALE * height + GAP];
  const total = {
    width: across * tileWidth + GAP,
    height: Math.ceil(images.length / across) * tileHeight + GAP,
  };
  // Grey between the images shows where each one ends.
  const data = new Uint8Array(total.width * total.height).fill(200);
  images.forEach(({ pixels }, image) => {
    const left = (image % across) * tileWidth + GAP;
    const top = Math.floor(image / across) * tileHeight + GAP;
    for (let y = 0; y < SCALE * height; y++) {
      for (let x = 0; x < SCALE * width; x++) {
        const ink = pixels[Math.floor(y / SCALE) * width + Math.floor(x / SCALE)] ?? 0;
        data[(top + y) * total.width + left + x] = 255 - ink;
      }
    }
  });
  return encode({ ...total, data, depth: 8, channels: 1 });
}

/** An image and a line of text below it, which may be wider. */
export interface Captioned {
  readonly image: GreyImage;
  readonly caption: string;
}

/**
 * Images side by side in braille, with captions below, as many in a row as fit.
 * @param columns of the terminal
 */
export function drawInRows(images: readonly Captioned[], columns: number): string {
  const pictures = images.map(({ image, caption }) => {
    const lines = [...drawInBraille(image.pixels, image.width), caption];
    const width = Math.max(...lines.map((line) => line.length));
    return lines.map((line) => line.padEnd(width));
  });
  const width = Math.max(...pictures.map(([line = ""]) => line.length));
  const perRow = Math.max(1, Math.floor((columns + 2) / (width + 2)));
  const rows: string[] = [];
  for (let start = 0; start < pictures.length; start += perRow) {
    const row = pictures.slice(start, start + perRow);
    const lines = row[0]?.map((_, line) =>
      row
        .map((picture) => picture[line]?.padEnd(width))
        .join("  ")
        .trimEnd(),
    );
    rows.push(lines?.join("\n") ?? "");
  }
  return rows.join("\n\n");
}
