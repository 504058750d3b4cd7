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
import { currentRuntime, type Runtime } from "../core/variant.js";
import { Run } from "./run.js";
import { startEngine } from "../core/threads.js";
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
  // What is wrong with the runtime is told of before anything is downloaded.
  currentRuntime(hyperparameters);
  const loading = unlessAborted(source, signal).then((data) => loadDataset(data, signal && { signal }));
  const isThere = typeof options.data === "object" && !(options.data instanceof Promise);
  const warming = whyAlone === undefined && !isThere ? warmUp(hyperparameters, loading) : undefined;
  const [data] = await Promise.all([loading, warming]);
  const started = await startEngine(hyperparameters, whyAlone);
  signal?.throwIfAborted();
  const run = new Run(started, data, hyperparameters, options);
  const { runtime, stepsPerEpoch } = run;
  let isOver = false;
  try {
    await run.load();
    const checkpoints =
      options.checkpoint === undefined
        ? undefined
        : await Checkpoints.open(options.checkpoint, run, data, hyperparameters);
    const found = await checkpoints?.resume();
    const course = new Course(stepsPerEpoch, found?.checkpoint.progress);
    const resumed = found && {
      file: found.file,
      epoch: course.epoch,
      step: course.step,
      skipped: found.skipped,
    };
    const snapshot = () =>
      new Promise<Model>((resolve) => {
        if (isOver) throw new DigitrainError("the run is over, and its model is what train() gives");
        resolve(run.snapshot(course.epoch));
      });
    const event = {
      data,
      network: [...run.layers],
      options: hyperparameters,
      runtime,
      stepsPerEpoch,
      snapshot,
    };
    await unlessAborted(options.onStart?.({ ...event, ...(resumed && { resumed }) }), signal);
    await runEpochs(run, course, options, hyperparameters, checkpoints);
    const { losses, epochs } = course.progress();
    return { model: run.snapshot(hyperparameters.epochs), history: { losses, epochs }, runtime };
  } finally {
    isOver = true;
    run.free();
  }
}

/** How far the run has come: it is moved on as the run goes, and a checkpoint takes it from here. */
class Course {
  epoch = 0;
  step = 0;
  seconds = 0;
  readonly epochs: EpochRecord[] = [];
  /** The losses of the epochs that have ended, and of the present one as far as it has come. */
  readonly #past: Float32Array[] = [];
  losses: Float32Array;

  /** @param from where to go on */
  constructor(stepsPerEpoch: number, from?: Progress) {
    this.losses = new Float32Array(stepsPerEpoch);
    if (!from) return;
    const { epoch, step, seconds, epochs, losses } = from;
    Object.assign(this, { epoch, step, seconds });
    this.epochs.push(...epochs);
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

  progress(): Progress {
    const { epoch, step, seconds, epochs } = this;
    const losses = concatenate([...this.#past, this.losses.subarray(0, step)]);
    return { epoch, step, seconds, epochs: [...epochs], losses };
  }
}

async function runEpochs(
  run: Run,
  course: Course,
  options: TrainOptions,
  hyperparameters: Hyperparameters,
  checkpoints?: Checkpoints,
): Promise<void> {
  const { onEpoch, signal } = options;
  try {
    while (course.epoch < hyperparameters.epochs) {
      const record = await runEpoch(run, course, options, hyperparameters, checkpoints);
      course.next(record);
      if (onEpoch) await unlessAborted(tellOfEpoch(onEpoch, record, run), signal);
      await checkpoints?.save(course.progress());
      signal?.throwIfAborted();
    }
  } catch (error) {
    if (signal?.aborted && error === signal.reason) await checkpoints?.save(course.progress());
    throw error;
  }
}

async function runEpoch(
  run: Run,
  course: Course,
  { onStep, signal }: TrainOptions,
  { epochs, logEvery, evaluateEvery }: Hyperparameters,
  checkpoints?: Checkpoints,
): Promise<EpochRecord> {
  const { epoch, losses, seconds: before } = course;
  await run.trainEpoch(epoch, losses, course.step, async (start, end, seconds, isSound) => {
    course.step = end;
    course.seconds = before + seconds;
    const told: Promise<unknown>[] = [];
    for (let step = start; step < end; step++) {
      const work = step % logEvery === 0 ? onStep?.({ epoch, step, loss: losses[step] ?? NaN }) : undefined;
      if (work !== undefined) told.push(Promise.resolve(work));
    }
    if (told.length > 0) await unlessAborted(Promise.all(told), signal);
    if (isSound && checkpoints?.isDue(epoch * losses.length + end)) await checkpoints.save(course.progress());
  });
  const meanLoss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const due = evaluateEvery > 0 && ((epoch + 1) % evaluateEvery === 0 || epoch + 1 === epochs);
  return { epoch, seconds: course.seconds, meanLoss, ...(due && (await run.evaluate(epoch))) };
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
