import { join } from "../files.browser.js";

/** What the browser's cache is called, and the names of its files begin with. */
const NAME = "digitrain";

/** What stands for a directory in the names of the browser's cached files. */
export function defaultCacheDirectory(): Promise<string> {
  return Promise.resolve(NAME);
}

/** What a page can do where a set's files can't be had. */
export function remedyFor(title: string): string {
  return `serve ${title}'s four files and name their place with init({ dataUrl }), or load data of your own`;
}

/** The browser's cache; undefined where it keeps none, as in a page that isn't served by HTTPS or from this machine. */
async function openCache(): Promise<Cache | undefined> {
  if (!("caches" in globalThis)) return undefined;
  return caches.open(NAME).catch(() => undefined);
}

function keyOf(directory: string, name: string): string {
  return `${globalThis.origin}/${join(directory, name)}`;
}

/** A file's bytes; undefined where there is none. */
export async function readCached(directory: string, name: string): Promise<Uint8Array | undefined> {
  const found = await (await openCache())?.match(keyOf(directory, name));
  return found && new Uint8Array(await found.arrayBuffer());
}

/** A browser's cache needs no directories. */
export function prepareCache(): Promise<void> {
  return Promise.resolve();
}

/** Keeps a file, if there is room: the data can be used all the same. */
export async function writeCached(directory: string, name: string, bytes: Uint8Array): Promise<void> {
  const response = new Response(bytes as Uint8Array<ArrayBuffer>);
  await (await openCache())?.put(keyOf(directory, name), response).catch(() => undefined);
}

/** Deletes a file that isn't what its name says, as only this page can have put it there. Returns what became of it. */
export async function setAside(directory: string, name: string): Promise<string> {
  await (await openCache())?.delete(keyOf(directory, name));
  return "was deleted";
}
