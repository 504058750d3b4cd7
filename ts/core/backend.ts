import { DigitrainError, reasonOf } from "../base/errors.js";
import { build, type Core, prepareVariant, type Team } from "./core.js";
import {
  describeRuntime,
  planOneThread,
  type Runtime,
  type RuntimeOptions,
  type RuntimePlan,
} from "./runtime.js";
import { startThread } from "./thread.js";
import { nameOf, type Variant, type VariantName } from "./variant.js";

/** What a thread's stack takes of the shared memory: a multiple of WebAssembly's page. */
const STACK_BYTES = 2 ** 18;
const START_TIMEOUT_MS = 10_000;

/** A worker of the pool, and its side in the core. */
interface PooledWorker {
  side: InstanceType<Core["TeamWorker"]>;
  /** Why it no longer works. */
  failure: string | undefined;
}

/** The workers of a variant, started when they are first needed and then kept. */
class WorkerPool {
  readonly #variant: Variant;
  readonly #workers: Promise<PooledWorker>[] = [];
  #failure: string | undefined;

  constructor(variant: Variant) {
    this.#variant = variant;
  }

  /** The first of the workers, or why there are none. */
  async take(count: number): Promise<PooledWorker[] | string> {
    while (this.#workers.length < count) this.#workers.push(this.#start());
    try {
      const workers = await Promise.all(this.#workers.slice(0, count));
      return this.failure(workers) ?? workers;
    } catch (error) {
      return (this.#failure ??= (error as Error).message);
    }
  }

  failure(workers: readonly PooledWorker[]): string | undefined {
    return (this.#failure ??= workers.find(({ failure }) => failure !== undefined)?.failure);
  }

  #start(): Promise<PooledWorker> {
    const { core, module, memory } = build(this.#variant);
    const worker: PooledWorker = { side: new core.TeamWorker(), failure: undefined };
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timeout);
        worker.failure = why;
        reject(new Error(why));
      };
      const timeout = setTimeout(() => {
        fail(`a worker didn't start within ${START_TIMEOUT_MS / 1000} s`);
        thread.terminate();
      }, START_TIMEOUT_MS);
      const ready = () => {
        clearTimeout(timeout);
        resolve(worker);
      };
      const data = { module, memory, stackBytes: STACK_BYTES, address: worker.side.address() };
      const thread = startThread(data, ready, fail);
    });
  }
}

const pools = new Map<VariantName, WorkerPool>();

function poolOf(variant: Variant): WorkerPool {
  const name = nameOf(variant);
  const found = pools.get(name) ?? new WorkerPool(variant);
  pools.set(name, found);
  return found;
}

/** What a run computes with: the core, a team of threads, and all that the run makes there. */
export class Backend {
  #plan: RuntimePlan;
  #core: Core;
  #team: Team;
  #workers: readonly PooledWorker[] = [];
  #owned: { free(): void }[] = [];
  #hasFailed = false;

  private constructor(plan: RuntimePlan) {
    this.#plan = plan;
    this.#core = build(plan.variant).core;
    this.#team = new this.#core.Team();
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
    else backend.#add(workers);
    return backend;
  }

  get core(): Core {
    return this.#core;
  }

  get team(): Team {
    return this.#team;
  }

  get runtime(): Runtime {
    return describeRuntime(this.#plan);
  }

  /** The instructions that it computes with, which decide about the last bits. */
  get lanes(): string {
    return this.#plan.variant.lanes;
  }

  get threads(): number {
    return this.#plan.threads;
  }

  /** Lets the workers go, before anything is made in the core. */
  useOneThread(why: string): void {
    const options: RuntimeOptions = { deterministic: this.#plan.variant.lanes === "simd" };
    const plan = planOneThread(options, why);
    this.#plan = { ...plan, whyLanes: this.#plan.whyLanes };
    this.#team.free();
    this.#core = build(plan.variant).core;
    this.#team = new this.#core.Team();
    this.#workers = [];
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
    if (!this.#hasFailed) this.#team.free();
  }

  #add(workers: readonly PooledWorker[]): void {
    this.#workers = workers;
    for (const { side } of workers) this.#team.add(side);
  }
}
