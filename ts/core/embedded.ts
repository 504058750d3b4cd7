import { DigitrainError, reasonOf } from "../base/errors.js";
import type { VariantName } from "./variant.js";

/** Literal imports, so that every bundler finds them; each module holds a variant's bytes, deflated, in base64. */
const SOURCES: Record<VariantName, () => Promise<{ default: string }>> = {
  simd: () => import("./wasm/simd.base64.js"),
  relaxed: () => import("./wasm/relaxed.base64.js"),
  "simd-threads": () => import("./wasm/simd-threads.base64.js"),
  "relaxed-threads": () => import("./wasm/relaxed-threads.base64.js"),
};

const embedded = new Map<VariantName, WebAssembly.Module>();

/**
 * A variant of the core.
 * @throws DigitrainError where it wasn't made ready before.
 */
export function embeddedModule(variant: VariantName): WebAssembly.Module {
  const module = embedded.get(variant);
  if (module) return module;
  throw new DigitrainError("the WebAssembly core isn't loaded yet; call `await init()` first");
}

/** Takes a variant that has been made ready elsewhere. */
export function putModule(variant: VariantName, module: WebAssembly.Module): void {
  embedded.set(variant, module);
}

/** The variants that are ready. */
export function readyModules(): ReadonlyMap<VariantName, WebAssembly.Module> {
  return embedded;
}

/**
 * Fetches what the build has deflated and put into a module, in base64.
 * @throws DigitrainError
 */
export async function fetchEmbedded(
  what: string,
  module: () => Promise<{ default: string }>,
): Promise<ArrayBuffer> {
  const { default: base64 } = await module().catch((error: unknown) => {
    throw new DigitrainError(`${what} can't be fetched: ${reasonOf(error)}`);
  });
  const deflated = new Response(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  return new Response(deflated.body?.pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}

/** Makes a variant ready for {@link embeddedModule}. */
export async function prepareEmbedded(variant: VariantName): Promise<void> {
  if (embedded.has(variant)) return;
  const core = await fetchEmbedded("the WebAssembly core", SOURCES[variant]);
  const module = await WebAssembly.compile(core).catch((error: unknown) => {
    const remedy = "a page's content-security policy must allow script-src 'wasm-unsafe-eval'";
    throw new DigitrainError(`the WebAssembly core can't be compiled here (${reasonOf(error)}); ${remedy}`);
  });
  embedded.set(variant, module);
}
