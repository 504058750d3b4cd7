import { OptionError } from "../base/errors.js";

/** The error for a checkpoint's directory, which pages don't have. */
export function noCheckpoints(): OptionError {
  return new OptionError(
    "checkpoint takes a directory, which pages don't have; keep onEpoch's model instead",
  );
}

export function openDirectory(): Promise<never> {
  return Promise.reject(noCheckpoints());
}

/** There are none in pages. */
export const Checkpoints = {};
