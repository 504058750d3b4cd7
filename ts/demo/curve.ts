/** A stretch of steps: how many, where its first lies (in epochs), and the sum, least and largest of its losses. */
interface Stretch {
  count: number;
  start: number;
  sum: number;
  least: number;
  largest: number;
}

/** For a chart: where (in epochs), mean, least, largest. */
export type Columns = readonly [number[], number[], number[], number[]];

export const NO_LOSSES: Columns = [[], [], [], []];

/** More would be a jagged line. */
const MOST = 320;

/** The losses of a run, in stretches of equally many steps: however long it gets, there are at most 320. */
export class Curve {
  #stretches: Stretch[] = [];
  #length = 1;

  /** @param at in epochs */
  add(at: number, loss: number): void {
    let last = this.#stretches.at(-1);
    if (!last || last.count === this.#length) {
      if (this.#stretches.length === MOST) this.#halve();
      last = { count: 0, start: at, sum: 0, least: Infinity, largest: -Infinity };
      this.#stretches.push(last);
    }
    last.count++;
    last.sum += loss;
    last.least = Math.min(last.least, loss);
    last.largest = Math.max(last.largest, loss);
  }

  columns(): Columns {
    const all = this.#stretches;
    return [
      all.map(({ start }) => start),
      all.map(({ sum, count }) => sum / count),
      all.map(({ least }) => least),
      all.map(({ largest }) => largest),
    ];
  }

  /** Joins the stretches two by two. */
  #halve(): void {
    this.#length *= 2;
    this.#stretches = this.#stretches.flatMap((first, i, all) => {
      if (i % 2 === 1) return [];
      const second = all[i + 1];
      if (!second) return [first];
      return [
        {
          count: first.count + second.count,
          start: first.start,
          sum: first.sum + second.sum,
          least: Math.min(first.least, second.least),
          largest: Math.max(first.largest, second.largest),
        },
      ];
    });
  }
}
