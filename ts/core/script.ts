import { reasonOf } from "../base/errors.js";
import { settings } from "./settings.js";

/** The trainer's program, which the build puts here; undefined in a worker itself. */
declare const WORKER_SOURCE: string | undefined;

/** Whether this is a page, whose thread draws it and so must not be held. */
export function isPage(): boolean {
  return "document" in globalThis;
}

/** The address of a program that a blob holds. */
export function blobOf(program: string | ArrayBuffer): string {
  return URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
}

let trainerUrl: string | undefined;

/** Where a program is that trains: in a worker of ours where that came from, else where init says, else in a blob. */
export function scriptUrl(): string {
  if (typeof WORKER_SOURCE === "undefined") return globalThis.location.href;
  return settings.workerUrl ?? (trainerUrl ??= blobOf(WORKER_SOURCE));
}

/** Starts a worker of ours; `failed` is told why it can't, now or later. */
export function startWorker(url: string, failed: (why: string) => void): Worker | undefined {
  try {
    const worker = new Worker(url, { name: "digitrain" });
    worker.addEventListener("error", (event) => {
      failed(`a worker failed: ${event.message || "the page's rules don't allow its script"}`);
    });
    return worker;
  } catch (error) {
    failed(`a worker failed: ${reasonOf(error)}`);
    return undefined;
  }
}
