import type { EarlyStopping } from "../model/hyperparameters.js";
import type { EpochRecord } from "./events.js";

/** Judges a run's epochs by their validation loss or, without validation, by their mean training loss. */
export class Monitor {
  readonly #earlyStopping: EarlyStopping | null;
  /** The epoch of the least loss so far. */
  bestEpoch: number | undefined;
  #bestLoss = Infinity;
  /** What a loss must fall short of to be an improvement, by `minimumImprovement` and more. */
  #reference = Infinity;
  #epochsWithoutImprovement = 0;

  constructor(earlyStopping: EarlyStopping | null) {
    this.#earlyStopping = earlyStopping;
  }

  /**
   * Judges the next epoch.
   * @returns whether it is the best so far
   */
  add({ epoch, meanLoss, validationLoss }: Omit<EpochRecord, "seconds">): boolean {
    const loss = validationLoss ?? meanLoss;
    this.#epochsWithoutImprovement++;
    if (loss < this.#reference - (this.#earlyStopping?.minimumImprovement ?? 0)) {
      this.#reference = loss;
      this.#epochsWithoutImprovement = 0;
    }
    if (loss >= this.#bestLoss) return false;
    this.#bestLoss = loss;
    this.bestEpoch = epoch;
    return true;
  }

  /** Whether there was no improvement for so long that the run ends. */
  get hasLostPatience(): boolean {
    return this.#earlyStopping !== null && this.#epochsWithoutImprovement >= this.#earlyStopping.patience;
  }
}
