/** Pages have no environment variables. */
export function environment(): string | undefined {
  return undefined;
}

/**
 * How many threads are worth using. A page is told of logical cores only: where there are more than four, two of them
 * may share one core's arithmetic units.
 */
export function availableCores(): number {
  const logical = navigator.hardwareConcurrency;
  return logical > 4 ? Math.ceil(logical / 2) : logical;
}
