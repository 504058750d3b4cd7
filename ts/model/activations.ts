import type { OutputActivation } from "./hyperparameters.js";
import type { Tensor } from "./safetensors.js";

/**
 * Each layer's outputs for one image, computed on the calling thread, sums in float64.
 * @param image pixels 0..255, or numbers used as they are
 */
export function activationsOf(
  parameters: ReadonlyMap<string, Tensor>,
  outputActivation: OutputActivation,
  image: Uint8Array | Float32Array,
): Float32Array[] {
  const layers = parameters.size / 2;
  let below = image instanceof Uint8Array ? Float32Array.from(image, (pixel) => pixel / 255) : image;
  return Array.from({ length: layers }, (_, layer) => {
    const isHidden = layer + 1 < layers;
    const sums = sumsOf(parameters, layer, below);
    below = Float32Array.from(sums, (sum) =>
      isHidden || outputActivation === "relu" ? Math.max(0, sum) : sum,
    );
    return below;
  });
}

/** A layer's sums before its activation; zeros below, of which there are many, cost nothing. */
function sumsOf(parameters: ReadonlyMap<string, Tensor>, layer: number, below: Float32Array): Float64Array {
  const weights = parameters.get(`w${layer + 1}`)?.values ?? new Float32Array();
  const sums = Float64Array.from(parameters.get(`b${layer + 1}`)?.values ?? []);
  const units = sums.length;
  for (let input = 0; input < below.length; input++) {
    const value = below[input] ?? 0;
    if (value === 0) continue;
    const row = input * units;
    for (let unit = 0; unit < units; unit++)
      sums[unit] = (sums[unit] ?? 0) + value * (weights[row + unit] ?? 0);
  }
  return sums;
}
