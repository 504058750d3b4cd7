/** Waits for some work's result, but no longer than until the signal aborts: then it rejects with the signal's reason. */
export async function unlessAborted<Result>(
  work: Result | Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  // A callback that returned nothing has nothing to wait for.
  if (work === undefined) return work;
  const pending = Promise.resolve(work);
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    // The callback itself may have aborted.
    if (signal?.aborted) resolve();
    else signal?.addEventListener("abort", onAbort);
  });
  try {
    await Promise.race([pending, aborted]);
    signal?.throwIfAborted();
    return await pending;
  } finally {
    if (onAbort) signal?.removeEventListener("abort", onAbort);
  }
}
