import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DigitrainError, OptionError, codeOf, reasonOf } from "../base/errors.js";
import { openToRead, readWholeFile } from "../base/read-file.js";

export { join };

/** Bytes a part of a file: some milliseconds' work for whoever reads them. */
const PART = 2 ** 18;

/** What a directory holds. */
export interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** A path's last part, also of "." and of a path that ends with a slash. */
export function nameOf(path: string): string {
  return basename(resolve(path));
}

/** The directory that a file is in. */
export function directoryOf(path: string): string {
  return dirname(path);
}

/** @throws DigitrainError where it can't be told. */
export async function kindOf(path: string): Promise<"file" | "directory" | "absent" | "other"> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return "directory";
    return found.isFile() ? "file" : "other";
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(String(codeOf(error)))) return "absent";
    throw unreadable(path, error);
  }
}

/** Whether a name is that of nothing of the user's: hidden, or added by a Mac to its archives. */
function isHidden(name: string): boolean {
  return name.startsWith(".") || name === "__MACOSX";
}

/** What is in a directory, but for what is hidden. */
export async function entriesOf(path: string): Promise<Entry[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const entry = async (found: Dirent): Promise<Entry> => {
    const isLinked = found.isSymbolicLink() && (await kindOf(join(path, found.name))) === "directory";
    return { name: found.name, isDirectory: isLinked || found.isDirectory() };
  };
  return Promise.all(entries.filter(({ name }) => !isHidden(name)).map(entry));
}

/**
 * A whole file's bytes.
 * @throws DigitrainError where it can't be read; the signal's reason where that aborts.
 */
export async function readBytes(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return readWholeFile(path, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw unreadable(path, error);
  });
}

/**
 * A file's bytes, one part after another, so that a large one is never held whole.
 * @throws DigitrainError where it can't be read; the signal's reason where that aborts.
 */
export async function* partsOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    const parts = (await openToRead(path)).createReadStream({
      highWaterMark: PART,
      ...(signal && { signal }),
    });
    for await (const part of parts as AsyncIterable<Uint8Array>) yield part;
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(path, error);
  }
}

/** Files of a user's have no place here: a directory's path has. */
export function putFiles(chosen: readonly File[]): Promise<{ path: string; remove: () => void }> {
  const takes =
    chosen.length === 0
      ? "at least one source, got none"
      : "files in pages only; elsewhere name their directory";
  return Promise.reject(new OptionError(`data takes ${takes}`));
}

/** A file's length in bytes; undefined where there is none. */
export async function lengthOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

function unreadable(path: string, error: unknown): DigitrainError {
  return new DigitrainError(`${path} can't be read: ${reasonOf(error)}`);
}
