import type { Variant } from "./variant.js";

/** Modules that a caller brought along: where there are any, no others are used. */
const given = new Map<Variant, WebAssembly.Module>();

/** From now on, of all variants only this one and others so given are used. */
export function give(module: WebAssembly.Module): Variant {
  // scripts/build-wasm marks the modules that hold relaxed instructions; those with threads get their memory.
  const lanes = WebAssembly.Module.customSections(module, "relaxed").length > 0 ? "relaxed" : "simd";
  const shares = WebAssembly.Module.imports(module).some(({ kind }) => kind === "memory");
  const variant: Variant = shares ? `${lanes}-threads` : lanes;
  given.set(variant, module);
  return variant;
}

/** The modules that a caller brought along. */
export function givenModules(): ReadonlyMap<Variant, WebAssembly.Module> {
  return given;
}

/** Whether the variant is there to be used. */
export function isOffered(variant: Variant): boolean {
  return given.size === 0 || given.has(variant);
}
