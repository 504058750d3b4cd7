import { readFileSync } from "node:fs";
import type { VariantName } from "./variant.js";

/** Whether each variant must be fetched, so that the fewer the better. Not in Node. */
export const VARIANTS_ARE_FETCHED = false as boolean;

/** A variant of the core, compiled from the file beside the glue. */
export function loadedModule(variant: VariantName): WebAssembly.Module {
  const bytes = readFileSync(new URL(`../wasm/${variant}/digitrain_bg.wasm`, import.meta.url));
  return new WebAssembly.Module(bytes);
}

/** Makes a variant ready for {@link loadedModule}. Here it always is. */
export const fetchModule: (variant: VariantName) => Promise<void> = () => Promise.resolve();
