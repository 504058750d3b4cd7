import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the real MNIST and the traces of reference runs lie, beside the checkout. */
export const sharedDirectory = process.env.DIGITRAIN_SHARED ?? join(import.meta.dirname, "../../../shared");

export const mnist = join(sharedDirectory, "mnist");

/**
 * `it` where the data is there; else the test is skipped by name, except in continuous integration, where it fails.
 */
export const itWithShared: jest.It = existsSync(mnist) || process.env.CI === "true" ? it : it.skip;

/** A file of the reference runs. */
export function readReference(...path: string[]): Uint8Array {
  return readFileSync(join(sharedDirectory, "reference", ...path));
}

/** A JSON file of the reference runs. */
export function readReferenceJson(...path: string[]): unknown {
  return JSON.parse(new TextDecoder().decode(readReference(...path)));
}
