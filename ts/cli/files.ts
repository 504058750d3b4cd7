import { closeSync, constants, openSync, writeSync } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { DigitrainError, Model } from "../index.js";
import { codeOf, systemReason } from "../base/errors.js";
import { readWholeFile } from "../base/read-file.js";
import { removeLeftovers, replaceFile, targetOf, tryToWriteBeside } from "../base/replace-file.js";
import { Screen } from "./screen.js";

/** Reads a model from a safetensors or ONNX file, and says what was assumed of it. */
export async function readModel(path: string): Promise<Model> {
  let bytes: Uint8Array;
  try {
    bytes = await readWholeFile(path);
  } catch (error) {
    throw new DigitrainError(`${path}: the model cannot be read: ${systemReason(error)}`, { cause: error });
  }
  const screen = new Screen({ quiet: true });
  return Model.fromFile(bytes, path, {
    onNotice: (notice) => {
      screen.warn(`digitrain: ${notice}`);
    },
  });
}

/** Makes a directory, and those above it, where there is none. */
export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new DigitrainError(`${path}: the directory cannot be made: ${systemReason(error)}`, {
      cause: error,
    });
  });
}

/**
 * Fails where {@link writeFileAtomically} would, so that a run knows before it trains. Clears away what killed runs left
 * beside the file.
 */
export async function assertWritable(path: string, what = "the model"): Promise<void> {
  const directory = dirname(path);
  const [parent, target] = await Promise.all(
    [directory, path].map((name) => stat(name).catch(() => undefined)),
  );
  if (!parent?.isDirectory()) {
    throw new DigitrainError(
      `${path}: there is no directory ${directory} to save ${what} in; create it first`,
    );
  }
  if (target?.isDirectory()) {
    throw new DigitrainError(`${path}: this is a directory; name a file to save ${what} in`);
  }
  await saving(path, what, async () => {
    if (target?.isFIFO()) {
      // It stays open: closed, it would tell its reader that all has come.
      openPipe(path);
      return;
    }
    if (target && !target.isFile()) {
      writeNothing(path);
      return;
    }
    await removeLeftovers(path);
    await tryToWriteBeside(path);
  });
}

/** Whether two paths lead to one file, be it there yet or not. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  return (await targetOf(one)) === (await targetOf(other));
}

/** Whether there is a file. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

/** Whether there is a directory. */
export async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/**
 * Writes a file so that a crash leaves the old one or the new one, never half of one. What is no file, such as a pipe,
 * is written into.
 * @param what what an error message calls the bytes
 * @throws DigitrainError where it can't be written; the signal's reason where it aborts while a pipe's reader is waited for.
 */
export async function writeFileAtomically(
  path: string,
  bytes: Uint8Array,
  what: string,
  signal: AbortSignal,
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFIFO()) return writeIntoPipe(path, bytes, what, signal);
  const write = !found || found.isFile() ? replaceFile : writeFile;
  await saving(path, what, () => write(path, bytes));
}

/** Writes as fast as a pipe's reader takes it, where there is one, so that a signal can end it. */
async function writeIntoPipe(
  path: string,
  bytes: Uint8Array,
  what: string,
  signal: AbortSignal,
): Promise<void> {
  const { Socket } = await import("node:net");
  await saving(path, what, async () => {
    await pipeline([bytes], new Socket({ fd: openPipe(path), readable: false }), { signal });
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}

/** Opens a pipe to write into it. Without O_NONBLOCK that waits for a reader, and no signal ends it. */
function openPipe(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) !== "ENXIO") throw error;
    throw new Error("nobody reads this pipe; start its reader first", { cause: error });
  }
}

/** Tries a device: a full one takes not even no bytes. Node's promises don't ask it about none. */
function writeNothing(path: string): void {
  const device = openSync(path, "w");
  try {
    writeSync(device, new Uint8Array());
  } finally {
    closeSync(device);
  }
}

/** When work fails, says so in a sentence. */
async function saving(path: string, what: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    throw new DigitrainError(`${path}: ${what} cannot be saved: ${systemReason(error)}`, { cause: error });
  });
}
