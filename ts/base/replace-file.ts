import { randomUUID } from "node:crypto";
import { chmod, copyFile, lstat, open, readdir, readlink, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { codeOf } from "./errors.js";
import { isRunning } from "./is-running.js";

/** What a disk gives at least, in bytes. */
const BLOCK = 4096;

const TEMPORARY = /^\.(.+)\.(\d+)\.[0-9a-f]{8}\.tmp$/;

/** A path for a temporary file beside another one: hidden, of this process, and no two alike. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`);
}

/** Where a path leads, over symbolic links, be there a file yet or not. */
export async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const link = codeOf(error) === "ENOENT" ? await readlink(path).catch(() => undefined) : undefined;
    return link === undefined ? resolve(path) : targetOf(resolve(dirname(path), link));
  }
}

/**
 * Writes a file so that a crash, even of the machine, leaves the old one or the new one, never half of one. Its mode and
 * what a symbolic link points to stay. A file of several hard links is overwritten in place, since renaming would part it
 * from the others; only there may a crash leave half of it, with the new one beside it.
 */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const target = await targetOf(path);
  const temporary = temporaryBeside(target);
  try {
    const old = await lstat(target).catch(() => undefined);
    await writeFlushed(temporary, bytes);
    if (old?.isFile() && old.nlink > 1) {
      await copyFile(temporary, target);
      await rm(temporary);
      return;
    }
    if (old) await chmod(temporary, old.mode);
    await whileOpenElsewhere(() => rename(temporary, target));
    await flushDirectory(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Fails where {@link replaceFile} would for want of a right or of room for a block, and leaves nothing behind. */
export async function tryToWriteBeside(path: string): Promise<void> {
  const target = await targetOf(path);
  const temporary = temporaryBeside(target);
  try {
    await writeFlushed(temporary, new Uint8Array(BLOCK));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes what processes that are no longer there left behind while they replaced this file. */
export async function removeLeftovers(path: string): Promise<void> {
  const target = await targetOf(path);
  const names = await readdir(dirname(target)).catch(() => []);
  for (const name of names) {
    const [, of, pid] = TEMPORARY.exec(name) ?? [];
    if (of === basename(target) && !isRunning(Number(pid)))
      await rm(join(dirname(target), name), { force: true }).catch(() => undefined);
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** How long a file on Windows may be held by others, in milliseconds between the attempts to replace it: 2 s in all. */
const WAITS = [10, 30, 60, 100, 300, 500, 1000];

/** Does work that fails on Windows while another program, such as a virus scanner, has the file open. */
export async function whileOpenElsewhere<T>(work: () => Promise<T>): Promise<T> {
  for (const milliseconds of process.platform === "win32" ? WAITS : []) {
    try {
      return await work();
    } catch (error) {
      if (!["EPERM", "EACCES", "EBUSY"].includes(String(codeOf(error)))) throw error;
      await wait(milliseconds);
    }
  }
  return work();
}

/** Makes a renaming durable. Windows can't flush directories, and makes it durable by itself. */
async function flushDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
