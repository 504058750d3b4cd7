import { proxy, type ProxyMarked, type Remote, wrap } from "comlink";
import { DigitrainError, OptionError } from "../base/errors.js";
import { prepareVariant } from "../core/core.js";
import { givenModules } from "../core/given.js";
import { planRuntime, type RuntimeOptions } from "../core/runtime.js";
import { readyModules } from "../core/embedded.js";
import type { FirstMessage, WorkerCalls } from "./messages.js";
import { type Program, urlOf } from "./program.js";
import { startWorker } from "../core/script.js";
import { settings } from "../core/settings.js";

const START_TIMEOUT_MS = 10_000;

/** Methods that a worker may call. */
type Listener<T> = { [Name in keyof T]: (...parameters: never[]) => unknown };

/** The page's worker. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly calls: Remote<WorkerCalls>;
  #lastNumber = 0;
  /** Rejects when the worker is gone. */
  readonly #lost: Promise<never>;
  #reject: (error: Error) => void = () => undefined;
  isLost = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.postMessage("calls" satisfies FirstMessage);
    // Not by a port of its own: pages of file:// may send compiled modules to workers alone.
    this.calls = wrap<WorkerCalls>(worker);
    this.#lost = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // The calls under way are told of it, if there are any.
    this.#lost.catch(() => undefined);
  }

  /** A client whose worker answers, or why there is none. */
  static start(url: string): Promise<WorkerClient | string> {
    return new Promise((resolve) => {
      let client: WorkerClient | undefined;
      const worker = startWorker(url, (why) => {
        resolve(why);
        if (client) client.#lose(why);
      });
      if (!worker) return;
      const started = (client = new WorkerClient(worker));
      const timeout = setTimeout(() => {
        resolve(`a worker didn't start within ${START_TIMEOUT_MS / 1000} s`);
        worker.terminate();
      }, START_TIMEOUT_MS);
      const lock = `digitrain ${Math.random()}`;
      void started.calls.start(lock).then(() => {
        clearTimeout(timeout);
        started.#watch(lock);
        resolve(started);
      });
    });
  }

  /**
   * Has the worker do something that can be aborted.
   * @param options what decides on the variant of the core that it needs
   * @param listener what the worker calls meanwhile; an error of its own ends the call
   * @param work starts it, under the number by which the worker knows it
   */
  async call<T extends Listener<T>, Result>(
    options: RuntimeOptions,
    signal: AbortSignal | undefined,
    listener: T,
    work: (number: number, listener: T & ProxyMarked) => Promise<Result>,
  ): Promise<Result> {
    const number = ++this.#lastNumber;
    let failure: { error: unknown } | undefined;
    const abort = () => void this.calls.abort(number);
    const guarded = guard(listener, (error) => {
      failure ??= { error };
      abort();
    });
    signal?.addEventListener("abort", abort);
    try {
      await prepareVariant(planRuntime(options).variant);
      await this.#unlessLost(this.calls.prepare(readyModules(), givenModules(), settings));
      signal?.throwIfAborted();
      const result = await this.#unlessLost(work(number, proxy(guarded)));
      if (!failure) return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (!failure) throw revived(error);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
    throw failure.error;
  }

  /** The model of a run under way, as a safetensors file. */
  async snapshot(number: number): Promise<Uint8Array> {
    try {
      return await this.#unlessLost(this.calls.snapshot(number));
    } catch (error) {
      throw revived(error);
    }
  }

  #unlessLost<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.#lost]);
  }

  /** The worker holds a lock for as long as it lives, however long its steps take. Insecure pages have no locks. */
  #watch(lock: string): void {
    if (!("locks" in navigator)) return;
    const lose = () => {
      this.#lose("it has stopped");
    };
    // Sandboxed frames are refused any.
    navigator.locks.request(lock, lose).catch(() => undefined);
  }

  #lose(why: string): void {
    this.isLost = true;
    this.#worker.terminate();
    this.#reject(new DigitrainError(`the page's worker is lost (${why}); start again`));
  }
}

/** The same methods, telling what they throw. */
function guard<T extends Listener<T>>(listener: T, failed: (error: unknown) => void): T {
  const guarded = Object.entries<Listener<T>[keyof T]>(listener).map(([name, method]) => {
    const call = async (...parameters: never[]) => {
      try {
        return await method(...parameters);
      } catch (error) {
        failed(error);
        throw error;
      }
    };
    return [name, call];
  });
  return Object.fromEntries(guarded) as T;
}

/** An error from the worker, of the class that it had there. */
function revived(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "OptionError") return new OptionError(error.message);
  return error.name === "DigitrainError" ? new DigitrainError(error.message) : error;
}

/** By the addresses of their programs. */
const clients = new Map<string, Promise<WorkerClient | string>>();

/** The page's worker, started when it is first needed and then kept; or why there is none. */
export async function pageWorker(program: Program): Promise<WorkerClient | string> {
  const url = await urlOf(program);
  const asked = clients.get(url) ?? WorkerClient.start(url);
  clients.set(url, asked);
  const client = await asked;
  if (typeof client === "string" || !client.isLost) return client;
  if (clients.get(url) === asked) clients.delete(url);
  return pageWorker(program);
}
