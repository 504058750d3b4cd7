import { writeFileSync } from "node:fs";
import { encode } from "fast-png";

const TILE = 112;
const GAP = 4;
const ACROSS = 10;

/** Photos in rows, and under each what the network sees of it. */
export class Sheet {
  #tiles = [];

  /** @param pixels 28x28; undefined where nothing was found */
  add(photo, pixels, isRead) {
    this.#tiles.push({ photo, pixels, isRead });
  }

  save(path) {
    const rows = Math.ceil(this.#tiles.length / ACROSS);
    const [width, height] = [ACROSS * (TILE + GAP), rows * 2 * (TILE + GAP)];
    const data = new Uint8Array(3 * width * height).fill(128);
    this.#tiles.forEach(({ photo, pixels, isRead }, i) => {
      const [left, top] = [(i % ACROSS) * (TILE + GAP), Math.floor(i / ACROSS) * 2 * (TILE + GAP)];
      const paint = (x, y, colour) => data.set(colour, 3 * ((top + y) * width + left + x));
      const shrink = Math.max(photo.width, photo.height) / TILE;
      for (let y = 0; y < TILE; y++) {
        for (let x = 0; x < TILE; x++) {
          const [column, row] = [Math.floor(x * shrink), Math.floor(y * shrink)];
          if (column < photo.width && row < photo.height) {
            const at = 4 * (row * photo.width + column);
            paint(x, y, photo.data.subarray(at, at + 3));
          }
          const ink = pixels?.[Math.floor((28 * y) / TILE) * 28 + Math.floor((28 * x) / TILE)] ?? 0;
          paint(x, TILE + GAP + y, isRead ? [ink, ink, ink] : [Math.max(ink, 110), ink, ink]);
        }
      }
    });
    writeFileSync(path, encode({ width, height, data, channels: 3, depth: 8 }));
  }
}
