import type { ProxyMarked } from "comlink";
import type { Dataset } from "../data/dataset.js";
import type { LoadOptions } from "../data/load-options.js";
import type { DataSource } from "../data/source.js";
import type { SyntheticOptions } from "../data/synthetic.js";
import type { EpochRecord, StartEvent, StepEvent, Stoppable } from "../training/events.js";
import type { TrainOptions } from "../training/options.js";
import type { VariantName } from "../core/variant.js";
import type { TeamWorkerData } from "../core/team-worker.js";
import type { TrainResult } from "../training/train.js";
import type { PageSettings } from "../core/settings.js";

/** The first message to a worker of ours: a place in thread teams, or that it is to answer calls. */
export type FirstMessage = TeamWorkerData | "calls";

/** The options of a run that can be sent as they are. */
export type PlainOptions = Omit<
  TrainOptions,
  "data" | "initial" | "signal" | "checkpoint" | "onStart" | "onStep" | "onEpoch"
>;

/** What to train. A model goes as a safetensors file. */
export interface RunRequest {
  options: PlainOptions;
  data: DataSource;
  initial: Uint8Array | undefined;
}

/** A step as the worker tells of it: what its event can do isn't sent. */
export type PlainStep = Omit<StepEvent, keyof Stoppable>;

/** What the worker tells the page of a run. */
export interface RunListener {
  /** @param data what was loaded; undefined where the page has it already */
  started: (event: Omit<StartEvent, "snapshot" | "data">, data: Dataset | undefined) => Promise<void>;
  stepped: (events: readonly PlainStep[]) => Promise<void>;
  epochEnded: (record: EpochRecord, model: Uint8Array) => Promise<void>;
}

/** How far a download has come. */
export type DownloadProgress = Parameters<NonNullable<LoadOptions["onDownload"]>>[0];

/** What the worker tells the page of loading. */
export interface LoadListener {
  downloaded: (progress: DownloadProgress) => Promise<void>;
  noticed: (notice: string) => Promise<void>;
}

/** How a run ended, its model as a safetensors file. */
export type RunResult = Omit<TrainResult, "model"> & { model: Uint8Array };

type Modules = ReadonlyMap<VariantName, WebAssembly.Module>;

/** What can be asked of the worker. Each call that can be aborted has a number. */
export interface WorkerCalls {
  /** Takes a lock, where it may have one, and holds it until the worker is gone. */
  start(lock: string): Promise<void>;
  /** Takes the variants that the page has fetched or was given, and its settings. */
  prepare(fetched: Modules, given: Modules, settings: PageSettings): void;
  load(
    number: number,
    source: DataSource,
    options: Pick<LoadOptions, "testFraction" | "splitSeed" | "labelColumn" | "ink">,
    listener: LoadListener & ProxyMarked,
  ): Promise<Dataset>;
  makeDigits(number: number, options: SyntheticOptions): Promise<Dataset>;
  train(number: number, request: RunRequest, listener: RunListener & ProxyMarked): Promise<RunResult>;
  /** The model of a run under way, as a safetensors file. */
  snapshot(number: number): Promise<Uint8Array>;
  /** Ends a run early, as the events' `stop` does. */
  stop(number: number): void;
  abort(number: number): void;
}
