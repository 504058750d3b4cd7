import { Model } from "../index.js";
import { addressOf } from "./address.js";
import type { Columns } from "./curve.js";
import type { OwnDigit } from "./own-digits.js";
import type { Accuracy, Figures, Outcome, RunRecord, State } from "./state.js";
import type { Store } from "./store.js";

/** A run as it is kept, and what was chosen then. */
export interface KeptRun {
  readonly record: RunRecord;
  readonly figures: Figures | undefined;
  readonly losses: Columns;
  readonly accuracies: readonly Accuracy[];
  readonly outcome: Outcome | undefined;
  readonly model: Model;
  readonly startModel: Model | undefined;
  /** Whether all its epochs were done. */
  readonly isOver: boolean;
  readonly dataName: string;
  readonly address: string;
}

/** In the store models are safetensors files. */
type StoredRun = Omit<KeptRun, "model" | "startModel"> & {
  readonly model: Uint8Array;
  readonly startModel: Uint8Array | undefined;
};

const NAME = "run";
const DIGITS = "digits";

/** Keeps the run whose model is shown. */
export class Keeping {
  readonly #state: State;
  readonly #store: Store;

  constructor(state: State, store: Store) {
    this.#state = state;
    this.#store = store;
  }

  async read(): Promise<KeptRun | undefined> {
    const stored = (await this.#store.read(NAME)) as StoredRun | undefined;
    if (!stored) return undefined;
    try {
      return {
        ...stored,
        model: Model.fromSafetensors(stored.model),
        startModel: stored.startModel && Model.fromSafetensors(stored.startModel),
      };
    } catch {
      return undefined; // Another version of the page's: it begins anew.
    }
  }

  async write(isOver: boolean): Promise<void> {
    const { run, figures, losses, accuracies, outcome, model, startModel, dataName } = this.#state;
    if (!run.value || !model.value) return;
    const stored: StoredRun = {
      record: run.value,
      figures: figures.value,
      losses: losses.value,
      accuracies: accuracies.value,
      outcome: outcome.value,
      model: model.value.toSafetensors(),
      startModel: startModel.value?.toSafetensors(),
      isOver,
      dataName: dataName.value,
      address: addressOf(this.#state),
    };
    await this.#store.write(NAME, stored);
  }

  async readDigits(): Promise<readonly OwnDigit[]> {
    return ((await this.#store.read(DIGITS)) as readonly OwnDigit[] | undefined) ?? [];
  }

  async writeDigits(digits: readonly OwnDigit[]): Promise<void> {
    await this.#store.write(DIGITS, digits);
  }

  async forget(): Promise<void> {
    await this.#store.write(NAME, undefined);
  }
}
