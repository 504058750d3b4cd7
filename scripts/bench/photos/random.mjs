/** Random numbers of a seed: the generator mulberry32. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed | 0;
  }

  /** From 0 up to 1. */
  unit() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least, most) {
    return least + (most - least) * this.unit();
  }

  whole(least, most) {
    return Math.floor(this.between(least, most + 1));
  }

  pick(list) {
    return list[this.whole(0, list.length - 1)];
  }

  /** From a normal distribution of mean 0 and standard deviation 1. */
  normal() {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}
