import { batch } from "@preact/signals";
import type { Dataset } from "../index.js";
import { messageOf } from "./message.js";
import { PUBLISHED, type Served, type Sources } from "./sources.js";
import type { State } from "./state.js";

/** What to learn from: chosen from a list, or the user's own files. */
export class DataActions {
  readonly #state: State;
  readonly #sources: Sources;
  #hasSets = false;
  /** The user's own, by the names under which they are offered. */
  readonly #own = new Map<string, () => Promise<Dataset>>();
  #loading: { name: string; data: Promise<Dataset> } | undefined;

  constructor(state: State, sources: Sources) {
    this.#state = state;
    this.#sources = sources;
  }

  /** Offers what there is, and chooses what was chosen before, or the first that is here. */
  list({ sets, own }: Served, before: string | undefined): void {
    this.#hasSets = sets.length > 0;
    if (own) {
      this.#own.set("own", () => this.#sources.served(own.files));
      this.#offer("own", own.name);
    }
    for (const name of new Set([...sets, "mnist"])) this.#offer(name, PUBLISHED[name] ?? name);
    this.#offer("synthetic", "");
    const { offers, dataName } = this.#state;
    const first = own ? "own" : (sets[0] ?? "synthetic");
    dataName.value = offers.value.some(({ name }) => name === before) ? (before ?? first) : first;
  }

  /** Chooses data, and loads it. */
  async choose(name: string): Promise<void> {
    this.#state.dataName.value = name;
    await this.load().catch(() => undefined);
  }

  /** The chosen data, loaded once. What goes wrong is shown beside the choice as well. */
  load(): Promise<Dataset> {
    const name = this.#state.dataName.value;
    if (this.#loading?.name === name) return this.#loading.data;
    const { data: shown, dataRemark, downloaded } = this.#state;
    const isChosen = () => this.#state.dataName.value === name;
    batch(() => {
      dataRemark.value = undefined;
      downloaded.value = undefined;
    });
    const data = this.#loadNamed(name, (part) => {
      if (isChosen()) downloaded.value = part;
    }).then(
      (loaded) => {
        if (isChosen()) {
          batch(() => {
            shown.value = loaded;
            downloaded.value = undefined;
            this.#remarkOn(loaded);
          });
        }
        return loaded;
      },
      (error: unknown) => {
        this.#loading = undefined;
        if (isChosen()) {
          batch(() => {
            downloaded.value = undefined;
            this.#explain(name, error);
          });
        }
        throw error;
      },
    );
    this.#loading = { name, data };
    return data;
  }

  /** Takes the user's own files for the data, where they are such. */
  async useFiles(files: readonly File[]): Promise<void> {
    const { data: shown, dataName, dataRemark } = this.#state;
    try {
      const data = await this.#sources.files(files);
      const name = `files:${data.name}`;
      this.#own.set(name, () => Promise.resolve(data));
      this.#loading = { name, data: Promise.resolve(data) };
      batch(() => {
        this.#offer(name, data.name);
        dataName.value = name;
        shown.value = data;
        this.#remarkOn(data);
      });
    } catch (error) {
      const why = messageOf(error);
      dataRemark.value = { kind: "failed", text: (say) => say.filesAreNoData(why) };
    }
  }

  #loadNamed(name: string, onProgress: (part: number) => void): Promise<Dataset> {
    const own = this.#own.get(name);
    if (own) return own();
    return this.#sources.named(name, {
      onDownload: ({ received, total }) => {
        if (total !== undefined) onProgress(received / total);
      },
      onNotice: () => undefined,
    });
  }

  #remarkOn({ name, remarks = [] }: Dataset): void {
    const { dataRemark } = this.#state;
    const text = remarks.map((remark) => remark.text).join(" ");
    if (text !== "") dataRemark.value = { kind: "remark", text: () => text };
    else if (name === "synthetic" && !this.#hasSets)
      dataRemark.value = { kind: "stand-in", text: (say) => say.syntheticStandsIn };
    else dataRemark.value = undefined;
  }

  #explain(name: string, error: unknown): void {
    const title = PUBLISHED[name];
    const why = messageOf(error);
    // For what is offered here the page has its own words of what would help.
    const reason = why.replace(/; [^;]*$/, "");
    this.#state.dataRemark.value = {
      kind: "failed",
      text: (say) => (title === undefined ? why : say.notToBeHad(title, reason)),
    };
  }

  #offer(name: string, title: string): void {
    const { offers } = this.#state;
    if (!offers.value.some((offer) => offer.name === name)) offers.value = [...offers.value, { name, title }];
  }
}
