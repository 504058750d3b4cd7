import {
  type EpochEvent,
  type Model,
  type StartEvent,
  type StepEvent,
  train,
  type TrainOptions,
} from "../index.js";

/** How a run stands. */
export type Phase = "idle" | "starting" | "running" | "paused" | "finished";

/** What is told of a run. */
export interface Listener {
  phase: (phase: Phase) => void;
  started: (event: StartEvent) => void;
  stepped: (event: StepEvent) => void;
  epochEnded: (event: EpochEvent) => void;
  /** The model as it is: some ten times a second while the run goes on, and at its end. */
  model: (model: Model) => void;
  failed: (error: unknown) => void;
}

/** Between two models of a run. */
const MODEL_EVERY_MS = 100;
/** What slow motion adds to each batch of steps, which are some ten. */
const SLOW_MS = 250;

/** One run after another: started, paused, gone on with, stopped. */
export class Session {
  phase: Phase = "idle";
  /** Whether to wait a little between steps. */
  isSlow = false;
  readonly #tell: Listener;
  #abort: AbortController | undefined;
  #pause: { over: Promise<void>; end: () => void } | undefined;
  /** The wait that slow motion makes, shared by a batch's steps. */
  #delay: Promise<void> | undefined;

  constructor(listener: Listener) {
    this.#tell = listener;
  }

  /** @param prepare loads what the run needs; its own errors end the run as those of training do */
  async start(prepare: () => Promise<TrainOptions>): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    const hasStopped = () => signal.aborted;
    const unlessStopped = (phase: Phase) => {
      if (!signal.aborted) this.#enter(phase);
    };
    this.#enter("starting");
    let snapshots: ReturnType<typeof setInterval> | undefined;
    try {
      const options = await prepare();
      if (hasStopped()) return;
      const { model } = await train({
        ...options,
        logEvery: 1,
        signal,
        onStart: (event) => {
          this.#tell.started(event);
          unlessStopped("running");
          snapshots = this.#showModels(event, signal);
        },
        onStep: (event) => {
          if (!signal.aborted) this.#tell.stepped(event);
          return this.#pause?.over ?? this.#slowDown();
        },
        onEpoch: (event) => {
          if (!signal.aborted) this.#tell.epochEnded(event);
        },
      });
      if (hasStopped()) return;
      this.#tell.model(model);
      unlessStopped("finished");
    } catch (error) {
      if (signal.aborted) return;
      this.#enter("idle");
      this.#tell.failed(error);
    } finally {
      clearInterval(snapshots);
    }
  }

  pause(): void {
    if (this.phase !== "running") return;
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.#pause = { over, end };
    this.#enter("paused");
  }

  goOn(): void {
    if (this.phase !== "paused") return;
    this.#endPause();
    this.#enter("running");
  }

  /** Ends the run, if there is one. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#endPause();
    if (this.phase !== "idle") this.#enter("idle");
  }

  #endPause(): void {
    this.#pause?.end();
    this.#pause = undefined;
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.#tell.phase(phase);
  }

  #slowDown(): Promise<void> | undefined {
    if (!this.isSlow) return undefined;
    return (this.#delay ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#delay = undefined;
        resolve();
      }, SLOW_MS);
    }));
  }

  /** Asks for the model again and again, never before the last one has come. */
  #showModels({ snapshot }: StartEvent, signal: AbortSignal): ReturnType<typeof setInterval> {
    let isAsked = false;
    return setInterval(() => {
      if (isAsked || signal.aborted || document.hidden || this.phase === "paused") return;
      isAsked = true;
      void snapshot()
        .then(
          (model) => {
            if (!signal.aborted && this.phase !== "finished") this.#tell.model(model);
          },
          () => undefined, // The run has ended meanwhile, and its model is told of there.
        )
        .finally(() => {
          isAsked = false;
        });
    }, MODEL_EVERY_MS);
  }
}
