import { DigitrainError, reasonOf } from "../base/errors.js";
import type { VariantName } from "./variant.js";

/** Whether each variant must be fetched, so that the fewer the better. */
export const VARIANTS_ARE_FETCHED = true;

/** Literal imports, so that every bundler finds them beside the bundle; each module holds a variant's bytes, deflated, in base64. */
const SOURCES: Record<VariantName, () => Promise<{ default: string }>> = {
  simd: () => import("./wasm/simd.base64.js"),
  relaxed: () => import("./wasm/relaxed.base64.js"),
  "simd-threads": () => import("./wasm/simd-threads.base64.js"),
  "relaxed-threads": () => import("./wasm/relaxed-threads.base64.js"),
};

const fetched = new Map<VariantName, WebAssembly.Module>();

/**
 * A variant of the core.
 * @throws DigitrainError where it wasn't made ready before.
 */
export function loadedModule(variant: VariantName): WebAssembly.Module {
  const module = fetched.get(variant);
  if (module) return module;
  throw new DigitrainError("the WebAssembly core isn't loaded yet; in a page, call `await init()` first");
}

/** Takes a variant that has been fetched elsewhere. */
export function putModule(variant: VariantName, module: WebAssembly.Module): void {
  fetched.set(variant, module);
}

/** The variants that are ready. */
export function fetchedModules(): ReadonlyMap<VariantName, WebAssembly.Module> {
  return fetched;
}

/** Makes a variant ready for {@link loadedModule}. */
export async function fetchModule(variant: VariantName): Promise<void> {
  if (fetched.has(variant)) return;
  const { default: base64 } = await SOURCES[variant]().catch((error: unknown) => {
    throw new DigitrainError(`the WebAssembly core can't be fetched: ${reasonOf(error)}`);
  });
  const deflated = new Response(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  const bytes = deflated.body?.pipeThrough(new DecompressionStream("deflate-raw"));
  const core = await new Response(bytes).arrayBuffer();
  const module = await WebAssembly.compile(core).catch((error: unknown) => {
    const remedy = "a page's content-security policy must allow script-src 'wasm-unsafe-eval'";
    throw new DigitrainError(`the WebAssembly core can't be compiled here (${reasonOf(error)}); ${remedy}`);
  });
  fetched.set(variant, module);
}
