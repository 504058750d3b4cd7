import type { Dataset } from "../data/dataset.js";
import type { Hyperparameters } from "./hyperparameters.js";
import { Run } from "./run.js";
import { startEngine } from "../core/threads.js";

/** After some 20 steps V8 has compiled anew, and now for speed, all that a step runs. */
const STEPS = 24;
const BATCH_SIZE = 128;
const INPUTS = 784;
const CLASSES = 10;

/** Examples with as much ink as MNIST's: every fifth pixel. */
function madeUp(): Dataset {
  const count = STEPS * BATCH_SIZE;
  const images = new Uint8Array(count * INPUTS);
  for (let i = 0; i < images.length; i += 5) images[i] = 255;
  const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
  return {
    name: "warm-up",
    classes: CLASSES,
    train: { images, labels, count, shape: [INPUTS] },
  };
}

/**
 * Starts the threads that a run is going to have, and trains a network of no use with its arithmetic, so that the
 * engine has compiled the core for speed when the run begins: a first epoch on two threads is a tenth shorter. Where
 * there is one thread alone, the run itself is as good a use of it.
 * @param ready stops it, when it is settled: what the run waits for is there
 */
export async function warmUp(options: Hyperparameters, ready: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const isReady = () => {
    stop.abort();
  };
  ready.then(isReady, isReady);
  try {
    const engine = await startEngine(options);
    if (engine.runtime.threads === 1 || stop.signal.aborted) {
      engine.free([]);
      return;
    }
    const run = new Run(
      engine,
      madeUp(),
      { ...options, hidden: [256, 128], batchSize: BATCH_SIZE, epochs: 1, limit: null },
      { signal: stop.signal },
    );
    try {
      await run.load();
      await run.trainEpoch(0, new Float32Array(STEPS), 0, () => undefined);
    } finally {
      run.free();
    }
  } catch {
    // It was stopped; or something is wrong, which the run itself meets and tells of.
  }
}
