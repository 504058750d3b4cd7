import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DigitrainError, Model } from "../index.js";
import { systemReason } from "./errors.js";

/** Reads a model from a safetensors file. */
export async function readModel(path: string): Promise<Model> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new DigitrainError(`${path}: the model cannot be read: ${systemReason(error)}`, { cause: error });
  }
  return Model.fromSafetensors(bytes, path);
}

/** Makes a directory, and those above it, where there is none. */
export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new DigitrainError(`${path}: the directory cannot be made: ${systemReason(error)}`, {
      cause: error,
    });
  });
}

/** Fails where {@link writeFileAtomically} would, so that a run knows before it trains. */
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
  if (target && !target.isFile()) return;
  await saving(
    path,
    async (temporary) => {
      await (await open(temporary, "wx")).close();
      await rm(temporary);
    },
    what,
  );
}

/**
 * Writes a file so that a crash leaves the old one or the new one, never half of one. What is no file, such as a pipe,
 * is written into.
 * @param what what an error message calls the bytes
 */
export async function writeFileAtomically(
  path: string,
  bytes: Uint8Array,
  what = "the model",
): Promise<void> {
  const replace = async (temporary: string, target: string) => {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  };
  const found = await stat(path).catch(() => undefined);
  const isReplaceable = !found || found.isFile();
  await saving(path, isReplaceable ? replace : () => writeFile(path, bytes), what);
}

/**
 * Gives `write` a temporary name beside the file that `path` is, or links to; when it fails, leaves nothing behind and
 * says so in a sentence.
 */
async function saving(
  path: string,
  write: (temporary: string, target: string) => Promise<void>,
  what = "the model",
): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await write(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new DigitrainError(`${path}: ${what} cannot be saved: ${systemReason(error)}`, { cause: error });
  }
}
