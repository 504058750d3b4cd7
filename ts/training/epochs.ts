import { unlessAborted } from "../base/abort.js";
import { concatenate } from "../base/concatenate.js";
import { DigitrainError } from "../base/errors.js";
import type { Model } from "../model/model.js";
import type { Progress } from "./checkpoint.js";
import type { Checkpoints } from "./checkpoints.js";
import type { EpochEvent, EpochRecord, Stopped } from "./events.js";
import type { Hyperparameters } from "./hyperparameters.js";
import { Monitor } from "./monitor.js";
import type { TrainOptions } from "./options.js";
import type { Run } from "./run.js";

/** How far the run has come; checkpoints are made of it. */
class RunProgress {
  epoch = 0;
  step = 0;
  seconds = 0;
  readonly epochs: EpochRecord[];
  /** The losses of the epochs that have ended, and of the current one as far as it has come. */
  readonly #past: Float32Array[] = [];
  losses: Float32Array;

  /** @param from where to resume */
  constructor(stepsPerEpoch: number, from?: Progress) {
    this.losses = new Float32Array(stepsPerEpoch);
    this.epochs = [...(from?.epochs ?? [])];
    if (!from) return;
    const { epoch, step, seconds, losses } = from;
    Object.assign(this, { epoch, step, seconds });
    this.#past.push(losses.slice(0, epoch * stepsPerEpoch));
    this.losses.set(losses.subarray(epoch * stepsPerEpoch));
  }

  /** The epoch has ended. */
  next(record: EpochRecord): void {
    this.epochs.push(record);
    this.#past.push(this.losses);
    this.losses = new Float32Array(this.losses.length);
    this.epoch++;
    this.step = 0;
    this.seconds = 0;
  }

  toRecord(): Progress {
    const { epoch, step, seconds, epochs } = this;
    const losses = concatenate(Float32Array, [...this.#past, this.losses.subarray(0, step)]);
    return { epoch, step, seconds, epochs: [...epochs], losses };
  }
}

/** The epochs of a run: runs them, and knows how far they have come. */
export class Epochs {
  readonly #run: Run;
  readonly #options: TrainOptions;
  readonly #hyperparameters: Hyperparameters;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #progress: RunProgress;
  readonly #monitor: Monitor;
  #isStopped = false;

  /** @param from where to resume */
  constructor(
    run: Run,
    options: TrainOptions,
    hyperparameters: Hyperparameters,
    checkpoints?: Checkpoints,
    from?: Progress,
  ) {
    this.#run = run;
    this.#options = options;
    this.#hyperparameters = hyperparameters;
    this.#checkpoints = checkpoints;
    this.#progress = new RunProgress(run.stepsPerEpoch, from);
    this.#monitor = new Monitor(hyperparameters.earlyStopping);
    for (const record of this.#progress.epochs) this.#monitor.add(record);
  }

  get progress(): Progress {
    return this.#progress.toRecord();
  }

  /** How many have ended. */
  get ended(): number {
    return this.#progress.epoch;
  }

  /** The best of those that have ended, where the options or validation examples have epochs judged. */
  get best(): number | undefined {
    const { keepBest, earlyStopping } = this.#hyperparameters;
    const areJudged = keepBest || earlyStopping !== null || this.#run.counts.validation !== undefined;
    return areJudged ? this.#monitor.bestEpoch : undefined;
  }

  /** How the run ended. */
  get stopped(): Stopped {
    const { epoch, step } = this.#progress;
    const why = this.#why ?? "stop";
    if (step > 0) return { why, epoch, step: step - 1 };
    return epoch === 0 ? { why, epoch, step } : { why, epoch: epoch - 1, step: this.#run.stepsPerEpoch - 1 };
  }

  /** Why there is nothing left to do, if there isn't. */
  get #why(): Stopped["why"] | undefined {
    if (this.#progress.epoch === this.#hyperparameters.epochs) return "finished";
    if (this.#monitor.hasLostPatience) return "early-stopping";
    return this.#isStopped ? "stop" : undefined;
  }

  /** Runs what is left of them. */
  async finish(): Promise<void> {
    const { signal } = this.#options;
    try {
      while (this.#why === undefined) {
        const record = await this.#runEpoch();
        if (record) await this.#tellOf(record);
        await this.#checkpoints?.save(this.progress);
        signal?.throwIfAborted();
      }
    } catch (error) {
      if (signal?.aborted && error === signal.reason) await this.#checkpoints?.save(this.progress);
      throw error;
    }
  }

  readonly #stop = (): void => {
    this.#isStopped = true;
  };

  /** Runs the rest of an epoch; there is no record of one that was stopped. */
  async #runEpoch(): Promise<EpochRecord | undefined> {
    const progress = this.#progress;
    const { epoch, losses, seconds: before } = progress;
    const onSteps = async (start: number, end: number, seconds: number, isSound: boolean) => {
      progress.step = end;
      progress.seconds = before + seconds;
      await this.#tellOfSteps(start, end);
      // After the epoch's last step its end is saved, with its record.
      const isDue = end < losses.length && this.#checkpoints?.isDue(epoch * losses.length + end);
      if (isSound && isDue) await this.#checkpoints?.save(this.progress);
    };
    const isStopped = () => this.#isStopped;
    const pauseEvery = this.#checkpoints?.everySteps;
    await this.#run.trainEpoch(epoch, losses, progress.step, onSteps, isStopped, pauseEvery);
    return progress.step < losses.length ? undefined : this.#endEpoch();
  }

  /** Calls `onStep` for those of some steps that are to be logged. */
  async #tellOfSteps(start: number, end: number): Promise<void> {
    const { onStep, signal } = this.#options;
    const { epoch, losses } = this.#progress;
    const told: Promise<unknown>[] = [];
    for (let step = start; step < end; step++) {
      if (step % this.#hyperparameters.logEvery !== 0) continue;
      const work = onStep?.({ epoch, step, loss: losses[step] ?? NaN, stop: this.#stop });
      if (work !== undefined) told.push(Promise.resolve(work));
    }
    if (told.length > 0) await unlessAborted(Promise.all(told), signal);
  }

  /** Judges and tests an epoch whose steps are done, and makes its record. */
  async #endEpoch(): Promise<EpochRecord> {
    const { epochs, evaluateEvery, keepBest } = this.#hyperparameters;
    const { epoch, losses, seconds } = this.#progress;
    const meanLoss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const judged = { epoch, meanLoss, ...(await this.#run.validate(epoch)) };
    const isBest = this.#monitor.add(judged);
    const isLast = epoch + 1 === epochs || this.#monitor.hasLostPatience;
    const isTested = evaluateEvery > 0 && ((epoch + 1) % evaluateEvery === 0 || isLast);
    const record = { ...judged, seconds, ...(isTested && (await this.#run.test(epoch))) };
    if (isBest && keepBest) this.#run.keepAsBest(epoch + 1);
    this.#progress.next(record);
    return record;
  }

  /** Calls `onEpoch` with a model that is only copied out of the core when the callback reads it. */
  async #tellOf(record: EpochRecord): Promise<void> {
    const { onEpoch, signal } = this.#options;
    if (!onEpoch) return;
    const run = this.#run;
    let model: Model | undefined;
    let isOver = false;
    const event: EpochEvent = {
      ...record,
      stop: this.#stop,
      get model() {
        if (isOver && !model) {
          throw new DigitrainError(
            `the model of epoch ${record.epoch} is gone: read it while onEpoch is running`,
          );
        }
        return (model ??= run.snapshot(record.epoch + 1));
      },
    };
    const telling = async () => {
      await onEpoch(event);
      isOver = true;
    };
    await unlessAborted(telling(), signal);
  }
}
