import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { DownloadOptions } from "../../../../ts/data/published/download.js";
import { obtain } from "../../../../ts/data/published/published.js";
import type { PublishedFile } from "../../../../ts/data/published/sets.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A file as it is known when it was published: these bytes, compressed by gzip. */
export function published(name: string, bytes: Uint8Array): PublishedFile {
  const packed = gzipSync(bytes);
  return {
    name,
    length: bytes.length,
    sha256: sha256(bytes),
    packed: { length: packed.length, sha256: sha256(packed) },
  };
}

/** Gets files into a directory from mirrors at some base URLs. */
export function fetchInto(
  directory: string,
  files: readonly PublishedFile[],
  mirrors: readonly string[],
  options: DownloadOptions & { notices?: string[] } = {},
): Promise<unknown> {
  const { notices = [], ...others } = options;
  return obtain(
    directory,
    { files },
    { directories: mirrors },
    { ...others, onNotice: (notice) => notices.push(notice) },
  );
}
