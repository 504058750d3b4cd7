import { loadDataset } from "./data/load.js";
import { DigitrainError } from "./errors.js";
import type { Model } from "./model.js";
import { type EpochEvent, type EpochRecord, resolveOptions, type TrainOptions } from "./options.js";
import { concatenate } from "./runtime/concatenate.js";
import { currentRuntime, type Runtime } from "./runtime/core.js";
import { Run } from "./runtime/run.js";
import { startEngine } from "./runtime/threads.js";

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
 * A run ends early, freeing all that it held, when the signal aborts (it rejects with the signal's reason) or a
 * callback throws (it rejects with that error).
 * @throws OptionError for an option that is unknown or has a value that it doesn't take.
 * @throws DigitrainError for data that can't be had or used, and for a loss that is no longer finite.
 * @example
 * const { model, history } = await train({ recipe: "fast", onStep: ({ step, loss }) => console.log(step, loss) });
 */
export async function train(options: TrainOptions = {}): Promise<TrainResult> {
  const hyperparameters = resolveOptions(options);
  const { signal } = options;
  signal?.throwIfAborted();
  // What is wrong with the runtime is told of before anything is downloaded.
  currentRuntime(hyperparameters);
  // The threads start while the data is read.
  const [started, data] = await Promise.all([
    startEngine(hyperparameters),
    loadDataset(options.data ?? "auto", signal && { signal }),
  ]);
  signal?.throwIfAborted();
  const run = new Run(started, data, hyperparameters, options);
  const { runtime } = run;
  try {
    await run.load();
    const { stepsPerEpoch, layers } = run;
    options.onStart?.({ data, network: [...layers], options: hyperparameters, runtime, stepsPerEpoch });
    const history = await runEpochs(run, options, hyperparameters);
    return { model: run.snapshot(hyperparameters.epochs - 1), history, runtime };
  } finally {
    run.free();
  }
}

async function runEpochs(
  run: Run,
  { onStep, onEpoch, signal }: TrainOptions,
  { epochs, logEvery, evaluateEvery }: { epochs: number; logEvery: number; evaluateEvery: number },
): Promise<History> {
  const losses: Float32Array[] = [];
  const records: EpochRecord[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const trained = await run.trainEpoch(epoch, (step, loss) => {
      if (step % logEvery === 0) onStep?.({ epoch, step, loss });
    });
    const due = evaluateEvery > 0 && ((epoch + 1) % evaluateEvery === 0 || epoch + 1 === epochs);
    const meanLoss = trained.losses.reduce((sum, loss) => sum + loss, 0) / trained.losses.length;
    const record = { epoch, seconds: trained.seconds, meanLoss, ...(due && (await run.evaluate(epoch))) };
    losses.push(trained.losses);
    records.push(record);
    if (onEpoch) tellOfEpoch(onEpoch, record, run);
    signal?.throwIfAborted();
  }
  return { losses: concatenate(losses), epochs: records };
}

/** Calls `onEpoch` with a model that is only copied out of the core when the callback reads it. */
function tellOfEpoch(onEpoch: (event: EpochEvent) => void, record: EpochRecord, run: Run): void {
  let model: Model | undefined;
  let over = false;
  onEpoch({
    ...record,
    get model() {
      if (over && !model) {
        throw new DigitrainError(
          `the model of epoch ${record.epoch} is gone: read it while onEpoch is running`,
        );
      }
      return (model ??= run.snapshot(record.epoch));
    },
  });
  over = true;
}
