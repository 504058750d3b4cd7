import { existsSync, readFileSync } from "node:fs";
import { embeddedModule, prepareEmbedded } from "./embedded.js";
import type { VariantName } from "./variant.js";

/** Where a variant's file is, beside this program; undefined in a bundle of someone else's, which has none. */
function fileOf(variant: VariantName): URL | undefined {
  // Not new URL(..., import.meta.url), which bundlers take for a file of theirs; in CommonJS there is no import.meta.
  const here: unknown = import.meta.url;
  if (typeof here !== "string" || !here.startsWith("file:")) return undefined;
  const file = new URL(`../wasm/${variant}/digitrain_bg.wasm`, here);
  return existsSync(file) ? file : undefined;
}

/** Whether each variant must be taken from its module, so that the fewer the better. */
export function variantsAreFetched(): boolean {
  return fileOf("simd") === undefined;
}

/**
 * A variant of the core, compiled.
 * @throws DigitrainError in a bundle where it wasn't made ready before.
 */
export function loadedModule(variant: VariantName): WebAssembly.Module {
  const file = fileOf(variant);
  return file ? new WebAssembly.Module(readFileSync(file)) : embeddedModule(variant);
}

/** Makes a variant ready for {@link loadedModule}: where its file is, it always is. */
export async function prepareModule(variant: VariantName): Promise<void> {
  if (!fileOf(variant)) await prepareEmbedded(variant);
}
