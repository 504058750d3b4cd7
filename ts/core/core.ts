import * as relaxed from "../wasm/relaxed/digitrain.js";
import * as relaxedThreads from "../wasm/relaxed-threads/digitrain.js";
import * as simd from "../wasm/simd/digitrain.js";
import * as simdThreads from "../wasm/simd-threads/digitrain.js";
import { fetchModule, moduleOf } from "./modules.js";
import { givenModules } from "./given.js";
import { currentRuntime, type Runtime, type Variant } from "./variant.js";

export type { CompressedExamples, Network, Team, Trainer } from "../wasm/simd/digitrain.js";

/** The WebAssembly core's classes. */
export type Core = Omit<typeof simd, "default" | "initSync">;

const GLUE = { simd, relaxed, "simd-threads": simdThreads, "relaxed-threads": relaxedThreads };

/** A variant's classes, with what its threads need. */
interface Build {
  core: Core;
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
}

const builds = new Map<Variant, Build>();
/** A variant's build, made once. */
export function build(variant: Variant): Build {
  let found = builds.get(variant);
  if (!found) {
    const module = givenModules().get(variant) ?? moduleOf(variant);
    const core = GLUE[variant];
    found = { core, module, memory: core.initSync({ module }).memory };
    builds.set(variant, found);
  }
  return found;
}

/** Makes ready what {@link build} needs. */
export async function prepareVariant(variant: Variant): Promise<void> {
  if (!givenModules().has(variant)) await fetchModule(variant);
}

/** The core for work on the calling thread alone, compiled once. */
export function loadCore(options: { deterministic?: boolean } = {}): { core: Core; runtime: Runtime } {
  const runtime = currentRuntime({ ...options, threads: 1 });
  return { core: build(runtime.variant).core, runtime };
}
