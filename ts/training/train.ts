import type { Dataset } from "../data/dataset.js";
import { loadDataset } from "../data/load.js";
import { DigitrainError } from "../base/errors.js";
import type { Model } from "../model/model.js";
import type { Progress } from "./checkpoint.js";
import type { EpochEvent, EpochRecord } from "./events.js";
import type { Hyperparameters } from "./hyperparameters.js";
import type { TrainOptions } from "./options.js";
import { promisedData, resolveOptions } from "./resolve.js";
import { unlessAborted } from "../base/abort.js";
import { Checkpoints } from "./checkpoints.js";
import { concatenate } from "../base/concatenate.js";
import { onOneThread, planRuntime, type Runtime, type RuntimePlan } from "../core/runtime.js";
import { Run } from "./run.js";
import { Backend } from "../core/backend.js";
import { warmUp } from "./warm-up.js";

/** What a run left behind, beside its model. */
export interface History {
  /** The loss of every step's batch before its update, epoch after epoch. */
  losses: Float32Array;
  epochs: EpochRecord[];
}

/** What {@link train} gives. */
export interface TrainResult {
  model: Model;
  history: History;
  runtime: Runtime;
}

/**
 * Trains a network. The calling thread is never held for long: the work is done in calls of about 16 ms (or of one
 * step, where that takes longer), with a turn of the event loop between them.
 *
 * With `checkpoint` the run is saved as it goes, and can be resumed.
 *
 * A run ends early, freeing all that it held, when the signal aborts (it rejects with the signal's reason) or a
 * callback throws (it rejects with that error).
 * @throws OptionError for an option that is unknown or has a value that it doesn't take.
 * @throws DigitrainError for data that can't be had or used, and for a loss that is no longer finite.
 * @example
 * const { model, history } = await train({ recipe: "fast", onStep: ({ step, loss }) => console.log(step, loss) });
 */
export function train(options: TrainOptions = {}): Promise<TrainResult> {
  return trainHere(options);
}

/**
 * Trains on the calling thread.
 * @param whyAlone why it must not have others to help it, where it mustn't
 */
export async function trainHere(options: TrainOptions, whyAlone?: string): Promise<TrainResult> {
  const source = promisedData(options);
  const hyperparameters = resolveOptions(options);
  const { signal } = options;
  signal?.throwIfAborted();
  // What is wrong with the runtime is reported before anything is downloaded.
  const asked = planRuntime(hyperparameters);
  const plan = whyAlone === undefined ? asked : onOneThread(asked, whyAlone);
  const loading = unlessAborted(source, signal).then((data) => loadDataset(data, signal && { signal }));
  const isThere = typeof options.data === "object" && !(options.data instanceof Promise);
  const starting = startWarm(plan, hyperparameters, isThere ? undefined : loading);
  try {
    const [data, backend] = await Promise.all([loading, starting]);
    signal?.throwIfAborted();
    return await trainOn(backend, data, hyperparameters, options);
  } finally {
    void starting.then(
      (backend) => {
        backend.free();
      },
      () => undefined,
    );
  }
}

/** Starts the backend, and warms it up while the data is on its way. */
async function startWarm(
  plan: RuntimePlan,
  hyperparameters: Hyperparameters,
  loading: Promise<unknown> | undefined,
): Promise<Backend> {
  const backend = await Backend.start(plan);
  if (loading) await warmUp(backend, hyperparameters, loading);
  return backend;
}

async function trainOn(
  backend: Backend,
  data: Dataset,
  hyperparameters: Hyperparameters,
  options: TrainOptions,
): Promise<TrainResult> {
  const { signal } = options;
  const run = new Run(backend, data, hyperparameters, options);
  const { stepsPerEpoch } = run;
  const { runtime } = backend;
  let isOver = false;
  let checkpoints: Checkpoints | undefined;
  try {
    await run.load();
    if (options.checkpoint !== undefined)
      checkpoints = await Checkpoints.open(options.checkpoint, run, backend.lanes, data, hyperparameters);
    const found = await checkpoints?.resume();
    const progress = new RunProgress(stepsPerEpoch, found?.checkpoint.progress);
    const resumed = found && {
      file: found.file,
      epoch: progress.epoch,
      step: progress.step,
      skipped: found.skipped,
    };
    const snapshot = () =>
      new Promise<Model>((resolve) => {
        if (isOver) throw new DigitrainError("the run is over, and its model is what train() gives");
        resolve(run.snapshot(progress.epoch));
      });
    const network = [...run.layers];
    const event = { data, network, options: hyperparameters, runtime, stepsPerEpoch, snapshot };
    await unlessAborted(options.onStart?.({ ...event, ...(resumed && { resumed }) }), signal);
    await runEpochs(run, progress, options, hyperparameters, checkpoints);
    const { losses, epochs } = progress.toRecord();
    return { model: run.snapshot(hyperparameters.epochs), history: { losses, epochs }, runtime };
  } finally {
    isOver = true;
    await checkpoints?.close();
  }
}

/** How far the run has come; checkpoints are made of it. */
class RunProgress {
  epoch = 0;
  step = 0;
  seconds = 0;
  readonly epochs: EpochRecord[];
  /** The losses of the epochs that have ended, and of the present one as far as it has come. */
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
    const losses = concatenate([...this.#past, this.losses.subarray(0, step)]);
    return { epoch, step, seconds, epochs: [...epochs], losses };
  }
}

async function runEpochs(
  run: Run,
  progress: RunProgress,
  options: TrainOptions,
  hyperparameters: Hyperparameters,
  checkpoints?: Checkpoints,
): Promise<void> {
  const { onEpoch, signal } = options;
  try {
    while (progress.epoch < hyperparameters.epochs) {
      const record = await runEpoch(run, progress, options, hyperparameters, checkpoints);
      progress.next(record);
      if (onEpoch) await unlessAborted(tellOfEpoch(onEpoch, record, run), signal);
      await checkpoints?.save(progress.toRecord());
      signal?.throwIfAborted();
    }
  } catch (error) {
    if (signal?.aborted && error === signal.reason) await checkpoints?.save(progress.toRecord());
    throw error;
  }
}

async function runEpoch(
  run: Run,
  progress: RunProgress,
  { onStep, signal }: TrainOptions,
  { epochs, logEvery, evaluateEvery }: Hyperparameters,
  checkpoints?: Checkpoints,
): Promise<EpochRecord> {
  const { epoch, losses, seconds: before } = progress;
  await run.trainEpoch(epoch, losses, progress.step, async (start, end, seconds, isSound) => {
    progress.step = end;
    progress.seconds = before + seconds;
    const told: Promise<unknown>[] = [];
    for (let step = start; step < end; step++) {
      const work = step % logEvery === 0 ? onStep?.({ epoch, step, loss: losses[step] ?? NaN }) : undefined;
      if (work !== undefined) told.push(Promise.resolve(work));
    }
    if (told.length > 0) await unlessAborted(Promise.all(told), signal);
    if (isSound && checkpoints?.isDue(epoch * losses.length + end))
      await checkpoints.save(progress.toRecord());
  });
  const meanLoss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const due = evaluateEvery > 0 && ((epoch + 1) % evaluateEvery === 0 || epoch + 1 === epochs);
  return { epoch, seconds: progress.seconds, meanLoss, ...(due && (await run.evaluate(epoch))) };
}

/** Calls `onEpoch` with a model that is only copied out of the core when the callback reads it. */
async function tellOfEpoch(
  onEpoch: (event: EpochEvent) => unknown,
  record: EpochRecord,
  run: Run,
): Promise<void> {
  let model: Model | undefined;
  let over = false;
  await onEpoch({
    ...record,
    get model() {
      if (over && !model) {
        throw new DigitrainError(
          `the model of epoch ${record.epoch} is gone: read it while onEpoch is running`,
        );
      }
      return (model ??= run.snapshot(record.epoch + 1));
    },
  });
  over = true;
}
