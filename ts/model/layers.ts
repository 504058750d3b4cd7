import { DigitrainError } from "../base/errors.js";
import { MAX_LAYER_SIZE, PANEL_WIDTH } from "../core/limits.js";
import { STACK_BYTES } from "../core/worker-pool.js";

/** Of WebAssembly's 4 GiB, what can be counted on: memory that was freed between other pieces isn't always used again. */
const AVAILABLE_BYTES = 3.3e9;
const FLOAT_BYTES = 4;
/** How many examples a thread evaluates at once. */
const EVALUATED_AT_ONCE = 128;

/** What training takes beside the network. */
export interface TrainingUse {
  batchSize: number;
  /** How many numbers the optimizer keeps for each parameter. */
  momentCount: number;
  threads: number;
  /** What the examples take. */
  exampleBytes: number;
}

/** How many parameters a network of these layers has: weights [inputs, outputs] and biases [outputs] of each. */
export function parameterCount(layers: readonly number[]): number {
  return layers.slice(1).reduce((sum, outputs, i) => sum + ((layers[i] ?? 0) + 1) * outputs, 0);
}

/**
 * Checks that the core can hold a network and, where it is to be trained, what that takes: running out of memory there
 * would end in a trap.
 * @throws DigitrainError
 */
export function checkLayers(layers: readonly number[], training?: TrainingUse): void {
  const network = `a network of layers [${layers.join(", ")}]`;
  if (!layers.every((size) => Number.isInteger(size) && size >= 1 && size <= MAX_LAYER_SIZE)) {
    throw new DigitrainError(`${network} is not possible: each has 1 to ${MAX_LAYER_SIZE} numbers`);
  }
  const bytes = networkBytes(layers, training) + (training ? trainingBytes(layers, training) : 0);
  if (bytes > AVAILABLE_BYTES) {
    const used = training ? `${network} with batches of ${training.batchSize}` : network;
    const needed = `${used} takes about ${(bytes / 1e9).toFixed(1)} GB`;
    throw new DigitrainError(`${needed}, more than WebAssembly's memory has; try smaller layers or batches`);
  }
}

/**
 * The parameters, what the optimizer keeps of each, and their transpose for the gradients; then, as they are handed in or
 * out, a copy, and about as much for the layers that are just then rearranged.
 */
function networkBytes(layers: readonly number[], training?: TrainingUse): number {
  const copies = training ? 2 + training.momentCount : 1;
  return FLOAT_BYTES * (copies * parameterCount(layers.map(padded)) + 2 * parameterCount(layers));
}

/** Batches as they go through the layers, with their gradients and transposes; what each thread has for itself. */
function trainingBytes(
  [inputs = 0, ...others]: readonly number[],
  { batchSize, threads, exampleBytes }: TrainingUse,
): number {
  const outputs = others.reduce((sum, size) => sum + padded(size), 0);
  // Of the inputs there are three copies with their places, of outputs four.
  const batch = 4 * FLOAT_BYTES * batchSize * (outputs + 1.5 * inputs);
  const thread = STACK_BYTES + FLOAT_BYTES * EVALUATED_AT_ONCE * (outputs + 2 * inputs);
  return batch + threads * thread + exampleBytes;
}

/** Dense matrices have panels of PANEL_WIDTH columns. */
function padded(size: number): number {
  return PANEL_WIDTH * Math.ceil(size / PANEL_WIDTH);
}
