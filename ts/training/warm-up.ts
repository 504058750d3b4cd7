import type { Dataset } from "../data/dataset.js";
import type { Hyperparameters } from "./hyperparameters.js";
import { Run } from "./run.js";
import type { Backend } from "../core/backend.js";
import { STEPS_TO_COMPILE } from "../core/trials.js";

const BATCH_SIZE = 128;
const SIDE = 28;
const INPUTS = SIDE * SIDE;
const CLASSES = 10;

/** Examples with as much ink as MNIST's: every fifth pixel. */
function madeUp(): Dataset {
  const count = STEPS_TO_COMPILE * BATCH_SIZE;
  const images = new Uint8Array(count * INPUTS);
  for (let i = 0; i < images.length; i += 5) images[i] = 255;
  const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
  return {
    name: "warm-up",
    classes: CLASSES,
    train: { images, labels, count, shape: [SIDE, SIDE] },
  };
}

/**
 * Trains a throw-away network while the data is awaited, so that the JavaScript engine has compiled the core for speed
 * when the run begins: this makes a first epoch on two threads a tenth shorter. A single thread does as well by
 * starting with the run itself, and isn't warmed up.
 * @param ready stops the warm-up when it settles: what the run waits for is there
 */
export async function warmUp(
  backend: Backend,
  options: Hyperparameters,
  ready: Promise<unknown>,
): Promise<void> {
  const stop = new AbortController();
  const isReady = () => {
    stop.abort();
  };
  ready.then(isReady, isReady);
  // So that a promise that has settled already is noticed.
  await Promise.resolve();
  if (backend.threads === 1 || stop.signal.aborted) return;
  try {
    const throwAway = { ...options, hidden: [256, 128], batchSize: BATCH_SIZE, epochs: 1, limit: null };
    const run = new Run(backend, madeUp(), throwAway, { signal: stop.signal });
    await run.load();
    await run.trainEpoch(0, new Float32Array(STEPS_TO_COMPILE), 0, () => undefined);
  } catch {
    // It was stopped; or something is wrong, which the run itself meets and reports.
  } finally {
    backend.release();
  }
}
