import { fetchEmbedded } from "../core/embedded.js";
import { blobOf, scriptUrl } from "../core/script.js";
import { settings } from "../core/settings.js";

/** What the page's worker runs. A reader reads files, and does all that a trainer does; few pages need it. */
export type Program = "trainer" | "reader";

let readerUrl: Promise<string> | undefined;

/**
 * Where a program is. A reader that is there already is the trainer, too.
 * @throws DigitrainError where the reader can't be fetched
 */
export async function urlOf(program: Program): Promise<string> {
  if (settings.workerUrl !== undefined) return settings.workerUrl;
  if (program === "trainer") return readerUrl ?? scriptUrl();
  readerUrl ??= fetchReader();
  readerUrl.catch(() => {
    readerUrl = undefined;
  });
  return readerUrl;
}

async function fetchReader(): Promise<string> {
  return blobOf(await fetchEmbedded("the worker's program", () => import("./worker.base64.js")));
}
