import { OptionError } from "../../base/errors.js";
import { show } from "../../base/options.js";
import type { Ink } from "./contrast.js";

const INKS: readonly unknown[] = ["auto", "dark", "light"] satisfies Ink[];
export const INK_TAKES = '"auto", "dark" or "light"';

export function isInk(value: unknown): value is Ink {
  return INKS.includes(value);
}

/** @throws OptionError for what is no {@link Ink}. */
export function checkInk(ink: unknown): void {
  if (!isInk(ink)) throw new OptionError(`ink takes ${INK_TAKES}, got ${show(ink)}`);
}
