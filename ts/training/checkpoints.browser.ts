import { OptionError } from "../base/errors.js";

/** Pages have no directories. */
export function openDirectory(): Promise<never> {
  return Promise.reject(
    new OptionError("checkpoint takes a directory, which pages don't have; keep onEpoch's model instead"),
  );
}

/** There are none in pages. */
export const Checkpoints = {};
