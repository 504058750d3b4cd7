import { type Dataset, loadDataset } from "../index.js";
import { element, messageOf } from "./element.js";

/** What the page's own server has, in data/index.json. */
interface Served {
  /** Published sets, each in a directory of its name. */
  sets: string[];
  /** Data of whoever started the server: its files' paths below data/. */
  own?: { name: string; files: string[] };
}

/** Of the user's own examples, where none are set apart for testing. */
const TEST_FRACTION = 0.2;
/** How many files are fetched at once. */
const AT_ONCE = 16;

const TITLES: Record<string, string> = { mnist: "MNIST", "fashion-mnist": "Fashion-MNIST", kmnist: "KMNIST" };

/** Where the page's server has its data. */
export const DATA_URL = new URL("data/", document.baseURI).href;

/** What to learn from: chosen from a list, or the user's own files. */
export class Data {
  readonly #select = element("data", HTMLSelectElement);
  readonly #changed: (data: Dataset) => void;
  readonly #failed: (error: unknown) => void;
  readonly #own = new Map<string, () => Promise<Dataset>>();
  #loaded: Promise<Dataset> | undefined;

  /** @param changed told of what has been loaded */
  constructor(changed: (data: Dataset) => void, failed: (error: unknown) => void) {
    this.#changed = changed;
    this.#failed = failed;
    this.#select.addEventListener("change", () => {
      this.#loaded = undefined;
      const name = this.chosen;
      this.load().catch((error: unknown) => {
        if (name === this.chosen) failed(error);
      });
    });
    for (const id of ["files", "folder"]) {
      const input = element(id, HTMLInputElement);
      input.addEventListener("change", () => {
        if (input.files?.length) void this.useFiles([...input.files]);
        input.value = "";
      });
    }
  }

  /** Lists what there is, and chooses what was chosen before, or the first. */
  async list(before: string | undefined): Promise<void> {
    const { sets, own } = await served();
    for (const name of sets) this.#offer(name, TITLES[name] ?? name);
    if (own) {
      this.#own.set("own", () => loadServed(own.files));
      this.#offer("own", own.name);
    }
    this.#offer("synthetic", "Synthetic digits");
    if ([...this.#select.options].some(({ value }) => value === before)) this.#select.value = before ?? "";
  }

  /** The name of what is chosen. */
  get chosen(): string {
    return this.#select.value;
  }

  /** The chosen data, loaded once. */
  load(): Promise<Dataset> {
    if (this.#loaded) return this.#loaded;
    const name = this.chosen;
    const loaded = (this.#own.get(name) ?? (() => loadDataset(name)))().then((data) => {
      if (name === this.chosen) this.#changed(data);
      return data;
    });
    loaded.catch(() => {
      if (this.#loaded === loaded) this.#loaded = undefined;
    });
    return (this.#loaded = loaded);
  }

  /** Takes the user's own files for the data, where they are such. */
  async useFiles(files: readonly File[]): Promise<void> {
    try {
      const data = await loadDataset(files, { testFraction: TEST_FRACTION });
      const name = `files:${data.name}`;
      this.#own.set(name, () => Promise.resolve(data));
      this.#offer(name, data.name);
      this.#select.value = name;
      this.#loaded = Promise.resolve(data);
      this.#changed(data);
    } catch (error) {
      this.#failed(new Error(`These files are no data: ${messageOf(error)}`));
    }
  }

  #offer(value: string, title: string): void {
    if (![...this.#select.options].some((option) => option.value === value))
      this.#select.add(new Option(title, value));
  }
}

/** What the server has; nothing where it doesn't say. */
async function served(): Promise<Served> {
  const nothing: Served = { sets: [] };
  const response = await fetch(new URL("index.json", DATA_URL)).catch(() => undefined);
  if (!response?.ok) return nothing;
  return (response.json() as Promise<Served>).catch(() => nothing);
}

async function loadServed(paths: readonly string[]): Promise<Dataset> {
  const files: File[] = [];
  for (let start = 0; start < paths.length; start += AT_ONCE)
    files.push(...(await Promise.all(paths.slice(start, start + AT_ONCE).map(fetchServed))));
  return loadDataset(files, { testFraction: TEST_FRACTION });
}

async function fetchServed(path: string): Promise<File> {
  const response = await fetch(new URL(path.split("/").map(encodeURIComponent).join("/"), DATA_URL));
  if (!response.ok) throw new Error(`${path} can't be read: the server says ${response.status}`);
  return new File([await response.arrayBuffer()], path.replace(/^own\//, ""));
}
