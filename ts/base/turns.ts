const LONGEST_CALL_MS = 16;
/** Whoever holds work up for longer wants to see it piece by piece. */
export const HELD_UP_MS = 50;

/** Lets the event loop turn once: timers, input and aborts get their chance. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Work whose pieces wait for something themselves: it lets others have their turn when it has held the loop for too long. */
export class Pace {
  #begun = performance.now();

  /** To be called between two pieces. */
  async rest(signal?: AbortSignal): Promise<void> {
    if (performance.now() - this.#begun < LONGEST_CALL_MS) return;
    await nextTurn();
    signal?.throwIfAborted();
    this.#begun = performance.now();
  }
}

/**
 * Does work in calls of about 16 ms, with a turn of the event loop after each, so that nobody waits long.
 * @param total how many pieces there are, such as steps or examples
 * @param work does the pieces from `start` up to `end`
 * @param signal stops between two calls, with the signal's reason
 * @param report is told after each call what has been done, and in how many milliseconds since the first began; its own
 *   time is no part of these, and the next call waits for it; where that is long, the next call does one piece
 * @param isOver whether to leave the pieces that aren't done
 * @returns the milliseconds that the calls of `work` took
 */
export async function inTurns(
  total: number,
  work: (start: number, end: number) => void,
  signal?: AbortSignal,
  report?: (start: number, end: number, milliseconds: number) => void | Promise<void>,
  isOver: () => boolean = () => false,
): Promise<number> {
  let milliseconds = 0;
  let pieces = 1;
  for (let start = 0; start < total && !isOver();) {
    const end = Math.min(total, start + pieces);
    const begun = performance.now();
    work(start, end);
    const took = performance.now() - begun;
    milliseconds += took;
    // The first pieces may be the quickest: growing eightfold at most keeps a wrong guess short.
    pieces = Math.max(1, Math.min(8 * pieces, Math.floor((LONGEST_CALL_MS * (end - start)) / took)));
    const reported = performance.now();
    await report?.(start, end, milliseconds);
    if (performance.now() - reported > HELD_UP_MS) pieces = 1;
    start = end;
    await nextTurn();
    signal?.throwIfAborted();
  }
  return milliseconds;
}
