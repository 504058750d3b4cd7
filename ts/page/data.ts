import { absoluteUrl } from "../base/url.js";
import type { CsvOptions, CsvTable } from "../data/formats/csv.js";
import type { Dataset } from "../data/dataset.js";
import { checkLoadOptions, type LoadOptions } from "../data/load-options.js";
import type { Picture } from "../data/pictures/grid.js";
import type { CacheListing } from "../data/published/published.js";
import { areFiles, areSeveral, type DataSource, isFiles, type SingleSource } from "../data/source.js";
import type { SyntheticOptions } from "../data/synthetic.js";
import { pageWorker } from "./client.js";
import { init } from "../core/init.js";
import type { LoadListener } from "./messages.js";
import { isPage } from "../core/script.js";

/** The data as a worker of ours understands it, which has no address of its own and loses the paths of files. */
export function toSend(source: DataSource): DataSource {
  return areSeveral(source) ? source.map(toSendOne) : toSendOne(source);
}

function toSendOne(source: SingleSource): SingleSource {
  if (source instanceof URL) return source.href;
  if (typeof source === "string") return /[./]/.test(source) ? (absoluteUrl(source) ?? source) : source;
  if (!isFiles(source)) return source;
  return source.map((file) => new File([file], file.webkitRelativePath || file.name));
}

/**
 * Loads a data set, as in Node, but in a worker of the page's, which then hands it over without a copy.
 *
 * A page has no file system: the source is a published set's name, `"synthetic"`, `"auto"`, the URL of an .npz or .csv
 * file, the page's own arrays, or files that the user chose or dropped. Those may be any that Node would take, alone or
 * as a directory. Published sets are kept in the browser's cache.
 */
export async function loadDataset(source: DataSource = "auto", options: LoadOptions = {}): Promise<Dataset> {
  checkLoadOptions(options);
  if (!isPage()) return loadHere(toSend(source), options);
  const { signal, onDownload, onNotice = console.warn, ...others } = options;
  signal?.throwIfAborted();
  await init();
  const client = await pageWorker(areFiles(source) ? "reader" : "trainer");
  if (typeof client === "string") return loadHere(toSend(source), options);
  const listener: LoadListener = {
    downloaded(progress) {
      onDownload?.(progress);
      return Promise.resolve();
    },
    noticed(notice) {
      onNotice(notice);
      return Promise.resolve();
    },
  };
  return client.call({}, signal, listener, (number, remote) =>
    client.calls.load(number, toSend(source), others, remote),
  );
}

/** Loads on the calling thread. That code is fetched when it is needed, which a page's seldom is. */
async function loadHere(source: DataSource, options: LoadOptions): Promise<Dataset> {
  const [{ loadDataset: load }] = await Promise.all([import("../data/load.js"), init()]);
  return load(source, options);
}

async function makeHere(options: SyntheticOptions): Promise<Dataset> {
  const [{ syntheticDigits: make }] = await Promise.all([import("../data/synthetic.js"), init()]);
  return make(options);
}

/** Makes digits that look handwritten, as in Node, but in a worker of the page's. */
export async function syntheticDigits(options: SyntheticOptions = {}): Promise<Dataset> {
  if (!isPage()) return makeHere(options);
  const { signal, ...others } = options;
  signal?.throwIfAborted();
  await init();
  const client = await pageWorker("trainer");
  if (typeof client === "string") return makeHere(options);
  return client.call({}, signal, {}, (number) => client.calls.makeDigits(number, others));
}

/** Reads a CSV file of images from a URL. */
export async function readCsv(url: string | URL, options: CsvOptions = {}): Promise<CsvTable> {
  const { readCsv: read } = await import("../data/formats/csv.js");
  return read(absoluteUrl(url) ?? url, options);
}

/** Decodes a picture of any kind that the browser knows. */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const { decodePicture: decode } = await import("../data/pictures/decode.js");
  return decode(bytes, name);
}

/** Lists nothing: a browser's cache doesn't tell. */
export async function listCache(directory?: string): Promise<CacheListing> {
  const { listCache: list } = await import("../data/published/published.js");
  return list(directory);
}
