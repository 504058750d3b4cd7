import { environment } from "../../base/environment.js";
import { toPath } from "../../base/path.js";
import { DigitrainError, OptionError, reasonOf, UnavailableError } from "../../base/errors.js";
import type { Dataset } from "../dataset.js";
import { PUBLISHED_NAMES, type PublishedName } from "../source.js";
import { join, lengthOf } from "../files.js";
import { fromIdxFiles, type IdxFile } from "../formats/directory.js";
import { isGzip } from "../formats/gzip.js";
import {
  defaultCacheDirectory,
  prepareCache,
  readCached,
  remedyFor,
  setAside,
  writeCached,
} from "./cache.js";
import { download, DownloadError, type DownloadOptions } from "./download.js";
import { type Asked, type Places, placesOf } from "./mirrors.js";
import { type PublishedFile, type PublishedSet, SETS } from "./sets.js";
import { unpack } from "./unpack.js";

/** Whether it is one of their names. */
export function isPublished(name: string): name is PublishedName {
  return Object.hasOwn(SETS, name);
}

/** How a set is obtained, and who hears of it. */
export interface ObtainOptions extends DownloadOptions {
  /** Told, in a sentence, of a file in the cache that isn't the published one. */
  readonly onNotice: (notice: string) => void;
}

/** The names under which a file may lie in the cache or at a mirror: as most mirrors serve it, unpacked, and as some tools unpack it. */
function namesOf({ name }: PublishedFile): string[] {
  return [`${name}.gz`, name, name.replace(/-(?=idx)/, ".")];
}

/** A file from the cache, unpacked; undefined where it isn't there. What is there but isn't the file is set aside. */
async function fromCache(
  directory: string,
  file: PublishedFile,
  { signal, onNotice }: ObtainOptions,
): Promise<IdxFile | undefined> {
  for (const name of namesOf(file)) {
    const bytes = await readCached(directory, name);
    if (bytes === undefined) continue;
    const path = join(directory, name);
    try {
      return { path, bytes: await unpack(bytes, file, signal) };
    } catch (error) {
      signal?.throwIfAborted();
      const became = await setAside(directory, name);
      onNotice(
        `${path} is not the published file (${reasonOf(error)}); it ${became}, and is downloaded anew`,
      );
    }
  }
  return undefined;
}

/** Downloads a file, and puts it into the cache as it came. */
async function fromMirror(
  directory: string,
  file: PublishedFile,
  { directories }: Places,
  options: ObtainOptions,
): Promise<IdxFile> {
  const name = `${file.name}.gz`;
  const { bytes, unpacked } = await download(
    {
      name,
      places: directories.map((base) => {
        const place = base.endsWith("/") ? base : `${base}/`;
        return [place + name, place + file.name];
      }),
      likely: file.packed.length,
      // Some more than unpacked: gzip adds a little to what it can't compress.
      most: Math.ceil(1.01 * file.length) + 1024,
      accept: async (bytes) => ({ bytes, unpacked: await unpack(bytes, file, options.signal) }),
    },
    options,
  );
  const kept = isGzip(bytes) ? name : file.name;
  await writeCached(directory, kept, bytes);
  return { path: join(directory, kept), bytes: unpacked };
}

/** Puts a set's files into the cache. */
function keep(directory: string, files: readonly { name: string; bytes: Uint8Array }[]): Promise<IdxFile[]> {
  const written = files.map(async ({ name, bytes }) => {
    await writeCached(directory, name, bytes);
    return { path: join(directory, name), bytes };
  });
  return Promise.all(written);
}

/**
 * A set's files, unpacked, each of which is to the bit what was published: from the cache's directory, else downloaded.
 * @throws DigitrainError where one is neither there nor can be downloaded.
 */
export async function obtain(
  directory: string,
  { files }: Pick<PublishedSet, "files">,
  places: Places,
  options: ObtainOptions,
): Promise<IdxFile[]> {
  const cached = await Promise.all(files.map((file) => fromCache(directory, file, options)));
  if (cached.every((file) => file !== undefined)) return cached;
  await prepareCache(directory);
  if (places.directories.length === 0)
    throw new DigitrainError("this page names no place of the files, and asks no other site by default");
  try {
    const found: IdxFile[] = [];
    for (const [i, file] of files.entries())
      found.push(cached[i] ?? (await fromMirror(directory, file, places, options)));
    return found;
  } catch (error) {
    if (!places.fromArchive || !(error instanceof DownloadError)) throw error;
    const unpacked = await places.fromArchive(files, options).catch((second: unknown) => {
      if (!(second instanceof DownloadError)) throw second;
      const failures = [...error.failures, ...second.failures];
      throw new DownloadError(`${error.message}, and ${second.message}`, failures);
    });
    return keep(directory, unpacked);
  }
}

/** What went wrong, in few words: of many places the first one's failure stands for all, unless DIGITRAIN_DEBUG is set. */
function reasonInShort(error: DigitrainError, title: string): string {
  if (!(error instanceof DownloadError) || environment("DIGITRAIN_DEBUG")) return error.message;
  const [first = "", ...others] = error.failures;
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return `${title} could not be downloaded (${first}${more})`;
}

/**
 * A published data set, from the cache's directory of its name; what isn't there is downloaded.
 * @throws UnavailableError where a file is neither there nor can be downloaded.
 */
export async function loadPublished(
  name: PublishedName,
  asked: Asked,
  cacheDirectory: string,
  options: ObtainOptions,
): Promise<Dataset> {
  const set = SETS[name];
  const directory = join(cacheDirectory, name);
  try {
    const files = await obtain(directory, set, placesOf(name, set, asked), options);
    const data = await fromIdxFiles(name, files, options.signal, 10);
    return set.classNames ? { ...data, classNames: set.classNames } : data;
  } catch (error) {
    // An error of the network or a mirror, not of the cache or of what the user asked for.
    if (
      !(error instanceof DigitrainError) ||
      error instanceof OptionError ||
      error instanceof UnavailableError
    )
      throw error;
    throw new UnavailableError(reasonInShort(error, set.title), remedyFor(set.title, directory));
  }
}

/** What {@link listCache} finds. */
export interface CacheListing {
  readonly directory: string;
  /** The data sets that are there, as a whole or in part. */
  readonly sets: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
}

/**
 * The downloaded data sets in a cache directory: for each how many of its four files are there, and how many bytes.
 * @param directory default: environment variable DIGITRAIN_CACHE, else the system's place for caches
 */
export async function listCache(directory?: string | URL): Promise<CacheListing> {
  return listIn(directory === undefined ? await defaultCacheDirectory() : toPath(directory));
}

async function listIn(directory: string): Promise<CacheListing> {
  const lengthIn = async (set: string, file: PublishedFile) => {
    const lengths = await Promise.all(namesOf(file).map((name) => lengthOf(join(directory, set, name))));
    return lengths.find((length) => length !== undefined);
  };
  const sets = PUBLISHED_NAMES.map(async (name) => {
    const lengths = await Promise.all(SETS[name].files.map((file) => lengthIn(name, file)));
    const found = lengths.filter((length) => length !== undefined);
    return { name, files: found.length, bytes: found.reduce((sum, size) => sum + size, 0) };
  });
  return { directory, sets: (await Promise.all(sets)).filter(({ files }) => files > 0) };
}
