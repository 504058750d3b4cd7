import { type Dataset, type Examples, firstOf } from "../data/dataset.js";
import { loadDataset } from "../data/load.js";
import type { Remark } from "../data/remark.js";
import { labelledAlike, remarksOn } from "../data/remarks.js";
import { areSeveral } from "../data/source.js";
import { DigitrainError } from "../base/errors.js";
import type { Model } from "../model/model.js";
import { splitForValidation } from "../data/split.js";
import { Epochs } from "./epochs.js";
import type { EpochRecord, Resumption, Stopped } from "./events.js";
import type { Hyperparameters } from "./hyperparameters.js";
import type { TrainOptions } from "./options.js";
import { promisedData, resolveOptions } from "./resolve.js";
import { unlessAborted } from "../base/abort.js";
import type { FoundCheckpoint } from "./checkpoint.js";
import type { CheckpointDirectory } from "./checkpoint-directory.js";
import { Checkpoints, openDirectory } from "./checkpoints.js";
import { onOneThread, planRuntime, type Runtime, type RuntimePlan } from "../core/runtime.js";
import { Run } from "./run.js";
import { Backend } from "../core/backend.js";
import { warmUp } from "./warm-up.js";

/** What a run left behind, beside its model. */
export interface History {
  /** The loss of every step's batch before its update: of step s of epoch e at `e * stepsPerEpoch + s`, up to the last step. */
  losses: Float32Array;
  stepsPerEpoch: number;
  /** Those that have ended. */
  epochs: EpochRecord[];
}

/** What {@link train} gives. */
export interface TrainResult {
  model: Model;
  history: History;
  /** As the last steps had it: where `threads` is `"auto"`, their number may be lower than the run began with. */
  runtime: Runtime;
  /** How the run ended, and where. */
  stopped: Stopped;
  /**
   * The epoch of the least validation loss or, without validation, of the least mean loss, from 0: `model` is as it was
   * after it where `keepBest` is asked for. Absent where nothing judges the epochs, or none has ended.
   */
  bestEpoch?: number;
  /** The mean loss of `model` over the test examples; absent where they are never evaluated. */
  testLoss?: number;
  /** The fraction of the test examples that `model` classifies correctly, 0..1; absent where they are never evaluated. */
  testAccuracy?: number;
}

/**
 * Trains a network. The calling thread is never held for long: the work is done in calls of about 16 ms (or of one
 * step, where that takes longer), with a turn of the event loop between them.
 *
 * With `checkpoint` the run is saved as it goes, and can be resumed.
 *
 * A run ends early where an event's `stop()` is called or `earlyStopping` says so: `train` resolves with what there is then.
 * It fails, freeing all that it held, when the signal aborts (with the signal's reason) or a callback throws (with that error).
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
  const { signal, checkpoint } = options;
  signal?.throwIfAborted();
  // What is wrong with the runtime, or the checkpoints' directory, is reported before anything is downloaded.
  const asked = planRuntime(hyperparameters);
  const plan = whyAlone === undefined ? asked : onOneThread(asked, whyAlone);
  const directory = checkpoint === undefined ? undefined : await openDirectory(checkpoint);
  try {
    return await loadAndTrain(plan, source, hyperparameters, options, directory);
  } finally {
    await directory?.close();
  }
}

async function loadAndTrain(
  plan: RuntimePlan,
  source: ReturnType<typeof promisedData>,
  hyperparameters: Hyperparameters,
  options: TrainOptions,
  directory: CheckpointDirectory | undefined,
): Promise<TrainResult> {
  const { signal, ink } = options;
  const loading = unlessAborted(source, signal).then((data) =>
    loadDataset(data, { ...(signal && { signal }), ...(ink && { ink }) }),
  );
  const { data } = options;
  const isThere = typeof data === "object" && !(data instanceof Promise) && !areSeveral(data);
  const starting = startWarm(plan, hyperparameters, isThere ? undefined : loading);
  // While threads start.
  const looking = loading.then((loaded) => ({ loaded, remarks: remarksOn(loaded, hyperparameters) }));
  try {
    const [{ loaded, remarks }, backend] = await Promise.all([looking, starting]);
    signal?.throwIfAborted();
    return await trainOn(backend, loaded, remarks, hyperparameters, options, directory);
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
  remarks: readonly Remark[],
  hyperparameters: Hyperparameters,
  options: TrainOptions,
  directory: CheckpointDirectory | undefined,
): Promise<TrainResult> {
  const { signal, checkpoint } = options;
  const { examples, ...aside } = await examplesOf(data, hyperparameters, signal);
  const run = new Run(backend, examples, hyperparameters, { ...options, ...aside });
  const alike = labelledAlike(data);
  if (alike !== undefined) throw new DigitrainError(alike);
  const { runtime } = backend;
  let isOver = false;
  try {
    await run.load();
    const checkpoints =
      directory && checkpoint !== undefined
        ? await Checkpoints.of(directory, checkpoint, run, backend.lanes, data, hyperparameters)
        : undefined;
    const found = await checkpoints?.resume();
    const epochs = new Epochs(run, options, hyperparameters, checkpoints, found?.checkpoint.progress);
    const snapshot = () =>
      new Promise<Model>((resolve) => {
        if (isOver) throw new DigitrainError("the run is over, and its model is what train() gives");
        resolve(run.snapshot(epochs.ended));
      });
    const { layers, counts, stepsPerEpoch } = run;
    const used = { data, counts, network: [...layers], options: hyperparameters, runtime, stepsPerEpoch };
    const event = { ...used, remarks, snapshot, ...(found && { resumed: resumptionOf(found) }) };
    await unlessAborted(options.onStart?.(event), signal);
    await epochs.finish();
    return { ...(await resultOf(run, epochs, hyperparameters)), runtime: backend.latestRuntime };
  } finally {
    isOver = true;
  }
}

function resumptionOf({ file, checkpoint, skipped }: FoundCheckpoint): Resumption {
  const { epoch, step } = checkpoint.progress;
  return { file, epoch, step, skipped };
}

/** What a run learns from, and the examples for validation: those that are set aside, else those that the data has. */
async function examplesOf(
  data: Dataset,
  { validationFraction, limit }: Hyperparameters,
  signal?: AbortSignal,
): Promise<{ examples: Dataset; validation?: Examples }> {
  const { validation: given } = data;
  if (validationFraction === 0) return { examples: data, ...(given && { validation: given }) };
  const used = { ...data, train: firstOf(data.train, limit ?? Infinity) };
  const { train, validation } = await splitForValidation(used, validationFraction, signal);
  return { examples: { ...data, train }, validation };
}

/** What a run that has ended gives. */
async function resultOf(
  run: Run,
  epochs: Epochs,
  { keepBest, evaluateEvery }: Hyperparameters,
): Promise<Omit<TrainResult, "runtime">> {
  const { best, ended, stopped } = epochs;
  const { losses, epochs: records, step } = epochs.progress;
  const isBest = keepBest && best !== undefined;
  if (isBest) run.useBest();
  await run.calibrate();
  const completed = isBest ? best + 1 : ended;
  // In the middle of an epoch the model is none that has a record.
  const record = isBest || step === 0 ? records[completed - 1] : undefined;
  return {
    model: run.snapshot(completed),
    history: { losses, epochs: records, stepsPerEpoch: run.stepsPerEpoch },
    stopped,
    ...(best !== undefined && { bestEpoch: best }),
    ...(evaluateEvery > 0 && (await testOf(run, completed, record))),
  };
}

/** How a run's model does on the test examples: as its epoch's record says, or as is found now. */
async function testOf(run: Run, epochs: number, record?: EpochRecord): ReturnType<Run["test"]> {
  const { testLoss, testAccuracy } = record ?? {};
  if (testLoss !== undefined && testAccuracy !== undefined) return { testLoss, testAccuracy };
  return run.test(Math.max(0, epochs - 1));
}
