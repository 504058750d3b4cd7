import { build, type Core } from "./core.js";
import { startThread } from "./thread.js";
import { nameOf, type Variant, type VariantName } from "./variant.js";

/** What a thread's stack takes of the shared memory: a multiple of WebAssembly's page. */
export const STACK_BYTES = 2 ** 18;
const START_TIMEOUT_MS = 10_000;

/** A worker of the pool, and its side in the core. */
export interface PooledWorker {
  side: InstanceType<Core["TeamWorker"]>;
  /** Why it no longer works. */
  failure: string | undefined;
}

/** The workers of a variant, started when they are first needed and then kept. */
class WorkerPool {
  readonly #variant: Variant;
  readonly #workers: Promise<PooledWorker>[] = [];

  constructor(variant: Variant) {
    this.#variant = variant;
  }

  /** The first `count` of the workers, started if need be; or why they can't be had. */
  async take(count: number): Promise<PooledWorker[] | string> {
    while (this.#workers.length < count) this.#workers.push(this.#start());
    try {
      const workers = await Promise.all(this.#workers.slice(0, count));
      return workers.find(({ failure }) => failure !== undefined)?.failure ?? workers;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #start(): Promise<PooledWorker> {
    const { core, module, memory } = build(this.#variant);
    const worker: PooledWorker = { side: new core.TeamWorker(), failure: undefined };
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timeout);
        worker.failure ??= why;
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

/** The pool of a variant's workers. */
export function poolOf(variant: Variant): WorkerPool {
  const name = nameOf(variant);
  const found = pools.get(name) ?? new WorkerPool(variant);
  pools.set(name, found);
  return found;
}
