/** What {@link init} was told of a page's surroundings. */
export interface PageSettings {
  /** Where the package's worker.js is served, for pages that allow no workers from blobs. */
  workerUrl?: string;
  /** Where the published data sets are served: the URL of a directory that holds mnist/train-images-idx3-ubyte.gz and so on. */
  dataUrl?: string;
}

/** Those in force. The page's worker gets them, too. */
export const settings: PageSettings = {};
