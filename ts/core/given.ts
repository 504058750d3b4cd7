import { nameOf, type VariantName } from "./variant.js";

/** Modules that a caller brought along: where there are any, no others are used. */
const given = new Map<VariantName, WebAssembly.Module>();

/** From now on, of all variants only this one and others so given are used. */
export function give(module: WebAssembly.Module): VariantName {
  // scripts/build-wasm marks the modules that hold relaxed instructions; those with threads get their memory.
  const lanes = WebAssembly.Module.customSections(module, "relaxed").length > 0 ? "relaxed" : "simd";
  const threads = WebAssembly.Module.imports(module).some(({ kind }) => kind === "memory");
  const name = nameOf({ lanes, threads });
  given.set(name, module);
  return name;
}

/** The modules that a caller brought along. */
export function givenModules(): ReadonlyMap<VariantName, WebAssembly.Module> {
  return given;
}

/** Whether the variant is there to be used. */
export function isOffered(name: VariantName): boolean {
  return given.size === 0 || given.has(name);
}
