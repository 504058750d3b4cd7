import * as relaxed from "../wasm/relaxed/digitrain.js";
import * as relaxedThreads from "../wasm/relaxed-threads/digitrain.js";
import * as simd from "../wasm/simd/digitrain.js";
import * as simdThreads from "../wasm/simd-threads/digitrain.js";
import { loadedModule, prepareModule } from "./modules.js";
import { givenModules } from "./given.js";
import { planRuntime } from "./runtime.js";
import { nameOf, type Variant, type VariantName } from "./variant.js";

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

const builds = new Map<VariantName, Build>();

/** A variant's build, made once. */
export function build(variant: Variant): Build {
  const name = nameOf(variant);
  let found = builds.get(name);
  if (!found) {
    const module = givenModules().get(name) ?? loadedModule(name);
    const core = GLUE[name];
    found = { core, module, memory: core.initSync({ module }).memory };
    builds.set(name, found);
  }
  return found;
}

/** Makes ready what {@link build} needs. */
export async function prepareVariant(variant: Variant): Promise<void> {
  const name = nameOf(variant);
  if (!givenModules().has(name)) await prepareModule(name);
}

/** The core for work on the calling thread alone, compiled once. */
export function loadCore(options: { deterministic?: boolean } = {}): Core {
  return build(planRuntime({ ...options, threads: 1 }).variant).core;
}
