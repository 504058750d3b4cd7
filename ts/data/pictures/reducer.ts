import { MOST_KEPT } from "./limits.js";
import type { Picture } from "./grid.js";

/** Makes a picture of pixels that come in any order, reduced by a whole factor where there are too many to keep. */
export class Reducer {
  readonly #factor: number;
  readonly #width: number;
  readonly #height: number;
  /** Sums of red, green and blue times alpha, and of alpha, pixel by pixel. */
  readonly #sums: Uint32Array;
  readonly #counts: Uint8Array;

  constructor(width: number, height: number) {
    this.#factor = Math.ceil(Math.sqrt((width * height) / MOST_KEPT));
    this.#width = Math.ceil(width / this.#factor);
    this.#height = Math.ceil(height / this.#factor);
    this.#sums = new Uint32Array(4 * this.#width * this.#height);
    this.#counts = new Uint8Array(this.#width * this.#height);
  }

  /**
   * Adds pixels of a row, from column `left` on every `across` one.
   * @param pixels red, green, blue and alpha of each
   */
  add(pixels: Uint8Array, top: number, left: number, across: number): void {
    const [sums, counts, factor] = [this.#sums, this.#counts, this.#factor];
    const row = Math.floor(top / factor) * this.#width;
    for (let i = 0, x = left; i < pixels.length; i += 4, x += across) {
      const place = row + Math.floor(x / factor);
      const alpha = pixels[i + 3] ?? 0;
      const at = 4 * place;
      sums[at] = (sums[at] ?? 0) + alpha * (pixels[i] ?? 0);
      sums[at + 1] = (sums[at + 1] ?? 0) + alpha * (pixels[i + 1] ?? 0);
      sums[at + 2] = (sums[at + 2] ?? 0) + alpha * (pixels[i + 2] ?? 0);
      sums[at + 3] = (sums[at + 3] ?? 0) + alpha;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }

  picture(): Picture {
    const [sums, counts] = [this.#sums, this.#counts];
    const data = new Uint8Array(sums.length);
    for (let place = 0, at = 0; place < counts.length; place++, at += 4) {
      const alpha = sums[at + 3] ?? 0;
      if (alpha === 0) continue;
      data[at] = (sums[at] ?? 0) / alpha + 0.5;
      data[at + 1] = (sums[at + 1] ?? 0) / alpha + 0.5;
      data[at + 2] = (sums[at + 2] ?? 0) / alpha + 0.5;
      data[at + 3] = alpha / (counts[place] ?? 1) + 0.5;
    }
    return { width: this.#width, height: this.#height, data };
  }
}
