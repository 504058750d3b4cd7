import { DigitrainError } from "../base/errors.js";
import { MAX_LAYER_SIZE, PANEL_WIDTH } from "../core/limits.js";

/** Of WebAssembly's 4 GB, what is left beside examples and scratch. */
const AVAILABLE_BYTES = 3e9;

/** How many parameters a network of these layers has: weights [inputs, outputs] and biases [outputs] of each. */
export function parameterCount(layers: readonly number[]): number {
  return layers.slice(1).reduce((sum, outputs, i) => sum + ((layers[i] ?? 0) + 1) * outputs, 0);
}

/**
 * Checks that the core can hold a network and its batches: running out of memory there would end in a trap.
 * @throws DigitrainError
 */
export function checkLayers(layers: readonly number[], batchSize: number): void {
  const network = `a network of layers [${layers.join(", ")}]`;
  if (!layers.every((size) => size >= 1 && size <= MAX_LAYER_SIZE)) {
    throw new DigitrainError(`${network} is not possible: each has 1 to ${MAX_LAYER_SIZE} numbers`);
  }
  const [inputs = 0, ...others] = layers;
  // Dense matrices have panels of PANEL_WIDTH columns; of the inputs there are three copies with their places.
  const units = others.reduce((sum, size) => sum + PANEL_WIDTH * Math.ceil(size / PANEL_WIDTH), 1.5 * inputs);
  // Parameters, their momentum, transposed weights and a copy on the way in or out; as many for what a batch becomes.
  const bytes = 4 * 4 * (parameterCount(layers) + batchSize * units);
  if (bytes > AVAILABLE_BYTES) {
    const needed = `${network} with batches of ${batchSize} takes about ${(bytes / 1e9).toFixed(1)} GB`;
    throw new DigitrainError(`${needed}, more than WebAssembly's memory has; try smaller layers or batches`);
  }
}
