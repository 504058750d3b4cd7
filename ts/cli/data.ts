import { existsSync } from "node:fs";
import {
  type Dataset,
  type DataSource,
  type Ink,
  type LoadOptions,
  loadDataset,
  OptionError,
  type Remark,
} from "../index.js";
import { megabytes } from "../base/format.js";
import type { Screen } from "./screen.js";

/** The flags that say what data to load. */
export interface DataFlags {
  data?: string | undefined;
  cache?: string | undefined;
  testFraction?: number | undefined;
  label?: string | undefined;
  ink?: Ink | undefined;
}

/** What `--data` names: several sources where there are commas, unless there is such a path. */
function sourceOf(data: string | undefined): DataSource | undefined {
  if (data === undefined || !data.includes(",") || existsSync(data)) return data;
  const sources = data.split(",");
  if (sources.includes(""))
    throw new OptionError(`data takes sources with a comma between two, got "${data}"`);
  return sources;
}

/** Loads the data set that the flags name, and shows how far a download is. */
export async function loadData(
  { data, cache, testFraction, label, ink }: DataFlags,
  screen: Screen,
  signal: AbortSignal,
): Promise<Dataset> {
  let current: string | undefined;
  const onDownload: LoadOptions["onDownload"] = ({ file, received, total }) => {
    if (file !== current) {
      screen.endProgress();
      if (!screen.live) screen.note(`downloading ${file}`);
      current = file;
    }
    const size = total === undefined ? "" : ` of ${megabytes(total)}`;
    screen.showProgress({
      label: file,
      value: received,
      total,
      details: (elapsed) => {
        // The first bytes come at once: only after a while do they tell a rate.
        const rate = elapsed < 0.2 ? [] : [`${megabytes(received / elapsed)}/s`];
        return [...rate, megabytes(received) + size];
      },
    });
  };
  try {
    return await loadDataset(sourceOf(data), {
      ...(cache === undefined ? {} : { cacheDirectory: cache }),
      ...(testFraction === undefined ? {} : { testFraction }),
      ...(label === undefined ? {} : { labelColumn: label }),
      ...(ink === undefined ? {} : { ink }),
      signal,
      onDownload,
      onNotice: (notice) => {
        screen.warn(`digitrain: ${notice.replaceAll("\n", "\n  ")}`);
      },
    });
  } finally {
    screen.endProgress();
  }
}

/** Prints what is probably a mistake in the data, or was changed as it was loaded. */
export function tellOf(remarks: readonly Remark[] | undefined, screen: Screen): void {
  for (const { text } of remarks ?? []) screen.warn(`digitrain: ${text}`);
}
