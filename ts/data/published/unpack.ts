import { inflate, isGzip } from "../formats/gzip.js";
import type { PublishedFile } from "./sets.js";
import { sha256 } from "./sha256.js";

/**
 * What a published file holds, from any form that mirrors and people give it: compressed by anyone, or not. The unpacked
 * bytes decide; only where nobody published their digest do the compressed ones.
 * @throws Error where the bytes are not the published file's, with a message for the middle of a sentence.
 */
export async function unpack(
  bytes: Uint8Array,
  file: PublishedFile,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) {
    await check(bytes, file, signal);
    return bytes;
  }
  // The digest is computed here while a thread of the pool decompresses.
  const [isAsPublished, unpacked] = await Promise.all([
    isPublishedForm(bytes, file, signal),
    inflate("gzip", bytes, file.length),
  ]);
  if (!isAsPublished) await check(unpacked, file, signal);
  return unpacked;
}

/** Whether bytes are the gzip file that most mirrors serve. Its own checksum tells the rest. */
async function isPublishedForm(
  bytes: Uint8Array,
  { packed }: PublishedFile,
  signal?: AbortSignal,
): Promise<boolean> {
  return bytes.length === packed.length && [packed.sha256, undefined].includes(await sha256(bytes, signal));
}

async function check(bytes: Uint8Array, file: PublishedFile, signal?: AbortSignal): Promise<void> {
  if (bytes.length !== file.length)
    throw new Error(`it has ${bytes.length} bytes, the published file ${file.length}`);
  if (file.sha256 === undefined)
    throw new Error(`it isn't the published gzip file, of ${file.packed.length} bytes`);
  const found = await sha256(bytes, signal);
  if (found !== undefined && found !== file.sha256)
    throw new Error(`its SHA-256 is ${found}, not the published file's ${file.sha256}`);
}
