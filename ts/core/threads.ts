import { DigitrainError, reasonOf } from "../base/errors.js";
import { build, type Core, loadCore, prepareVariant, type Team } from "./core.js";
import {
  currentRuntime,
  describeThreads,
  type Runtime,
  type RuntimeOptions,
  type Variant,
} from "./variant.js";
import { startThread } from "./thread.js";

/** What a thread's stack takes of the shared memory: a multiple of WebAssembly's page. */
const STACK_BYTES = 2 ** 18;
const START_TIMEOUT_MS = 10_000;

/** A worker that serves a seat for the rest of the process. */
interface Helper {
  seat: InstanceType<Core["TeamWorker"]>;
  /** Why it no longer works. */
  failure: string | undefined;
}

/** The workers of a variant, started when they are first needed and then kept. */
class Crew {
  readonly #variant: Variant;
  readonly #helpers: Promise<Helper>[] = [];
  #failure: string | undefined;

  constructor(variant: Variant) {
    this.#variant = variant;
  }

  /** So many helpers, or why there aren't. */
  async helpers(count: number): Promise<Helper[] | string> {
    while (this.#helpers.length < count) this.#helpers.push(this.#start());
    try {
      const helpers = await Promise.all(this.#helpers.slice(0, count));
      return this.failure(helpers) ?? helpers;
    } catch (error) {
      return (this.#failure ??= (error as Error).message);
    }
  }

  failure(helpers: readonly Helper[]): string | undefined {
    return (this.#failure ??= helpers.find(({ failure }) => failure !== undefined)?.failure);
  }

  #start(): Promise<Helper> {
    const { core, module, memory } = build(this.#variant);
    const helper: Helper = { seat: new core.TeamWorker(), failure: undefined };
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timeout);
        helper.failure = why;
        reject(new Error(why));
      };
      const timeout = setTimeout(() => {
        fail(`a worker didn't start within ${START_TIMEOUT_MS / 1000} s`);
        thread.terminate();
      }, START_TIMEOUT_MS);
      const ready = () => {
        clearTimeout(timeout);
        resolve(helper);
      };
      const data = { module, memory, stackBytes: STACK_BYTES, seat: helper.seat.address() };
      const thread = startThread(data, ready, fail);
    });
  }
}

const crews = new Map<Variant, Crew>();

function crewOf(variant: Variant): Crew {
  const found = crews.get(variant) ?? new Crew(variant);
  crews.set(variant, found);
  return found;
}

/** A core, and the threads that share its work. */
export class Engine {
  readonly core: Core;
  readonly team: Team;
  readonly runtime: Runtime;
  readonly #helpers: readonly Helper[];
  #hasFailed = false;

  constructor(core: Core, runtime: Runtime, helpers: readonly Helper[]) {
    this.core = core;
    this.runtime = runtime;
    this.#helpers = helpers;
    this.team = new core.Team();
    for (const { seat } of helpers) this.team.add(seat);
  }

  /**
   * Does work in the core.
   * @throws DigitrainError where one of the team's threads is lost in it, or the core's memory is full.
   */
  run<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const isLost = this.#helpers.some(({ seat }) => seat.hasFailed);
      if (!isLost && !(error instanceof WebAssembly.RuntimeError)) throw error;
      this.#hasFailed = true;
      for (const helper of this.#helpers) helper.failure ??= "a worker has stopped";
      if (!isLost) {
        throw new DigitrainError(
          `the WebAssembly core has failed (${reasonOf(error)}), most likely for want of memory; try smaller layers, batches or data`,
        );
      }
      const remedy = "start the run again, or with threads: 1";
      throw new DigitrainError(`the run has lost one of its ${this.runtime.threads} threads; ${remedy}`);
    }
  }

  /** Frees the team and what else was made in the core - unless the core has failed, which then still holds on to it. */
  free(others: readonly ({ free(): void } | undefined)[]): void {
    if (this.#hasFailed) return;
    for (const part of [this.team, ...others]) part?.free();
  }
}

/**
 * The core and a new team of threads. Where workers can't be had there is one thread, and `runtime.why` says so.
 * @param whyAlone why there must be one thread alone, where that is so
 * @throws DigitrainError as {@link currentRuntime}
 */
export async function startEngine(options: RuntimeOptions, whyAlone?: string): Promise<Engine> {
  const runtime = currentRuntime(options);
  await prepareVariant(runtime.variant);
  if (whyAlone !== undefined) return engineAlone(whyAlone, options);
  if (runtime.threads === 1) return new Engine(build(runtime.variant).core, runtime, []);
  const helpers = await crewOf(runtime.variant).helpers(runtime.threads - 1);
  if (typeof helpers === "string") return engineAlone(helpers, options);
  return new Engine(build(runtime.variant).core, runtime, helpers);
}

/** An engine of one thread, and why it has no more. */
export function engineAlone(why: string, options: RuntimeOptions): Engine {
  const { core, runtime } = loadCore({ deterministic: options.deterministic ?? false });
  const whyLanes = runtime.why.slice(0, runtime.why.lastIndexOf("; "));
  return new Engine(core, { ...runtime, why: `${whyLanes}; ${describeThreads(1, why)}` }, []);
}
