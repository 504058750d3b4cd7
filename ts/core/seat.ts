/** What a worker needs to serve a seat in the core. */
export interface SeatData {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** What its stack takes of the shared memory: a multiple of WebAssembly's page. */
  stackBytes: number;
  /** The seat's address. */
  seat: number;
}

/** The part of the core's exports that a seat needs. */
interface SeatExports {
  __wbindgen_start(stackBytes: number): void;
  runWorker(seat: number): void;
  failWorker(seat: number): void;
}

/**
 * Serves a seat for as long as the worker lives; `ready` is called before. It needs none of the glue: what the core
 * imports besides its memory is called by its caller's side alone. And it stands alone, as Node's workers get its text.
 */
export function serveSeat({ module, memory, stackBytes, seat }: SeatData, ready: () => void): void {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = kind === "memory" ? memory : () => undefined;
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  const core = exports as unknown as SeatExports;
  core.__wbindgen_start(stackBytes);
  ready();
  try {
    core.runWorker(seat);
  } catch {
    core.failWorker(seat);
  }
}
