import { Worker } from "node:worker_threads";
import { reasonOf } from "../base/errors.js";
import { type TeamWorkerData, runTeamWorker } from "./team-worker.js";

/** A worker of a thread team. */
export interface Thread {
  terminate(): void;
}

const SOURCE = `
const { parentPort, workerData } = require("node:worker_threads");
(${runTeamWorker.toString()})(workerData, () => parentPort.postMessage("ready"));
`;

/**
 * Starts a worker of the thread teams, which lives for the rest of the process.
 * @param ready is called when it does
 * @param failed is told why it doesn't, or no longer
 */
export function startThread(data: TeamWorkerData, ready: () => void, failed: (why: string) => void): Thread {
  let worker: Worker;
  try {
    worker = new Worker(SOURCE, { eval: true, workerData: data, name: "digitrain" });
  } catch (error) {
    // Node's permission model forbids workers.
    failed(`a worker can't be started: ${reasonOf(error)}`);
    return { terminate: () => undefined };
  }
  worker.once("message", () => {
    // From here on it is the main thread alone that keeps the process alive.
    worker.unref();
    ready();
  });
  worker.once("error", (error) => {
    failed(`a worker failed: ${error.message}`);
  });
  worker.once("exit", () => {
    failed("a worker has stopped");
  });
  return {
    terminate() {
      void worker.terminate();
    },
  };
}
