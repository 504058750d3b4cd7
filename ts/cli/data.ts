import { type Dataset, type LoadOptions, loadDataset } from "../index.js";
import { megabytes } from "./format.js";
import type { Screen } from "./screen.js";

/** Loads the data set that --data names, from --cache where it is given, and shows how far a download is. */
export async function loadData(
  source: string | undefined,
  cacheDirectory: string | undefined,
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
      label: `downloading ${file}`,
      value: received,
      total,
      details: (elapsed) => [megabytes(received) + size, `${megabytes(received / elapsed)}/s`],
    });
  };
  try {
    return await loadDataset(source, {
      ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
      signal,
      onDownload,
      onNotice: (notice) => {
        screen.warn(`digitrain: ${notice}`);
      },
    });
  } finally {
    screen.endProgress();
  }
}
