import { readFileSync } from "node:fs";
import { DigitrainError } from "../errors.js";
import * as relaxed from "../wasm/relaxed/digitrain.js";
import * as simd from "../wasm/simd/digitrain.js";

export type { CompressedExamples, Network, Trainer } from "../wasm/simd/digitrain.js";

/** The WebAssembly core's classes. */
export type Core = typeof simd;

/** A build of the core: for WebAssembly's 128-bit SIMD, or for relaxed SIMD too, which is faster. */
export type Variant = "simd" | "relaxed";

/** What the arithmetic runs on. */
export interface Runtime {
  variant: Variant;
  /** How many threads share the work. */
  threads: number;
  /** In words: why this variant, and why not more threads. */
  why: string;
}

const GLUE: Record<Variant, Core> = { simd, relaxed };
const ONE_THREAD = "one thread: this build has no more";

/** A variant's bytes, and its classes once they have been asked for. */
class Build {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly runsHere: boolean;
  #core: Core | undefined;

  constructor(readonly variant: Variant) {
    this.bytes = readFileSync(new URL(`../wasm/${variant}/digitrain_bg.wasm`, import.meta.url));
    // One opcode that an engine doesn't know makes it reject the whole module, so the module is its own probe.
    this.runsHere = WebAssembly.validate(this.bytes);
  }

  core(): Core {
    if (!this.#core) {
      GLUE[this.variant].initSync({ module: new WebAssembly.Module(this.bytes) });
      this.#core = GLUE[this.variant];
    }
    return this.#core;
  }
}

const builds = new Map<Variant, Build>();

function build(variant: Variant): Build {
  const found = builds.get(variant) ?? new Build(variant);
  builds.set(variant, found);
  return found;
}

function choose(deterministic: boolean): { variant: Variant; why: string } {
  const asked = process.env.DIGITRAIN_VARIANT ?? "";
  if (asked !== "" && asked !== "simd" && asked !== "relaxed") {
    throw new DigitrainError(`DIGITRAIN_VARIANT takes "simd" or "relaxed", got "${asked}"`);
  }
  // A promise about results comes before a wish about speed.
  if (deterministic) return { variant: "simd", why: "deterministic was asked for" };
  if (asked !== "") return { variant: asked, why: "DIGITRAIN_VARIANT asks for it" };
  if (build("relaxed").runsHere) return { variant: "relaxed", why: "this engine has it" };
  const why = "this engine has no relaxed SIMD (Node 20 has it behind --experimental-wasm-relaxed-simd)";
  return { variant: "simd", why };
}

/**
 * What a run would compute with, here and now. The environment variable DIGITRAIN_VARIANT (simd or relaxed) forces a
 * variant, except where `deterministic` asks for the one that gives the same bits everywhere.
 * @throws DigitrainError where this engine can't run the variant, or DIGITRAIN_VARIANT names none.
 */
export function currentRuntime(options: { deterministic?: boolean } = {}): Runtime {
  const { variant, why } = choose(options.deterministic ?? false);
  if (!build(variant).runsHere) {
    const what = variant === "relaxed" ? "relaxed SIMD" : "WebAssembly SIMD";
    throw new DigitrainError(`the variant "${variant}" can't run: ${why}, but this engine has no ${what}`);
  }
  const name = variant === "relaxed" ? "relaxed simd" : "simd";
  return { variant, threads: 1, why: `${name}: ${why}; ${ONE_THREAD}` };
}

/** The core of the variant that {@link currentRuntime} tells of, compiled once. */
export function loadCore(options: { deterministic?: boolean } = {}): { core: Core; runtime: Runtime } {
  const runtime = currentRuntime(options);
  return { core: build(runtime.variant).core(), runtime };
}
