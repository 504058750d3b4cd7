/** The rate is that of the last second. */
const RATE_MS = 1000;

/** How long a run has been training, and how many steps a second it takes. */
export class Stopwatch {
  #before = 0;
  #since: number | undefined;
  #steps = 0;
  /** When so many steps had run, in the last second. */
  #marks: [time: number, steps: number][] = [];

  start(): void {
    this.#since = performance.now();
    this.#marks = [[this.#since, this.#steps]];
  }

  stop(): void {
    if (this.#since !== undefined) this.#before += performance.now() - this.#since;
    this.#since = undefined;
    this.#marks = [];
  }

  reset(): void {
    this.#before = 0;
    this.#steps = 0;
    this.#marks = [];
    if (this.#since !== undefined) this.start();
  }

  /** A step has run. */
  count(): void {
    this.#steps++;
  }

  /** The rate is undefined while there were too few steps to tell. */
  read(): { seconds: number; rate: number | undefined } {
    const now = performance.now();
    const seconds = (this.#before + (this.#since === undefined ? 0 : now - this.#since)) / 1000;
    if (this.#since === undefined) return { seconds, rate: undefined };
    this.#marks.push([now, this.#steps]);
    while (this.#marks.length > 2 && now - (this.#marks[0]?.[0] ?? now) > RATE_MS) this.#marks.shift();
    const [since, steps] = this.#marks[0] ?? [now, this.#steps];
    const rate = now - since > 200 ? (1000 * (this.#steps - steps)) / (now - since) : undefined;
    return { seconds, rate };
  }
}
