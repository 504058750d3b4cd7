import { DigitrainError, reasonOf } from "../../base/errors.js";
import { settings } from "../../core/settings.js";
import type { DownloadOptions, PublishedFile } from "./download.js";
import { join, nameOf, putFile } from "../files.browser.js";

/** How long to wait for an answer, and for more of a body that has begun: milliseconds. */
const PATIENCE = 15_000;

/** What the browser's cache is called, and the names of its files begin with. */
export function defaultCacheDirectory(): string {
  return "digitrain";
}

/** What a page can do where a set's files can't be had. */
export function remedyFor(title: string): string {
  return `serve ${title}'s four files and name their place with init({ dataUrl }), or load data of your own`;
}

/** The browser's cache; undefined where it keeps none, as in a page that isn't served by HTTPS or from this machine. */
async function openCache(): Promise<Cache | undefined> {
  if (!("caches" in globalThis)) return undefined;
  return caches.open(defaultCacheDirectory()).catch(() => undefined);
}

/** What is wrong with a file's bytes; undefined where they are those that were published. */
async function faultOf(bytes: Uint8Array<ArrayBuffer>, file: PublishedFile): Promise<string | undefined> {
  if (bytes.length !== file.length) return `it has ${bytes.length} bytes, the published file ${file.length}`;
  // Insecure pages have no digests; to them anything may have been told.
  if (!("subtle" in crypto)) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return sha256 === file.sha256
    ? undefined
    : `its SHA-256 is ${sha256}, not the published file's ${file.sha256}`;
}

/** Rejects where the work takes longer than a body's next part may. */
async function soon<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing came for ${PATIENCE / 1000} s`));
    }, PATIENCE);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function fetchFile(
  url: URL,
  file: PublishedFile,
  { signal, onDownload }: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const stop = new AbortController();
  const signals = signal ? [signal, stop.signal] : [stop.signal];
  try {
    const response = await soon(fetch(url, { signal: AbortSignal.any(signals) }));
    if (!response.ok) throw new Error(`the server says ${response.status} ${response.statusText}`.trimEnd());
    const bytes = new Uint8Array(file.length);
    let received = 0;
    const reader = response.body?.getReader();
    const next = async () => reader && (await soon(reader.read()));
    for (let part = await next(); part?.value; part = await next()) {
      if (received + part.value.length > file.length)
        throw new Error(`it has more than ${file.length} bytes`);
      bytes.set(part.value, received);
      received += part.value.length;
      onDownload?.({ file: file.name, received, total: file.length });
    }
    const fault = await faultOf(bytes.subarray(0, received), file);
    if (fault !== undefined) throw new Error(fault);
    return bytes;
  } finally {
    stop.abort();
  }
}

async function fetchFromAny(
  file: PublishedFile,
  mirrors: readonly string[],
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const url = new URL(file.name, mirror);
    try {
      return await fetchFile(url, file, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(`${url.host}: ${reasonOf(error)}`);
    }
  }
  throw new DigitrainError(`${file.name} could not be downloaded (${failures.join("; ")})`);
}

/**
 * Fetches those of some files that the browser's cache doesn't have, and puts all of them into a directory to be read.
 * Where init was told of a `dataUrl`, that is asked in the mirrors' place.
 * @throws DigitrainError where a file can't be fetched; the signal's reason where that aborts.
 */
export async function fetchInto(
  directory: string,
  files: readonly PublishedFile[],
  mirrors: readonly string[],
  options: DownloadOptions = {},
): Promise<void> {
  const { dataUrl } = settings;
  const bases = dataUrl === undefined ? mirrors : [new URL(`${nameOf(directory)}/`, dataUrl).href];
  const cache = await openCache();
  for (const file of files) {
    const path = join(directory, file.name);
    const key = `${globalThis.origin}/${path}`;
    const kept = await (await cache?.match(key))?.arrayBuffer();
    if (kept === undefined || (await faultOf(new Uint8Array(kept), file)) !== undefined) {
      const bytes = await fetchFromAny(file, bases, options);
      const isKept = await cache?.put(key, new Response(bytes)).then(
        () => true,
        () => false, // The browser's quota is full: the data can be used all the same.
      );
      if (!isKept) {
        putFile(path, () => Promise.resolve(new Blob([bytes])));
        continue;
      }
    }
    putFile(path, async () => (await cache?.match(key))?.blob() ?? new Blob());
  }
}
