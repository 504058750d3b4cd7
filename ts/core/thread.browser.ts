import { startWorker } from "./script.js";
import type { SeatData } from "./seat.js";
import type { Thread } from "./thread.js";

/**
 * Starts a worker that serves a seat for as long as this one lives.
 * @param ready is called when it does
 * @param failed is told why it doesn't
 */
export function startThread(data: SeatData, ready: () => void, failed: (why: string) => void): Thread {
  const worker = startWorker(failed);
  worker?.addEventListener("message", ready, { once: true });
  worker?.postMessage(data);
  return {
    terminate() {
      worker?.terminate();
    },
  };
}
