/**
 * The inverse cosine transform of blocks of 8x8 coefficients into `size` x `size` samples: of less than 8 come from the
 * coefficients of lower frequencies alone, and are as many fewer pixels.
 */
export class Transform {
  readonly #size: number;
  /** For each sample and frequency, how much of it there is. */
  readonly #basis: Float32Array;
  /** Rows transformed, columns not yet. */
  readonly #half: Float32Array;

  constructor(size: number) {
    this.#size = size;
    this.#half = new Float32Array(size * size);
    this.#basis = Float32Array.from({ length: size * size }, (_, i) => {
      const [sample, frequency] = [Math.floor(i / size), i % size];
      const scale = frequency === 0 ? Math.SQRT1_2 / 2 : 1 / 2;
      return scale * Math.cos(((2 * sample + 1) * frequency * Math.PI) / (2 * size));
    });
  }

  /**
   * @param block what holds the coefficients, from `start` on, to be multiplied by `quantization`
   * @param samples 0..255, `stride` a row, from `place` on
   */
  apply(
    block: Int16Array,
    start: number,
    quantization: Uint16Array,
    samples: Uint8Array,
    place: number,
    stride: number,
  ): void {
    const [size, basis, half] = [this.#size, this.#basis, this.#half];
    let rows = 0;
    for (let v = 0; v < size; v++) {
      let isEmpty = true;
      for (let u = 0; u < size; u++) if (block[start + 8 * v + u] !== 0) isEmpty = false;
      if (isEmpty) {
        half.fill(0, v * size, (v + 1) * size);
        continue;
      }
      rows = v + 1;
      for (let x = 0; x < size; x++) {
        let sum = 0;
        for (let u = 0; u < size; u++) {
          const at = 8 * v + u;
          sum += (basis[x * size + u] ?? 0) * (block[start + at] ?? 0) * (quantization[at] ?? 0);
        }
        half[v * size + x] = sum;
      }
    }
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        let sum = 128.5;
        for (let v = 0; v < rows; v++) sum += (basis[y * size + v] ?? 0) * (half[v * size + x] ?? 0);
        samples[place + y * stride + x] = sum < 0 ? 0 : sum > 255 ? 255 : sum;
      }
    }
  }
}
