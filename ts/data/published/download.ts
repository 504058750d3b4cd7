import { concatenate } from "../../base/concatenate.js";
import { DigitrainError, OptionError, reasonOf } from "../../base/errors.js";
import { fetchThroughProxy } from "./proxy.js";

/** What is to be downloaded. */
export interface Wanted<Result> {
  /** What messages and progress call it. */
  readonly name: string;
  /** URLs, in the order to ask them: at each place the names that it may have there. */
  readonly places: readonly (readonly string[])[];
  /** How many bytes it most likely has, for the progress where a mirror doesn't tell. */
  readonly likely: number;
  /** More bytes than this are none of it. */
  readonly most: number;
  /** Makes of the bytes what is wanted; rejects, in words for the middle of a sentence, where they are something else. */
  readonly accept: (bytes: Uint8Array) => Promise<Result>;
}

/** How a download resumes and when it gives up. */
export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onDownload?:
    ((progress: { file: string; received: number; total: number | undefined }) => void) | undefined;
  readonly patience?: Patience;
}

/** How long to wait, in milliseconds. */
interface Patience {
  /** For a mirror's answer. */
  readonly answer: number;
  /** For more of a body that has begun, and until its rate is judged. */
  readonly body: number;
  /** Before a mirror is asked for the second time; it doubles with each time after that. */
  readonly pause: number;
}

const PATIENCE: Patience = { answer: 5_000, body: 15_000, pause: 500 };

/** A mirror that sends fewer bytes a second is given up: MNIST would take more than an hour. */
const LEAST_RATE = 2_000;

/** What a mirror did wrong, and whether it may do better when it is asked again, or under another name. */
class MirrorError extends Error {
  readonly remedy: "later" | "another name" | undefined;

  constructor(reason: string, remedy?: MirrorError["remedy"]) {
    super(reason);
    this.remedy = remedy;
  }
}

/** A file that could be had from nowhere. */
export class DownloadError extends DigitrainError {
  /** Of each place that was asked, in this order, what it did wrong. */
  readonly failures: readonly string[];

  constructor(message: string, failures: readonly string[]) {
    super(message);
    this.failures = failures;
  }
}

/** Aborts where a mirror keeps silent for longer than it was last given. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #onAbort = () => {
    this.#controller.abort(this.#caller?.reason);
  };
  #timer: ReturnType<typeof setTimeout> | undefined;

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

/** Judges how fast a body comes, each time that the patience with it has passed. */
class RateJudge {
  readonly #milliseconds: number;
  #since = performance.now();
  #bytes = 0;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** @throws MirrorError where it has been too slow. */
  add(bytes: number): void {
    this.#bytes += bytes;
    const elapsed = performance.now() - this.#since;
    if (elapsed < this.#milliseconds) return;
    const rate = (1000 * this.#bytes) / elapsed;
    if (rate < LEAST_RATE) throw new MirrorError(`it sends ${Math.round(rate)} bytes a second`);
    this.#since = performance.now();
    this.#bytes = 0;
  }
}

/** What is had of a file so far: an attempt resumes where the one before it was cut off, also at another mirror. */
class Part {
  #pieces: Uint8Array[] = [];
  received = 0;
  /** How many answers it is put together from. */
  answers = 0;
  /** The whole file's length, where a mirror has told it. */
  total: number | undefined;

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.received += piece.length;
  }

  clear(): void {
    this.#pieces = [];
    this.received = 0;
    this.answers = 0;
    this.total = undefined;
  }

  /** Clears it, as it isn't what is wanted: put together from several answers, it may be of two files. */
  refused(why: string): MirrorError {
    const remedy = this.answers > 1 ? "later" : undefined;
    this.clear();
    return new MirrorError(why, remedy);
  }

  bytes(): Uint8Array {
    const [first = new Uint8Array()] = this.#pieces;
    if (this.#pieces.length <= 1) return first;
    const whole = concatenate(Uint8Array, this.#pieces);
    this.#pieces = [whole];
    return whole;
  }
}

/** How often a mirror is asked for a file where what it did wrong may pass. */
const ATTEMPTS = 4;

/**
 * Too many requests, a server's trouble that often passes, and a refused range: all of the file may be had where the
 * rest of it can't.
 */
const PASSING_STATUSES: ReadonlySet<number> = new Set([416, 429, 500, 502, 503, 504]);

/** Asks for what is missing of a file; clears the part where the mirror doesn't send from there. */
async function request(url: URL, part: Part, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  // A body that is compressed for the way is handed over decompressed, and can't be resumed.
  const headers = new Headers({ "accept-encoding": "identity" });
  const start = part.received;
  if (start > 0) headers.set("range", `bytes=${start}-`);
  const response = await fetchThroughProxy(url, headers, signal).catch((error: unknown) => {
    throw error instanceof OptionError ? error : new MirrorError(connectionReason(error, url));
  });
  const { status, body } = response;
  if (!response.ok || !body) {
    if (status === 416) part.clear();
    const remedy = PASSING_STATUSES.has(status) ? "later" : status === 404 ? "another name" : undefined;
    throw new MirrorError(`HTTP status ${status}`, remedy);
  }
  if (/^text\/html/i.test(response.headers.get("content-type") ?? ""))
    throw new MirrorError("it sent a web page in place of the file");
  if (status === 206) checkRange(response.headers.get("content-range") ?? "nothing", start, part);
  else {
    part.clear();
    const length = response.headers.get("content-length");
    if (length !== null && !response.headers.has("content-encoding")) part.total = Number(length);
  }
  part.answers++;
  return body;
}

/** Why there is no connection to a mirror; of a proxy that isn't found its name is told. */
function connectionReason(error: unknown, { hostname }: URL): string {
  const reason = reasonOf(error);
  const [, sought] = /^getaddrinfo E\w+ (.*)$/.exec(reason) ?? [];
  return sought === hostname ? "host not found" : reason;
}

/** @throws MirrorError where a mirror sends another range than the rest of the part's file. */
function checkRange(range: string, start: number, part: Part): void {
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
  const isRest = Number(from) === start && Number(to) + 1 === Number(total);
  if (start > 0 && isRest && (part.total === undefined || part.total === Number(total))) {
    part.total = Number(total);
    return;
  }
  part.clear();
  const asked = start > 0 ? `the rest from byte ${start}` : "all";
  throw new MirrorError(`it sent ${range} where ${asked} was asked for`, start > 0 ? "later" : undefined);
}

/** One attempt at what is missing of a file. */
async function receive(
  url: URL,
  part: Part,
  { name, likely, most }: Wanted<unknown>,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onDownload, patience = PATIENCE } = options;
  signal?.throwIfAborted();
  const watchdog = new Watchdog(signal);
  try {
    watchdog.expect("answer", patience.answer);
    const reader = (await request(url, part, watchdog.signal)).getReader();
    const judge = new RateJudge(patience.body);
    for (;;) {
      watchdog.expect("data", patience.body);
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new MirrorError(reasonOf(error), "later");
      });
      if (done) break;
      if (part.received + value.length > most) throw part.refused(`it sent more than ${most} bytes`);
      part.add(value);
      const { received, total = received <= likely ? likely : undefined } = part;
      onDownload?.({ file: name, received, total });
      judge.add(value.length);
    }
    if (part.total !== undefined && part.received < part.total)
      throw new MirrorError(`it sent ${part.received} bytes where the file has ${part.total}`, "later");
  } finally {
    watchdog.stop();
  }
}

/** Waits, but no longer than until the signal aborts. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  signal?.throwIfAborted();
}

/** A file from one URL: where its connection stalls or is cut, it is asked again for the rest after a pause. */
async function downloadFrom<Result>(
  url: URL,
  part: Part,
  wanted: Wanted<Result>,
  options: DownloadOptions,
): Promise<Result> {
  const { signal, patience = PATIENCE } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      await receive(url, part, wanted, options);
      return await wanted.accept(part.bytes()).catch((error: unknown) => {
        throw part.refused(reasonOf(error));
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof MirrorError && error.remedy === "later") || attempt === ATTEMPTS) throw error;
    }
    await pause(patience.pause * 2 ** (attempt - 1), signal);
  }
}

/**
 * Downloads a file from the first place that has it, whole and as it should be.
 * @throws DownloadError where no place has it, saying for each why; the signal's reason where that aborts; what
 * `onDownload` throws.
 */
export async function download<Result>(
  wanted: Wanted<Result>,
  options: DownloadOptions = {},
): Promise<Result> {
  const part = new Part();
  const failures: string[] = [];
  for (const names of wanted.places) {
    for (const name of names) {
      const url = new URL(name);
      try {
        return await downloadFrom(url, part, wanted, options);
      } catch (error) {
        if (!(error instanceof MirrorError)) throw error;
        if (error.remedy === "another name" && name !== names.at(-1)) continue;
        failures.push(`${url.host}: ${error.message}`);
        break;
      }
    }
  }
  throw new DownloadError(`${wanted.name} could not be downloaded (${failures.join("; ")})`, failures);
}
