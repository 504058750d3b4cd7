import { reasonOf } from "../base/errors.js";
import { scriptUrl, startWorker } from "./script.js";
import type { TeamWorkerData } from "./team-worker.js";
import type { Thread } from "./thread.js";

/**
 * Starts a worker of the thread teams, which lives as long as this one.
 * @param ready is called when it does
 * @param failed is told why it doesn't
 */
export function startThread(data: TeamWorkerData, ready: () => void, failed: (why: string) => void): Thread {
  const worker = startWorker(scriptUrl(), failed);
  worker?.addEventListener("message", ready, { once: true });
  try {
    worker?.postMessage(data);
  } catch (error) {
    failed(`a worker can't be given memory to share: ${reasonOf(error)}`);
  }
  return {
    terminate() {
      worker?.terminate();
    },
  };
}
