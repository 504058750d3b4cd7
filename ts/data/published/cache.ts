import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, UnavailableError, reasonOf } from "../../base/errors.js";
import { replaceFile } from "../../base/replace-file.js";

/** Where downloaded data is kept: environment variable DIGITRAIN_CACHE, else the system's place for caches. */
export async function defaultCacheDirectory(): Promise<string> {
  const own = process.env.DIGITRAIN_CACHE;
  if (own) return own;
  // Not before: it asks for the user's home as it is loaded, for which Deno wants a permission.
  const { default: envPaths } = await import("env-paths");
  return envPaths("digitrain", { suffix: "" }).cache;
}

/** What a user can do where a set's files can't be had. */
export function remedyFor(title: string, directory: string): string {
  return `put ${title}'s four files into ${directory}, or name data of your own: --data DIR or loadDataset(directory)`;
}

/**
 * A file's bytes; undefined where there is none.
 * @throws UnavailableError where it can't be read.
 */
export async function readCached(directory: string, name: string): Promise<Uint8Array | undefined> {
  const path = join(directory, name);
  const contents = await readFile(path).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(String(codeOf(error)))) return undefined;
    throw new UnavailableError(
      `the cached file ${path} can't be read (${reasonOf(error)})`,
      "make that file readable",
    );
  });
  return contents && new Uint8Array(contents.buffer, contents.byteOffset, contents.byteLength);
}

/** Makes the directory where there is none, before a download that would be in vain. */
export async function prepareCache(directory: string): Promise<void> {
  await writing(directory, mkdir(directory, { recursive: true }));
}

/** Writes a file whole or not at all. */
export async function writeCached(directory: string, name: string, bytes: Uint8Array): Promise<void> {
  await writing(directory, replaceFile(join(directory, name), bytes));
}

/** Renames a file that isn't what its name says, and returns what became of it. Nothing that a user put there is lost. */
export async function setAside(directory: string, name: string): Promise<string> {
  const path = join(directory, `${name}.damaged`);
  const renaming = rename(join(directory, name), path).catch((error: unknown) => {
    // Another process was quicker.
    if (codeOf(error) !== "ENOENT") throw error;
  });
  await writing(directory, renaming);
  return `is now ${path}`;
}

async function writing(directory: string, work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    throw new UnavailableError(
      `the cache directory ${directory} can't be written to (${reasonOf(error)})`,
      "name another cache directory with --cache (cacheDirectory) or in DIGITRAIN_CACHE",
    );
  });
}
