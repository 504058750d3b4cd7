import { Worker } from "node:worker_threads";
import { DigitrainError } from "../errors.js";
import {
  build,
  type Core,
  currentRuntime,
  describeThreads,
  loadCore,
  type Runtime,
  type RuntimeOptions,
  type Team,
  type Variant,
} from "./core.js";

/** What a thread's stack takes of the shared memory: a multiple of WebAssembly's page. */
const STACK_BYTES = 2 ** 18;
const START_TIMEOUT_MS = 10_000;
/** What the core throws when a thread doesn't answer. */
const LOST = "a thread of the team has stopped";

/**
 * What a worker runs. It only serves a seat in the core, so it needs none of the glue: what the core imports besides
 * its memory is called by JavaScript's side alone.
 */
const WORKER_SOURCE = `
const { parentPort, workerData: { module, memory, stackBytes, seat } } = require("node:worker_threads");
const imports = {};
for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
  (imports[from] ??= {})[name] = kind === "memory" ? memory : () => {};
}
const { exports } = new WebAssembly.Instance(module, imports);
exports.__wbindgen_start(stackBytes);
parentPort.postMessage("ready");
try {
  exports.serve(seat);
} catch {
  exports.abandon(seat);
}
`;

/** A worker that serves a seat for the rest of the process. */
interface Helper {
  seat: InstanceType<Core["Seat"]>;
  worker: Worker;
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
    const { core, module, memory } = build(this.#variant).load();
    const seat = new core.Seat();
    const workerData = { module, memory, stackBytes: STACK_BYTES, seat: seat.address() };
    const worker = new Worker(WORKER_SOURCE, { eval: true, workerData, name: "digitrain" });
    const helper: Helper = { seat, worker, failure: undefined };
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timeout);
        helper.failure = why;
        reject(new Error(why));
      };
      const timeout = setTimeout(() => {
        fail(`a worker didn't start within ${START_TIMEOUT_MS / 1000} s`);
        void worker.terminate();
      }, START_TIMEOUT_MS);
      worker.once("message", () => {
        clearTimeout(timeout);
        // From here on it is the main thread alone that keeps the process alive.
        worker.unref();
        resolve(helper);
      });
      worker.once("error", (error) => {
        fail(`a worker failed: ${error.message}`);
      });
      worker.once("exit", () => {
        fail("a worker has stopped");
      });
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
  #lost = false;

  constructor(core: Core, runtime: Runtime, helpers: readonly Helper[]) {
    this.core = core;
    this.runtime = runtime;
    this.#helpers = helpers;
    this.team = new core.Team();
    for (const { seat } of helpers) this.team.add(seat);
  }

  /**
   * Does work with the team.
   * @throws DigitrainError where one of its threads is lost in it.
   */
  run<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if ((error as Error).message !== LOST) throw error;
      this.#lost = true;
      for (const helper of this.#helpers) helper.failure ??= "a worker has stopped";
      const remedy = "start the run again, or with threads: 1";
      throw new DigitrainError(`the run has lost one of its ${this.runtime.threads} threads; ${remedy}`);
    }
  }

  /** Frees the team and what else was made in the core - unless a thread is lost, and its memory with it. */
  free(others: readonly ({ free(): void } | undefined)[]): void {
    if (this.#lost) return;
    for (const part of [this.team, ...others]) part?.free();
  }
}

/**
 * The core and a new team of threads. Where workers can't be had there is one thread, and `runtime.why` says so.
 * @throws DigitrainError as {@link currentRuntime}
 */
export async function startEngine(options: RuntimeOptions): Promise<Engine> {
  const runtime = currentRuntime(options);
  if (runtime.threads === 1) return new Engine(build(runtime.variant).load().core, runtime, []);
  const helpers = await crewOf(runtime.variant).helpers(runtime.threads - 1);
  if (typeof helpers === "string") return engineAlone(helpers, options);
  return new Engine(build(runtime.variant).load().core, runtime, helpers);
}

/** An engine of one thread, and why it has no more. */
export function engineAlone(why: string, options: RuntimeOptions): Engine {
  const { core, runtime } = loadCore({ deterministic: options.deterministic ?? false });
  const whyLanes = runtime.why.slice(0, runtime.why.lastIndexOf("; "));
  return new Engine(core, { ...runtime, why: `${whyLanes}; ${describeThreads(1, why)}` }, []);
}
