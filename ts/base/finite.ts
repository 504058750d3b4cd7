/**
 * Where the first number stands that is not finite; -1 where all are. A plain loop, as a page looks at all numbers of ten
 * models a second: a call for each takes ten times as long.
 */
export function firstNotFinite(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
