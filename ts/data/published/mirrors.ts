import { environment } from "../../base/environment.js";
import { OptionError } from "../../base/errors.js";
import { downloadArchive } from "./archive.js";
import type { DownloadOptions } from "./download.js";
import type { PublishedFile, PublishedSet } from "./sets.js";

/** Where a set's files are looked for. */
export interface Places {
  /** Directories' URLs, in the order to ask them. */
  readonly directories: readonly string[];
  /** Downloads them, unpacked, in the .npz file that holds the same, where no directory has them. */
  readonly fromArchive?: (
    files: readonly PublishedFile[],
    options: DownloadOptions,
  ) => Promise<{ name: string; bytes: Uint8Array }[]>;
}

/** Whether the user asked for the set by its name, or it is a default. */
export type Asked = "by name" | "by default";

/** A set's public mirrors, after the one that environment variable DIGITRAIN_MIRROR names. */
export const placesOf: (name: string, set: PublishedSet, asked: Asked) => Places = (name, set) => {
  const { mirrors, archive } = set;
  const own = environment("DIGITRAIN_MIRROR");
  if (own !== undefined && !(/^https?:\/\//i.test(own) && URL.canParse(own)))
    throw new OptionError(
      `DIGITRAIN_MIRROR takes the URL of a cache directory such as https://example.org/digitrain/, got "${own}"`,
    );
  const first = own === undefined ? [] : [`${own.replace(/\/$/, "")}/${name}/`];
  const directories = [...first, ...mirrors.map(({ url }) => url)];
  if (archive === undefined) return { directories };
  const archives = [...first.map((url) => `${url}${name}.npz`), archive];
  return { directories, fromArchive: (files, options) => downloadArchive(files, archives, options) };
};
