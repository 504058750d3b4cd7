/** What the network took a drawing for, from some time of its run on. */
export interface Shot {
  readonly label: number;
  /** How sure it was last: a probability, or a score. */
  readonly certainty: number;
  /** Training images that it had seen when it first said so, and its seconds of training. */
  readonly images: number;
  readonly seconds: number;
}

/** The verdicts on one drawing during one run. */
export type Film = readonly Shot[];

/** More would tell no more. */
const MOST_SHOTS = 60;

/** A film goes on: the same verdict as before is the same shot. */
export function filmAfter(film: Film, shot: Shot): Film {
  const last = film.at(-1);
  if (last?.label === shot.label) return [...film.slice(0, -1), { ...last, certainty: shot.certainty }];
  const [first, ...others] = film;
  return [...(first ? [first] : []), ...others.slice(-MOST_SHOTS + 2), shot];
}

/**
 * The shot since which the drawing is read as it is now; undefined where that was a guess before the first step, or the
 * drawing came when the run was under way, and so tells nothing of how long it took.
 */
export function readSince(film: Film): Shot | undefined {
  return film.length > 1 && film[0]?.images === 0 ? film.at(-1) : undefined;
}
