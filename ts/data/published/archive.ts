import { reasonOf } from "../../base/errors.js";
import { joinIdx } from "../formats/idx.js";
import { parseNpy } from "../formats/npy.js";
import { ZipArchive } from "../formats/zip.js";
import { download, type DownloadOptions } from "./download.js";
import type { PublishedFile } from "./sets.js";
import { unpack } from "./unpack.js";

/** The array that holds each file's numbers, in the order of a set's files. */
const ARRAYS = ["x_train", "y_train", "x_test", "y_test"];
/** What keras's mnist.npz has. */
const LIKELY_BYTES = 11_490_434;
/** What it would have if it weren't compressed, and some more. */
const MOST_BYTES = 2 ** 26;

/**
 * A set's files, unpacked, from keras's .npz of them: its arrays, behind their IDX headers, are the published files.
 * @param places the archive's URLs, in the order to ask them
 */
export function downloadArchive(
  files: readonly PublishedFile[],
  places: readonly string[],
  options: DownloadOptions,
): Promise<{ name: string; bytes: Uint8Array }[]> {
  const archiveName = places[0]?.replace(/.*\//, "") ?? "";
  const accept = async (bytes: Uint8Array) => {
    const archive = new ZipArchive(bytes, archiveName);
    const unpacked: { name: string; bytes: Uint8Array }[] = [];
    for (const [i, file] of files.entries()) {
      const array = ARRAYS[i] ?? "";
      const contents = await archive.read(`${array}.npy`, options.signal);
      if (!contents) throw new Error(`it has no array ${array}`);
      const { shape, bytes: numbers = new Uint8Array() } = parseNpy(contents, array);
      const idx = joinIdx(i % 2 === 0 ? "images" : "labels", shape, numbers);
      await unpack(idx, file, options.signal).catch((error: unknown) => {
        throw new Error(`${array} is not the published one: ${reasonOf(error)}`);
      });
      unpacked.push({ name: file.name, bytes: idx });
    }
    return unpacked;
  };
  return download(
    { name: archiveName, places: places.map((url) => [url]), likely: LIKELY_BYTES, most: MOST_BYTES, accept },
    options,
  );
}
