import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DigitrainError, OptionError, reasonOf } from "../../base/errors.js";
import { fetchThroughProxy } from "./proxy.js";

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
  readonly patience?: Patience;
}

/** How long to wait, in milliseconds. */
interface Patience {
  /** For a mirror's answer. */
  readonly answer: number;
  /** For more of a body that has begun. */
  readonly body: number;
  /** Before a mirror is asked for the second time; it doubles with each time after that. */
  readonly pause: number;
}

const PATIENCE: Patience = { answer: 5_000, body: 15_000, pause: 500 };

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

  /** Ends the wait, and the connection where it is still open. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }
}

/** What is had of a file so far: an attempt goes on where the one before it was cut off. */
interface Part {
  readonly bytes: Uint8Array;
  received: number;
}

/** What a mirror did wrong, and whether it may do better when it is asked again. */
class MirrorError extends Error {
  readonly passing: boolean;

  constructor(reason: string, { passing = false } = {}) {
    super(reason);
    this.passing = passing;
  }
}

/** How often a mirror is asked for a file where what it did wrong may pass. */
const ATTEMPTS = 4;

/**
 * Too many requests, a server's trouble that often passes, and a refused range: all of the file may be had where the
 * rest of it can't.
 */
const PASSING_STATUSES: ReadonlySet<number> = new Set([416, 429, 500, 502, 503, 504]);

/** Asks for what is missing of a file; sets the part back where the mirror doesn't send from there. */
async function request(url: URL, part: Part, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  // A body that is compressed for the way would be handed over decompressed.
  const headers = new Headers({ "accept-encoding": "identity" });
  if (part.received > 0) headers.set("range", `bytes=${part.received}-`);
  const response = await fetchThroughProxy(url, headers, signal).catch((error: unknown) => {
    throw error instanceof OptionError ? error : new MirrorError(reasonOf(error));
  });
  const { status, body } = response;
  const start = part.received;
  if (status !== 206) part.received = 0;
  if (!response.ok || !body)
    throw new MirrorError(`HTTP status ${status}`, { passing: PASSING_STATUSES.has(status) });
  if (/^text\/html/i.test(response.headers.get("content-type") ?? ""))
    throw new MirrorError("it sent a web page in place of the file");
  if (status === 206) {
    const range = response.headers.get("content-range") ?? "nothing";
    const expected = `bytes ${start}-${part.bytes.length - 1}/${part.bytes.length}`;
    if (start === 0 || range !== expected) {
      part.received = 0;
      throw new MirrorError(`it sent ${range} where ${expected} was asked for`, { passing: start > 0 });
    }
  }
  return body;
}

/** One attempt at what is missing of a file. */
async function receive(url: URL, file: PublishedFile, part: Part, options: DownloadOptions): Promise<void> {
  const { signal, onDownload, patience = PATIENCE } = options;
  signal?.throwIfAborted();
  const watchdog = new Watchdog(signal);
  try {
    watchdog.expect("answer", patience.answer);
    const reader = (await request(url, part, watchdog.signal)).getReader();
    for (;;) {
      watchdog.expect("data", patience.body);
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new MirrorError(reasonOf(error), { passing: true });
      });
      if (done && part.received < file.length)
        throw new MirrorError(`it sent ${part.received} bytes where the file has ${file.length}`);
      if (done) return;
      if (part.received + value.length > file.length)
        throw new MirrorError(`it sent more than the file's ${file.length} bytes`);
      part.bytes.set(value, part.received);
      part.received += value.length;
      onDownload?.({ file: file.name, received: part.received, total: file.length });
    }
  } finally {
    watchdog.stop();
  }
}

/** A file from one mirror: where its connection stalls or is cut, it is asked again for the rest after a pause. */
async function downloadFrom(url: URL, file: PublishedFile, options: DownloadOptions): Promise<Uint8Array> {
  const part: Part = { bytes: new Uint8Array(file.length), received: 0 };
  for (let attempt = 1; ; attempt++) {
    try {
      await receive(url, file, part, options);
      break;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof MirrorError && error.passing) || attempt === ATTEMPTS) throw error;
    }
    const { pause } = options.patience ?? PATIENCE;
    await sleep(pause * 2 ** (attempt - 1), undefined, { signal: options.signal }).catch(() => {
      options.signal?.throwIfAborted();
    });
  }
  const sha256 = createHash("sha256").update(part.bytes).digest("hex");
  if (sha256 !== file.sha256)
    throw new MirrorError(`its SHA-256 is ${sha256}, not the published file's ${file.sha256}`);
  return part.bytes;
}

/**
 * Downloads a file from the first mirror that has it, whole and unchanged.
 * @param mirrors base URLs, in the order to try them
 * @throws DigitrainError where no mirror has it, saying for each why; the signal's reason where that aborts; what
 * `onDownload` throws.
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
      return await downloadFrom(url, file, options);
    } catch (error) {
      if (!(error instanceof MirrorError)) throw error;
      failures.push(`${url.host}: ${error.message}`);
    }
  }
  throw new DigitrainError(`${file.name} could not be downloaded (${failures.join("; ")})`);
}
