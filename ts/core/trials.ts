/** Some steps to be done with so many threads. */
export interface Slice {
  threads: number;
  steps: number;
  /** How many threads the run has, as far as is known: others are only tried. */
  chosen: number;
  /** Why so many, where they aren't the most. */
  why: string;
}

/** After about 20 steps V8 has compiled everything that a step runs with its optimizing compiler. */
export const STEPS_TO_COMPILE = 24;
/** Meanwhile, more threads than there are cores take several times as long; of so many seldom one is too many. */
const THREADS_TO_COMPILE = 2;
const STEPS_OF_A_TRIAL = 3;
const MOST_TRIALS = 24;
/** After a single pair of trials what is so many times as slow isn't tried any further. */
const FAR_SLOWER = 1.5;
/**
 * The mean of the differences must be so many times its standard error, as other work disturbs trials. What was chance
 * the next look mends.
 */
const CERTAIN = 1;
/** What a change must gain at least. */
const WORTHWHILE = 0.97;
/** How much of a run's time trials may take, but for the first look. */
const SHARE_OF_TRIALS = 0.008;
const STEPS_BETWEEN_LOOKS = 64;
/** When steps take so many times as long as after the last look, there is another one. */
const SLOWER = 1.3;

/**
 * Which number of threads to do the next steps with: the number that takes the least time, as far as trials have shown.
 * Once all is compiled it begins with the most, tries half as many, half of these and so on for as long as that is
 * quicker, and looks again now and then, or when steps have become slower: what else the machine does may change.
 *
 * It is given back, for each slice, the milliseconds that a step took.
 */
export function* sliceByTrials(most: number): Generator<Slice, never, number> {
  const counts = halvings(most);
  let current = 0;
  let elapsed = 0;
  let spent = 0;
  const slice = (threads = most, steps = STEPS_OF_A_TRIAL): Slice => {
    return { threads, steps, chosen: counts[current] ?? most, why: `quicker here than ${most}, as measured` };
  };
  /** Whether another number of threads is quicker than the current one. */
  function* isQuicker(other: number | undefined): Generator<Slice, boolean, number> {
    const ours: number[] = [];
    const others: number[] = [];
    do {
      ours.push(yield slice(counts[current]));
      others.push(yield slice(other));
    } while (ours.length < MOST_TRIALS && !isDecided(ours, others));
    const [our, their] = [sum(ours), sum(others)];
    elapsed += STEPS_OF_A_TRIAL * (our + their);
    // Where one seems more than twice as slow, something else held it up.
    spent += STEPS_OF_A_TRIAL * Math.min(our, their, Math.abs(our - their));
    return isCertain(ours, others) && their < WORTHWHILE * our;
  }

  /** Goes on to the next number of threads, one way or else the other, for as long as that is quicker. */
  function* look(): Generator<Slice, void, number> {
    for (const way of [1, -1]) {
      const before = current;
      while (current + way in counts && (yield* isQuicker(counts[current + way]))) current += way;
      if (current !== before) break;
    }
  }

  const few = Math.min(most, THREADS_TO_COMPILE);
  const why = "more are tried when the engine has compiled the core";
  yield { threads: few, steps: STEPS_TO_COMPILE, chosen: few, why };
  yield* look();
  // The first look is the dearest, and where it was disturbed, the second one must not wait until it has paid off.
  elapsed = 0;
  spent = 0;
  for (;;) {
    const usual = yield slice(counts[current], STEPS_BETWEEN_LOOKS);
    elapsed += STEPS_BETWEEN_LOOKS * usual;
    let latest = usual;
    while (spent > SHARE_OF_TRIALS * elapsed && latest < SLOWER * usual) {
      latest = yield slice(counts[current], STEPS_BETWEEN_LOOKS);
      elapsed += STEPS_BETWEEN_LOOKS * latest;
    }
    yield* look();
  }
}

/** Whether more pairs of trials would tell nothing more. */
function isDecided(ours: readonly number[], others: readonly number[]): boolean {
  return sum(others) > FAR_SLOWER * sum(ours) || isCertain(ours, others);
}

/** Whether one is quicker than the other beyond what differs from trial to trial: Student's t of the pairs. */
function isCertain(ours: readonly number[], others: readonly number[]): boolean {
  const count = ours.length;
  if (count < 3) return false;
  const differences = ours.map((our, i) => our - (others[i] ?? our));
  const mean = sum(differences) / count;
  const variance = sum(differences.map((difference) => (difference - mean) ** 2)) / (count - 1);
  return Math.abs(mean) > CERTAIN * Math.sqrt(variance / count);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A number, its half (the larger one), and so on down to 1. */
function halvings(most: number): number[] {
  return most === 1 ? [1] : [most, ...halvings(Math.ceil(most / 2))];
}

/** Does a run's steps in slices, and measures them. */
export class TimedSlices {
  readonly #slices: Generator<Slice, never, number>;
  #slice: Slice;
  #done = 0;
  #milliseconds = 0;

  constructor(slices: Generator<Slice, never, number>) {
    this.#slices = slices;
    this.#slice = slices.next(0).value;
  }

  /** Does steps from `start` up to `end`: parts of as many slices as these take. */
  run(start: number, end: number, work: (start: number, end: number, slice: Slice) => void): void {
    for (let from = start; from < end;) {
      const to = Math.min(end, from + this.#slice.steps - this.#done);
      const begun = performance.now();
      work(from, to, this.#slice);
      this.#milliseconds += performance.now() - begun;
      this.#done += to - from;
      from = to;
      if (this.#done < this.#slice.steps) continue;
      this.#slice = this.#slices.next(this.#milliseconds / this.#slice.steps).value;
      this.#done = 0;
      this.#milliseconds = 0;
    }
  }
}
