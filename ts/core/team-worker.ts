/** What a worker needs to join the thread teams of the core. */
export interface TeamWorkerData {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** What its stack takes of the shared memory: a multiple of WebAssembly's page. */
  stackBytes: number;
  /** The address of the worker's side in that memory. */
  address: number;
}

/** The part of the core's exports that a worker needs. */
interface WorkerExports {
  __wbindgen_start(stackBytes: number): void;
  runWorker(address: number): void;
  failWorker(address: number): void;
}

/**
 * Does a thread's share of the core's work for as long as the worker lives; `ready` is called first. It needs none of
 * wasm-bindgen's glue, as only the caller's thread calls what the core imports besides its memory. It must not use
 * anything outside itself, as Node's workers get its text.
 */
export function runTeamWorker(
  { module, memory, stackBytes, address }: TeamWorkerData,
  ready: () => void,
): void {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = kind === "memory" ? memory : () => undefined;
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  const core = exports as unknown as WorkerExports;
  core.__wbindgen_start(stackBytes);
  ready();
  try {
    core.runWorker(address);
  } catch {
    core.failWorker(address);
  }
}
