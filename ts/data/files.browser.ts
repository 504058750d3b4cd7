import { DigitrainError, OptionError, reasonOf } from "../base/errors.js";
import type { Entry } from "./files.js";

/** Bytes a part of a file at most: some milliseconds' work for whoever reads them. */
const PART = 2 ** 18;

/** Files of the page by their paths: those that a user chose, and those in the browser's cache. Others are URLs. */
const files = new Map<string, () => Promise<Blob>>();

/** Puts a file at a path, from where it can be read until it is taken away. */
export function putFile(path: string, open: () => Promise<Blob>): void {
  files.set(path, open);
}

/**
 * Puts files that a user chose where they can be read: one at its name, more in the directory that they came in.
 * @throws OptionError where there is none.
 */
export async function putFiles(chosen: readonly File[]): Promise<{ path: string; remove: () => void }> {
  if (chosen.length === 0) throw new OptionError("data takes at least one file, got none");
  const paths = chosen.map((file) => (file.webkitRelativePath || file.name).replace(/^\//, ""));
  const [first = ""] = paths;
  const root = first.slice(0, first.indexOf("/") + 1);
  const haveRoot = root !== "" && paths.every((path) => path.startsWith(root));
  const directory = haveRoot ? root.slice(0, -1) : "files";
  const isAlone = chosen.length === 1 && !first.includes("/");
  // Others that are being read may have the same name.
  let place = "";
  for (let number = 2; (await kindOf(place + (isAlone ? first : directory))) !== "absent"; number++)
    place = `${number}/`;
  const path = place + (isAlone ? first : directory);
  const placed = paths.map((name) => place + (haveRoot || isAlone ? name : `${directory}/${name}`));
  placed.forEach((name, i) => {
    putFile(name, () => Promise.resolve(chosen[i] ?? new Blob()));
  });
  return {
    path,
    remove() {
      for (const name of placed) files.delete(name);
    },
  };
}

export function join(...parts: string[]): string {
  return parts.join("/");
}

/** A path's last part. */
export function nameOf(path: string): string {
  const last = path.replace(/[?#].*$/, "").replace(/\/+$/, "");
  return last.slice(last.lastIndexOf("/") + 1);
}

/** The directory that a file is in. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function kindOf(path: string): Promise<"file" | "directory" | "absent" | "other"> {
  if (files.has(path)) return Promise.resolve("file");
  if ([...files.keys()].some((name) => name.startsWith(`${path}/`))) return Promise.resolve("directory");
  return Promise.resolve(URL.canParse(path) ? "file" : "absent");
}

/** What is in a directory, but for what is hidden. */
export function entriesOf(path: string): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  for (const file of files.keys()) {
    if (!file.startsWith(`${path}/`)) continue;
    const [name = "", ...rest] = file.slice(path.length + 1).split("/");
    if (!name.startsWith(".") && name !== "__MACOSX")
      entries.set(name, { name, isDirectory: rest.length > 0 });
  }
  return Promise.resolve([...entries.values()]);
}

/**
 * A whole file's bytes.
 * @throws DigitrainError where it can't be read or fetched; the signal's reason where that aborts.
 */
export async function readBytes(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const file = files.get(path);
  try {
    return new Uint8Array(await (file ? (await file()).arrayBuffer() : fetchBytes(path, signal)));
  } catch (error) {
    signal?.throwIfAborted();
    throw new DigitrainError(`${path} can't be read: ${reasonOf(error)}`);
  }
}

/**
 * A file's bytes, one part after another, so that a large one is never held whole.
 * @throws DigitrainError where it can't be read or fetched; the signal's reason where that aborts.
 */
export async function* partsOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const file = files.get(path);
  try {
    const stream = file ? (await file()).stream() : (await request(path, signal)).body;
    const reader = stream?.getReader();
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      for (let start = 0; start < part.value.length; start += PART)
        yield part.value.subarray(start, start + PART);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new DigitrainError(`${path} can't be read: ${reasonOf(error)}`);
  }
}

async function request(url: string, signal: AbortSignal | undefined): Promise<Response> {
  const response = await fetch(url, { ...(signal && { signal }) });
  if (!response.ok) throw new Error(`the server says ${response.status} ${response.statusText}`.trimEnd());
  return response;
}

async function fetchBytes(url: string, signal: AbortSignal | undefined): Promise<ArrayBuffer> {
  return (await request(url, signal)).arrayBuffer();
}

/** Pages can't ask for it without reading the file. */
export function lengthOf(): Promise<undefined> {
  return Promise.resolve(undefined);
}
