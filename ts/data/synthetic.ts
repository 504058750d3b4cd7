import { thousands } from "../base/format.js";
import { OptionError } from "../base/errors.js";
import { checkIsOptions, checkNames } from "../base/options.js";
import { type Core, loadCore } from "../core/core.js";
import { inTurns } from "../base/turns.js";
import type { Dataset, Examples } from "./dataset.js";

/** Which digits to make, and how many. */
export interface SyntheticOptions {
  /** Decides every digit: a whole number from 0 to 2^53 - 1; default 0. */
  seed?: number;
  /** How many training digits: 1 to 1,000,000; default 60,000. */
  train?: number;
  /** How many test digits, which are none of the training digits: 0 to 1,000,000; default 10,000. */
  test?: number;
  /** Stops the making: `syntheticDigits` rejects with the signal's reason. */
  signal?: AbortSignal;
}

const NAMES: readonly string[] = ["seed", "train", "test", "signal"] satisfies (keyof SyntheticOptions)[];
const SIDE = 28;

function check(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  const most = to === Number.MAX_SAFE_INTEGER ? "2^53 - 1" : thousands(to);
  throw new OptionError(`${name} takes a whole number from ${from} to ${most}, got ${String(value)}`);
}

async function make(core: Core, stream: bigint, count: number, signal?: AbortSignal): Promise<Examples> {
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = new Uint8Array(count);
  const work = (start: number, end: number) => {
    const pixels = images.subarray(start * SIDE * SIDE, end * SIDE * SIDE);
    core.writeDigits(stream, start, pixels, labels.subarray(start, end));
  };
  await inTurns(count, work, signal);
  return { images, labels: Int32Array.from(labels), count, shape: [SIDE, SIDE] };
}

/**
 * Makes digits that look handwritten, in MNIST's form: 28x28 pixels, 0 = background to 255 = ink, ten labels equally
 * often. The digits are those of the seed, the same on every machine; more of them begin with the same ones. The event
 * loop is never held for long.
 * @throws OptionError for an option that is unknown or out of its range.
 */
export async function syntheticDigits(options: SyntheticOptions = {}): Promise<Dataset> {
  checkIsOptions(options, "syntheticDigits", "train: 1000");
  checkNames(options, NAMES);
  const { seed = 0, train = 60_000, test = 10_000, signal } = options;
  check("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  check("train", train, 1, 1_000_000);
  check("test", test, 0, 1_000_000);
  const core = loadCore();
  // Each seed has two streams of digits.
  const stream = 2n * BigInt(seed);
  return {
    name: "synthetic",
    classes: 10,
    train: await make(core, stream, train, signal),
    ...(test > 0 && { test: await make(core, stream + 1n, test, signal) }),
  };
}
