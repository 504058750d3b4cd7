import type { Dataset } from "../data/dataset.js";
import { areFiles, type DataSource } from "../data/source.js";
import { checkIsOptions } from "../base/options.js";
import { Model } from "../model/model.js";
import { noCheckpoints } from "../training/checkpoints.browser.js";
import type { TrainOptions } from "../training/options.js";
import { promisedData, resolveOptions } from "../training/resolve.js";
import type { TrainResult } from "../training/train.js";
import { type WorkerClient, pageWorker } from "./client.js";
import { unlessAborted } from "../base/abort.js";
import { init } from "../core/init.js";
import { toSend } from "./data.js";
import type { PlainOptions, RunListener } from "./messages.js";
import { isPage } from "../core/script.js";

/**
 * Trains a network, as in Node, but in a worker of the page's: the page is never held. Callbacks are called in batches,
 * about one a frame. Called inside a worker, it trains right there.
 *
 * Where no worker can be had, the page's own thread does the work, some 16 ms at a time, and `runtime.why` says so.
 */
export async function train(options: TrainOptions = {}): Promise<TrainResult> {
  checkIsOptions(options, "train", "epochs: 3");
  const { data: given } = options;
  if (!isPage()) return trainHere(typeof given === "string" ? { ...options, data: toSend(given) } : options);
  const source = promisedData(options);
  resolveOptions(options);
  const { checkpoint, signal } = options;
  if (checkpoint !== undefined) throw noCheckpoints();
  signal?.throwIfAborted();
  await init();
  const data = await unlessAborted(source, signal);
  const client = await pageWorker(areFiles(data) ? "reader" : "trainer");
  if (typeof client !== "string") return trainThere(client, { ...options, data });
  return trainHere({ ...options, data: toSend(data) }, client);
}

/** Trains on the calling thread. That code is fetched when it is needed, which a page's seldom is. */
async function trainHere(options: TrainOptions, whyAlone?: string): Promise<TrainResult> {
  const [here] = await Promise.all([import("../training/train.js"), init()]);
  return here.trainHere(options, whyAlone);
}

async function trainThere(
  client: WorkerClient,
  options: TrainOptions & { data: DataSource },
): Promise<TrainResult> {
  const { data: source, initial, signal, onStart, onStep, onEpoch, ...others } = options;
  const request = {
    options: others as PlainOptions,
    data: toSend(source),
    initial: initial?.toSafetensors(),
  };
  let number = 0;
  /** Until the worker knows, it isn't told to continue. */
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= client.calls.stop(number);
  };
  const listener: RunListener = {
    async started(event, loaded) {
      // What was no Dataset is one now, and is moved here.
      const data = loaded ?? (source as Dataset);
      const snapshot = async () => Model.fromSafetensors(await client.snapshot(number));
      await onStart?.({ ...event, data, snapshot });
    },
    async stepped(events) {
      await Promise.all(events.map((event) => onStep?.({ ...event, stop })));
      await stopping;
    },
    async epochEnded(record, bytes) {
      let model: Model | undefined;
      await onEpoch?.({
        ...record,
        stop,
        get model() {
          return (model ??= Model.fromSafetensors(bytes));
        },
      });
      await stopping;
    },
  };
  const { deterministic = false } = options;
  const result = await client.call({ deterministic }, signal, listener, (call, remote) => {
    number = call;
    return client.calls.train(call, request, remote);
  });
  return { ...result, model: Model.fromSafetensors(result.model) };
}
