import { DigitrainError, reasonOf } from "../base/errors.js";
import { build, type Core, prepareVariant, type Team } from "./core.js";
import { describeRuntime, onOneThread, type Runtime, type RuntimePlan, withThreads } from "./runtime.js";
import { sliceByTrials, TimedSlices } from "./trials.js";
import { type PooledWorker, poolOf } from "./worker-pool.js";

/** What a run computes with: the core, a team of threads, and all that the run makes there. */
export class Backend {
  /** With the most threads that it may use. */
  #plan: RuntimePlan;
  /** With the number of threads of the last steps, but for trials. */
  #latest: RuntimePlan;
  #core: Core;
  /** By their number of threads, made when they are first needed. */
  readonly #teams = new Map<number, Team>();
  /** Where the number of threads is to be found out. */
  #slices: TimedSlices | undefined;
  #workers: readonly PooledWorker[] = [];
  #owned: { free(): void }[] = [];
  #hasFailed = false;

  private constructor(plan: RuntimePlan) {
    this.#plan = plan;
    this.#latest = plan;
    this.#core = build(plan.variant).core;
  }

  /**
   * Loads the core and starts the threads. Where workers can't be had there is one thread, and `runtime.why` says so.
   * @throws DigitrainError where the core can't be fetched or compiled
   */
  static async start(plan: RuntimePlan): Promise<Backend> {
    await prepareVariant(plan.variant);
    const backend = new Backend(plan);
    if (plan.threads === 1) return backend;
    const workers = await poolOf(plan.variant).take(plan.threads - 1);
    if (typeof workers === "string") backend.useOneThread(workers);
    else backend.#workers = workers;
    if (backend.threads > 1 && plan.isChosenHere)
      backend.#slices = new TimedSlices(sliceByTrials(plan.threads));
    return backend;
  }

  get core(): Core {
    return this.#core;
  }

  /** The calling thread and its helpers. */
  get team(): Team {
    return this.#teamOf(this.#latest.threads);
  }

  /** What it begins with. */
  get runtime(): Runtime {
    return describeRuntime(this.#plan);
  }

  /** What it computes with now: the number of threads may be lower. */
  get latestRuntime(): Runtime {
    return describeRuntime(this.#latest);
  }

  /** The instructions that it computes with, which decide about the last bits. */
  get lanes(): string {
    return this.#plan.variant.lanes;
  }

  /** The most that it may use. */
  get threads(): number {
    return this.#plan.threads;
  }

  /** Lets the workers go, before anything is made in the core. */
  useOneThread(why: string): void {
    this.#freeTeams();
    this.#plan = onOneThread(this.#plan, why);
    this.#latest = this.#plan;
    this.#core = build(this.#plan.variant).core;
    this.#workers = [];
    this.#slices = undefined;
  }

  /**
   * Does steps of training from `start` up to `end`, with the number of threads that takes the least time, where that may
   * be chosen.
   * @throws DigitrainError as {@link run}
   */
  runSteps(start: number, end: number, work: (start: number, end: number, team: Team) => void): void {
    if (!this.#slices) {
      this.run(() => {
        work(start, end, this.team);
      });
      return;
    }
    this.#slices.run(start, end, (from, to, { threads, chosen, why }) => {
      this.#latest = withThreads(this.#plan, chosen, why);
      this.run(() => {
        work(from, to, this.#teamOf(threads));
      });
    });
  }

  /** Takes over the freeing of something that was made in the core. */
  own<Owned extends { free(): void }>(owned: Owned): Owned {
    this.#owned.push(owned);
    return owned;
  }

  /**
   * Does work in the core.
   * @throws DigitrainError where one of the team's threads is lost in it, or the core's memory is full.
   */
  run<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const isLost = this.#workers.some(({ side }) => side.hasFailed);
      if (!isLost && !(error instanceof WebAssembly.RuntimeError)) throw error;
      this.#hasFailed = true;
      for (const worker of this.#workers) worker.failure ??= "a worker has stopped";
      if (!isLost) {
        throw new DigitrainError(
          `the WebAssembly core has failed (${reasonOf(error)}), most likely for want of memory; try smaller layers, batches or data`,
        );
      }
      const remedy = "start the run again, or with threads: 1";
      throw new DigitrainError(`the run has lost one of its ${this.threads} threads; ${remedy}`);
    }
  }

  /** Frees what was made in the core, unless the core has failed: then it still refers to it. */
  release(): void {
    const owned = this.#owned;
    this.#owned = [];
    if (this.#hasFailed) return;
    for (const one of owned) one.free();
  }

  /** Frees everything. */
  free(): void {
    this.release();
    if (!this.#hasFailed) this.#freeTeams();
  }

  #teamOf(threads: number): Team {
    let team = this.#teams.get(threads);
    if (!team) {
      team = new this.#core.Team();
      for (const { side } of this.#workers.slice(0, threads - 1)) team.add(side);
      this.#teams.set(threads, team);
    }
    return team;
  }

  #freeTeams(): void {
    for (const team of this.#teams.values()) team.free();
    this.#teams.clear();
  }
}
