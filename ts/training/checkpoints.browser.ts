import { OptionError } from "../base/errors.js";

/** Pages have no directories. */
export const Checkpoints = {
  open(): Promise<never> {
    return Promise.reject(
      new OptionError("checkpoint takes a directory, which pages don't have; keep onEpoch's model instead"),
    );
  },
};
