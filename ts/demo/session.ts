import type { EpochEvent, Model, StartEvent, StepEvent, train, TrainOptions, TrainResult } from "../index.js";

/** How a run stands. */
export type Phase = "idle" | "starting" | "running" | "paused" | "finished";

/** What is told of a run. */
export interface Listener {
  phase: (phase: Phase) => void;
  /**
   * The first step waits for what this promises.
   * @param model as it is before the first step
   */
  started: (event: StartEvent, model: Model) => void | Promise<void>;
  stepped: (event: StepEvent) => void;
  epochEnded: (event: EpochEvent) => void;
  /** The model as it is: some ten times a second while the run goes on, and after each step of a held one. */
  model: (model: Model) => void;
  ended: (result: TrainResult) => void;
  failed: (error: unknown) => void;
}

/** Between two models of a run. */
const MODEL_EVERY_MS = 100;

/** A time to wait whose end is called from elsewhere. */
interface Wait {
  readonly over: Promise<void>;
  readonly end: () => void;
}

function wait(): Wait {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  return { over, end };
}

/** One run after another: started, paused, taken on by a step, continued, stopped. */
export class Session {
  phase: Phase = "idle";
  /** From one step to the next; 0: as fast as it goes. */
  stepMs = 0;
  readonly #train: typeof train;
  readonly #tell: Listener;
  #abort: AbortController | undefined;
  #pause: Wait | undefined;
  /** The wait that a low speed makes, shared by a batch's steps. */
  #delay: Promise<void> | undefined;
  #snapshot: StartEvent["snapshot"] | undefined;
  #isAsked = false;
  /** The run was held while a model of before was on its way. */
  #isAskedAgain = false;
  /** The next step is the last. */
  #isFinishing = false;

  /** @param run trains: `train` itself, or what a test has in its place */
  constructor(run: typeof train, listener: Listener) {
    this.#train = run;
    this.#tell = listener;
  }

  /**
   * @param prepare loads what the run needs; its own errors end the run as those of training do
   * @param isHeld whether to pause after the first step
   */
  async start(prepare: () => Promise<TrainOptions>, isHeld = false): Promise<void> {
    this.stop();
    this.#isFinishing = false;
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    const hasStopped = () => signal.aborted;
    this.#enter("starting");
    let models: ReturnType<typeof setInterval> | undefined;
    try {
      const options = await prepare();
      if (hasStopped()) return;
      const result = await this.#train({
        ...options,
        logEvery: 1,
        signal,
        onStart: async (event) => {
          const first = await event.snapshot();
          if (hasStopped()) return;
          this.#snapshot = event.snapshot;
          await this.#tell.started(event, first);
          if (hasStopped()) return;
          if (isHeld) this.#pause = wait();
          this.#enter(isHeld ? "paused" : "running");
          models = setInterval(() => {
            if (this.phase === "running") this.#showModel(signal);
          }, MODEL_EVERY_MS);
        },
        onStep: (event) => {
          if (hasStopped()) return undefined;
          this.#tell.stepped(event);
          if (this.#isFinishing) event.stop();
          if (this.#pause) this.#showModel(signal);
          return this.#pause?.over ?? this.#slowDown();
        },
        onEpoch: (event) => {
          if (!hasStopped()) this.#tell.epochEnded(event);
        },
      });
      if (hasStopped()) return;
      this.#pause = undefined;
      this.#tell.ended(result);
      this.#enter("finished");
    } catch (error) {
      if (hasStopped()) return;
      this.#pause = undefined;
      this.#enter("idle");
      this.#tell.failed(error);
    } finally {
      clearInterval(models);
    }
  }

  pause(): void {
    if (this.phase !== "running") return;
    this.#pause = wait();
    this.#enter("paused");
  }

  /** Takes a paused run on by a step. */
  step(): void {
    const held = this.#pause;
    if (!held) return;
    this.#pause = wait();
    held.end();
  }

  continue(): void {
    if (this.phase !== "paused") return;
    this.#endPause();
    this.#enter("running");
  }

  /** Ends the run as it is, after a step at most: its model is told of. */
  finish(): void {
    if (this.phase === "starting") this.stop();
    this.#isFinishing = true;
    this.#endPause();
  }

  /** Ends the run, if there is one, and forgets it. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#snapshot = undefined;
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
    if (this.stepMs === 0) return undefined;
    return (this.#delay ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#delay = undefined;
        resolve();
      }, this.stepMs);
    }));
  }

  /** Asks for the model: once the last one that was asked for has come, and of a run that goes on with the next turn. */
  #showModel(signal: AbortSignal): void {
    if (!this.#snapshot) return;
    this.#isAskedAgain = this.#isAsked && this.#pause !== undefined;
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#snapshot()
      .then(
        (model) => {
          if (!signal.aborted && this.phase !== "finished") this.#tell.model(model);
        },
        () => undefined, // The run has ended meanwhile, and its model is told of there.
      )
      .finally(() => {
        this.#isAsked = false;
        if (this.#isAskedAgain && !signal.aborted) this.#showModel(signal);
      });
  }
}
