/** Codes of up to so many bits are looked up at once. */
const QUICK = 9;

/** A Huffman table: which bits stand for which symbols. */
export class HuffmanTable {
  /** For each number of QUICK bits the symbol that they begin with, and in the higher byte the length of its code. */
  readonly quick = new Uint16Array(2 ** QUICK);
  /** For each length the first code behind those of this length, as 16 bits, and what to add for a symbol's place. */
  readonly ends = new Int32Array(18).fill(-1);
  readonly offsets = new Int32Array(17);
  readonly symbols: Uint8Array;

  /**
   * @param counts how many codes there are of each length from 1 to 16
   * @param symbols theirs, in order
   * @throws Error where there are more than so many bits can tell; the message is for the middle of a sentence.
   */
  constructor(counts: Uint8Array, symbols: Uint8Array) {
    this.symbols = symbols;
    let [code, place] = [0, 0];
    for (let length = 1; length <= 16; length++, code *= 2) {
      const count = counts[length - 1] ?? 0;
      this.offsets[length] = place - code;
      for (let i = 0; i < count; i++, code++, place++) {
        if (length > QUICK) continue;
        const first = code << (QUICK - length);
        this.quick.fill((length << 8) | (symbols[place] ?? 0), first, first + 2 ** (QUICK - length));
      }
      if (code > 2 ** length) throw new Error("a Huffman table is damaged");
      this.ends[length] = code << (16 - length);
    }
  }
}

/** The bits of a scan, in which a zero follows each byte of 0xff; what comes behind another is a mark, and ends it. */
export class Bits {
  readonly #bytes: Uint8Array;
  #place: number;
  /** The next bits, the first of them highest, and how many there are. */
  #bits = 0;
  #count = 0;
  /** Bytes of zeros that stand for what isn't there. */
  #missing = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#place = start;
  }

  #fill(): void {
    while (this.#count <= 24) {
      let byte = this.#bytes[this.#place];
      if (byte === 0xff && this.#bytes[this.#place + 1] !== 0) byte = undefined;
      if (byte === undefined) {
        // Some bits may be looked at that no code needs.
        if (++this.#missing > 8) throw new Error("the file ends too early");
        byte = 0;
      } else this.#place += byte === 0xff ? 2 : 1;
      this.#bits |= byte << (24 - this.#count);
      this.#count += 8;
    }
  }

  /** So many bits, 0 to 16, as a number. */
  take(length: number): number {
    if (length === 0) return 0;
    if (this.#count < length) this.#fill();
    const value = this.#bits >>> (32 - length);
    this.#bits <<= length;
    this.#count -= length;
    return value;
  }

  /** A number of so many bits, negative ones included, as JPEG writes coefficients. */
  signed(length: number): number {
    const value = this.take(length);
    return length > 0 && value < 2 ** (length - 1) ? value - 2 ** length + 1 : value;
  }

  /** The symbol of the next code. */
  symbol(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const quick = table.quick[this.#bits >>> (32 - QUICK)] ?? 0;
    if (quick > 0) {
      const length = quick >> 8;
      this.#bits <<= length;
      this.#count -= length;
      return quick & 0xff;
    }
    const next = this.#bits >>> 16;
    for (let length = QUICK + 1; length <= 16; length++) {
      if (next >= (table.ends[length] ?? 0)) continue;
      this.#bits <<= length;
      this.#count -= length;
      return table.symbols[(next >> (16 - length)) + (table.offsets[length] ?? 0)] ?? 0;
    }
    throw new Error("a code is none of its Huffman table");
  }

  /** Goes on behind the next restart's mark. */
  restart(): void {
    const { length } = this.#bytes;
    let place = this.#place;
    while (place < length && !(this.#bytes[place] === 0xff && (this.#bytes[place + 1] ?? 0) > 0)) place++;
    const mark = this.#bytes[place + 1] ?? 0;
    if (mark < 0xd0 || mark > 0xd7) throw new Error("a restart's mark is missing");
    this.#place = place + 2;
    this.#bits = this.#count = this.#missing = 0;
  }
}
