import { createHash } from "node:crypto";
import { DigitrainError } from "../errors.js";
import { reasonOf } from "./read.js";

/** A file as it was published, to the bit. */
export interface PublishedFile {
  readonly name: string;
  /** Its length in bytes. */
  readonly length: number;
  /** Its SHA-256, in hexadecimal. */
  readonly sha256: string;
}

/** How a download goes on and when it gives up. */
export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onDownload?: ((progress: { file: string; received: number; total: number }) => void) | undefined;
  /** How long to wait for a mirror's answer, and for more of a body that has begun: milliseconds. */
  readonly patience?: { readonly answer: number; readonly body: number };
}

const PATIENCE = { answer: 5_000, body: 15_000 };

/** A base URL's file. */
function urlOf(mirror: string, file: string): URL {
  return new URL(file, mirror.endsWith("/") ? mirror : `${mirror}/`);
}

/** Aborts where a mirror keeps silent for longer than it was last given. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #onAbort = () => {
    this.#controller.abort(this.#caller?.reason);
  };
  #timer: NodeJS.Timeout | undefined;

  constructor(caller: AbortSignal | undefined) {
    this.#caller = caller;
    caller?.addEventListener("abort", this.#onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  expect(what: string, milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#controller.abort(new Error(`no ${what} for ${milliseconds / 1000} s`));
    }, milliseconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }
}

async function receive(url: URL, file: PublishedFile, options: DownloadOptions): Promise<Uint8Array> {
  const { signal, onDownload, patience = PATIENCE } = options;
  signal?.throwIfAborted();
  const watchdog = new Watchdog(signal);
  try {
    watchdog.expect("answer", patience.answer);
    const response = await fetch(url, { signal: watchdog.signal });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`HTTP status ${response.status}`);
    }
    const reader = response.body.getReader();
    const bytes = new Uint8Array(file.length);
    for (let received = 0; ;) {
      watchdog.expect("data", patience.body);
      const { done, value } = await reader.read();
      if (done && received < file.length)
        throw new Error(`it sent ${received} bytes where the file has ${file.length}`);
      if (done) return bytes;
      if (received + value.length > file.length) {
        await reader.cancel();
        throw new Error(`it sent more than the file's ${file.length} bytes`);
      }
      bytes.set(value, received);
      received += value.length;
      onDownload?.({ file: file.name, received, total: file.length });
    }
  } finally {
    watchdog.stop();
  }
}

/**
 * Downloads a file from the first mirror that has it, whole and unchanged.
 * @param mirrors base URLs, in the order to try them
 * @throws DigitrainError where no mirror has it, saying for each why; the signal's reason where that aborts.
 */
export async function download(
  file: PublishedFile,
  mirrors: readonly string[],
  options: DownloadOptions = {},
): Promise<Uint8Array> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const url = urlOf(mirror, file.name);
    try {
      const bytes = await receive(url, file, options);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      if (sha256 === file.sha256) return bytes;
      failures.push(`${url.host}: its SHA-256 is ${sha256}, not the published file's ${file.sha256}`);
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(`${url.host}: ${reasonOf(error)}`);
    }
  }
  throw new DigitrainError(`${file.name} could not be downloaded (${failures.join("; ")})`);
}
