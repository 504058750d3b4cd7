// What runs in a worker of a page's: a share of the core's work, or whole runs at the page's call.
import { expose, releaseProxy, type Remote, transfer } from "comlink";
import type { Dataset } from "../data/dataset.js";
import { loadDataset } from "../data/load.js";
import { syntheticDigits } from "../data/synthetic.js";
import { DigitrainError } from "../base/errors.js";
import { HELD_UP_MS } from "../base/turns.js";
import { Model } from "../model/model.js";
import type { StartEvent, Stoppable } from "../training/events.js";
import { give } from "../core/given.js";
import { putModule } from "../core/embedded.js";
import { runTeamWorker } from "../core/team-worker.js";
import { trainHere } from "../training/train.js";
import type {
  DownloadProgress,
  FirstMessage,
  PlainStep,
  RunListener,
  RunRequest,
  RunResult,
  WorkerCalls,
} from "./messages.js";
import { settings } from "../core/settings.js";

/** Something that the page asked for and can stop. */
class Call {
  readonly controller = new AbortController();
  /** Of a run under way. */
  snapshot: StartEvent["snapshot"] | undefined;
  /** Ends a run under way early. */
  stop: Stoppable["stop"] | undefined;
}

/** What is under way, by its number. */
const calls = new Map<number, Call>();

async function abortably<T>(number: number, work: (call: Call) => Promise<T>): Promise<T> {
  const call = new Call();
  calls.set(number, call);
  try {
    return await work(call);
  } finally {
    calls.delete(number);
  }
}

/** The buffers of a data set's images alone, which are most of it. */
function imageBuffers({ train, test }: Dataset): Transferable[] {
  const parts = [train, ...(test ? [test] : [])];
  const labels = new Set<ArrayBufferLike>(parts.map((part) => part.labels.buffer));
  const buffers = parts.map(({ images }) => images.buffer).filter((buffer) => !labels.has(buffer));
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}

/** Gives a data set away. Labels may be needed here once more, so these are copied. */
function handOver(data: Dataset): Dataset {
  return transfer(data, imageBuffers(data));
}

/**
 * Sends events in batches, no more than one ahead of what the page has dealt with, and none while the page holds them up:
 * at first, until it is known not to, and whenever it did so last.
 */
class Batches {
  readonly #send: (events: readonly PlainStep[]) => Promise<void>;
  #events: PlainStep[] = [];
  #flushing: Promise<void> | undefined;
  #sent: Promise<void> = Promise.resolve();
  #isHeldUp = true;

  constructor(send: (events: readonly PlainStep[]) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when the batch before this event's has been dealt with; while the page holds them up, this event's own. */
  add(event: PlainStep): Promise<void> {
    this.#events.push(event);
    return (this.#flushing ??= this.#flush());
  }

  /** Resolves when all has been dealt with. */
  async settled(): Promise<void> {
    await this.#flushing;
    await this.#sent;
  }

  async #flush(): Promise<void> {
    await this.#sent;
    const events = this.#events;
    this.#events = [];
    this.#flushing = undefined;
    const begun = performance.now();
    this.#sent = this.#send(events).then(() => {
      this.#isHeldUp = performance.now() - begun > HELD_UP_MS;
    });
    // Whoever awaits the next batch is told of a failure.
    this.#sent.catch(() => undefined);
    if (this.#isHeldUp) await this.#sent;
  }
}

async function runFor(call: Call, request: RunRequest, listener: RunListener): Promise<RunResult> {
  const { options, data, initial } = request;
  const batches = new Batches((events) => listener.stepped(events));
  const { model, ...others } = await trainHere({
    ...options,
    data,
    ...(initial && { initial: Model.fromSafetensors(initial) }),
    signal: call.controller.signal,
    onStart: ({ snapshot, data: used, ...event }) => {
      call.snapshot = snapshot;
      return listener.started(event, used === data ? undefined : handOver(used));
    },
    onStep: ({ stop, ...event }) => {
      call.stop = stop;
      return batches.add(event);
    },
    onEpoch: async ({ model: now, stop, ...record }) => {
      call.stop = stop;
      const bytes = now.toSafetensors();
      await batches.settled();
      await listener.epochEnded(record, transfer(bytes, [bytes.buffer]));
    },
  });
  const bytes = model.toSafetensors();
  return transfer({ model: bytes, ...others }, [bytes.buffer, others.history.losses.buffer]);
}

/** Of what the page's listener throws, the page is told by the listener itself, which then aborts the call. */
const ignored = () => undefined;

const api: WorkerCalls = {
  start(lock) {
    if (!("locks" in navigator)) return Promise.resolve();
    return new Promise((resolve) => {
      const untilGone = () => {
        resolve();
        return new Promise(ignored);
      };
      navigator.locks.request(lock, untilGone).catch(() => {
        resolve();
      });
    });
  },
  prepare(fetched, given, now) {
    for (const [variant, module] of fetched) putModule(variant, module);
    for (const module of given.values()) give(module);
    Object.assign(settings, now);
  },
  load(number, source, options, listener) {
    return abortably(number, async ({ controller: { signal } }) => {
      // The page hears in this order, but by another port than the one that brings it the data.
      let heard = Promise.resolve();
      const onDownload = (progress: DownloadProgress) => {
        heard = listener.downloaded(progress).catch(ignored);
      };
      const onNotice = (notice: string) => {
        heard = listener.noticed(notice).catch(ignored);
      };
      try {
        return handOver(await loadDataset(source, { ...options, signal, onDownload, onNotice }));
      } finally {
        await heard;
      }
    });
  },
  makeDigits(number, options) {
    return abortably(number, async ({ controller: { signal } }) =>
      handOver(await syntheticDigits({ ...options, signal })),
    );
  },
  train(number, request, listener) {
    return abortably(number, (call) => runFor(call, request, listener)).finally(() => {
      (listener as unknown as Remote<RunListener>)[releaseProxy]();
    });
  },
  async snapshot(number) {
    const model = await calls.get(number)?.snapshot?.();
    if (!model) throw new DigitrainError("the run is over, and its model is what train() gives");
    const bytes = model.toSafetensors();
    return transfer(bytes, [bytes.buffer]);
  },
  stop(number) {
    calls.get(number)?.stop?.();
  },
  abort(number) {
    calls.get(number)?.controller.abort();
  },
};

addEventListener(
  "message",
  ({ data }: MessageEvent<FirstMessage>) => {
    if (data === "calls") expose(api);
    else
      runTeamWorker(data, () => {
        postMessage("ready");
      });
  },
  { once: true },
);

// The page is told of it as of any error here.
addEventListener("messageerror", () => {
  throw new Error("what was sent to it can't be read there");
});
