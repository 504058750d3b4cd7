import { reasonOf } from "../base/errors.js";
import { settings } from "./settings.js";

/** The worker's program, which the build puts here; undefined in the worker itself. */
declare const WORKER_SOURCE: string | undefined;

/** Whether this is a page, whose thread draws it and so must not be held. */
export function isPage(): boolean {
  return "document" in globalThis;
}

let blobUrl: string | undefined;

/** Where the worker's program is: in a worker of ours where that came from, else where init says, else in a blob. */
function scriptUrl(): string {
  if (typeof WORKER_SOURCE === "undefined") return globalThis.location.href;
  if (settings.workerUrl !== undefined) return settings.workerUrl;
  blobUrl ??= URL.createObjectURL(new Blob([WORKER_SOURCE], { type: "text/javascript" }));
  return blobUrl;
}

/** Starts a worker of ours; `failed` is told why it can't, now or later. */
export function startWorker(failed: (why: string) => void): Worker | undefined {
  try {
    const worker = new Worker(scriptUrl(), { name: "digitrain" });
    worker.addEventListener("error", (event) => {
      failed(`a worker failed: ${event.message || "the page's rules don't allow its script"}`);
    });
    return worker;
  } catch (error) {
    failed(`a worker failed: ${reasonOf(error)}`);
    return undefined;
  }
}
