import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/**
 * Opens a file to read it, and nothing else: a pipe might keep whoever reads it waiting for ever, and a device may have no
 * end.
 * @throws the system's error, or one that says what the path is instead of a file.
 */
export async function openToRead(path: string): Promise<FileHandle> {
  // Opening a pipe without O_NONBLOCK waits for its writer. Windows has neither.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK || 0));
  try {
    const found = await file.stat();
    if (found.isFile()) return file;
    throw new Error(found.isDirectory() ? "this is a directory" : "this is a pipe or a device, not a file");
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A whole file's bytes. @throws as {@link openToRead}, and the signal's reason where it aborts. */
export async function readWholeFile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const file = await openToRead(path);
  try {
    const contents = await file.readFile(signal && { signal });
    return new Uint8Array(contents.buffer, contents.byteOffset, contents.byteLength);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await file.close();
  }
}
