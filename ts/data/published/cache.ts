import { randomUUID } from "node:crypto";
import { access, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";
import { UnavailableError, reasonOf } from "../../base/errors.js";
import { download, type DownloadOptions, type PublishedFile } from "./download.js";

/** Where downloaded data is kept: environment variable DIGITRAIN_CACHE, else the system's place for caches. */
export function defaultCacheDirectory(): string {
  const own = process.env.DIGITRAIN_CACHE;
  if (own) return own;
  return envPaths("digitrain", { suffix: "" }).cache;
}

/** What a user can do where a set's files can't be had. */
export function remedyFor(title: string, directory: string): string {
  return `put ${title}'s four files into ${directory}, or name data of your own: --data DIR or loadDataset(directory)`;
}

/** Writes a file whole or not at all: under a temporary name, flushed to the disk, then renamed. */
async function save(directory: string, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(directory, `.${name}.${randomUUID()}.part`);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(directory, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Downloads those of some files that a directory doesn't have yet, and makes the directory where there is none.
 * @throws DigitrainError where a file can't be downloaded; UnavailableError where it can't be saved; the signal's reason
 * where that aborts.
 */
export async function fetchInto(
  directory: string,
  files: readonly PublishedFile[],
  mirrors: readonly string[],
  options: DownloadOptions = {},
): Promise<void> {
  const saving = async (work: Promise<unknown>) => {
    await work.catch((error: unknown) => {
      throw new UnavailableError(
        `the cache directory ${directory} can't be written to (${reasonOf(error)}); name another with --cache (cacheDirectory) or in DIGITRAIN_CACHE`,
      );
    });
  };
  for (const file of files) {
    if (await exists(join(directory, file.name))) continue;
    await saving(mkdir(directory, { recursive: true }));
    const bytes = await download(file, mirrors, options);
    await saving(save(directory, file.name, bytes));
  }
}
