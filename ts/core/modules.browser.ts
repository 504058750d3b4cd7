export { embeddedModule as loadedModule, prepareEmbedded as prepareModule } from "./embedded.js";

/** Whether each variant must be fetched, so that the fewer the better. */
export function variantsAreFetched(): boolean {
  return true;
}
