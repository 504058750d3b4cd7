import type { Dataset, LoadOptions, loadDataset } from "../index.js";
import type { Words } from "./words/index.js";

/** What the page's own server has, in data/index.json. */
export interface Served {
  /** Published sets, each in a directory of its name. */
  readonly sets: readonly string[];
  /** Data of whoever started the server: its files' paths below data/. */
  readonly own?: { readonly name: string; readonly files: readonly string[] };
}

/** Of the user's own examples, where none are set apart for testing. */
const TEST_FRACTION = 0.2;
/** How many files are fetched at once. */
const AT_ONCE = 16;

export const PUBLISHED: Readonly<Record<string, string>> = {
  mnist: "MNIST",
  "fashion-mnist": "Fashion-MNIST",
  kmnist: "KMNIST",
};

/** What data is called where it is spoken of. */
export function titleOf(say: Words, name: string): string {
  return name === "synthetic" ? say.synthetic : (PUBLISHED[name] ?? name);
}

/** What the server at this URL has; nothing where it doesn't say. */
export async function askServer(dataUrl: string): Promise<Served> {
  const nothing: Served = { sets: [] };
  const response = await fetch(new URL("index.json", dataUrl)).catch(() => undefined);
  if (!response?.ok) return nothing;
  return (response.json() as Promise<Served>).catch(() => nothing);
}

/** Where data comes from. */
export interface Sources {
  /** Data by its name: a published set's, or "synthetic". */
  named(name: string, options: LoadOptions): Promise<Dataset>;
  /** The files of whoever started the server. */
  served(paths: readonly string[]): Promise<Dataset>;
  /** Files that the user chose or dropped. */
  files(files: readonly File[]): Promise<Dataset>;
}

/** @param load the package's own, or what a test has in its place */
export function sourcesAt(dataUrl: string, load: typeof loadDataset): Sources {
  const fetchServed = async (path: string) => {
    const response = await fetch(new URL(path.split("/").map(encodeURIComponent).join("/"), dataUrl));
    if (!response.ok) throw new Error(`${path} can't be read: the server says ${response.status}`);
    return new File([await response.arrayBuffer()], path.replace(/^own\//, ""));
  };
  const files = (chosen: readonly File[]) => load(chosen, { testFraction: TEST_FRACTION });
  return {
    named: load,
    files,
    async served(paths) {
      const all: File[] = [];
      for (let start = 0; start < paths.length; start += AT_ONCE)
        all.push(...(await Promise.all(paths.slice(start, start + AT_ONCE).map(fetchServed))));
      return files(all);
    },
  };
}
