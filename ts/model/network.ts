import type { Tensor } from "./safetensors.js";
import type { OutputActivation } from "./hyperparameters.js";
import { concatenate } from "../base/concatenate.js";
import type { Core, Network } from "../core/core.js";

/** A network inside the core, of a model's layers and parameters. */
export function makeNetwork(
  core: Core,
  layers: readonly number[],
  outputActivation: OutputActivation,
  parameters: ReadonlyMap<string, Tensor>,
): Network {
  const values = concatenate(
    Float32Array,
    [...parameters.values()].map((parameter) => parameter.values),
  );
  return core.Network.fromParameters(Uint32Array.from(layers), outputActivation, values);
}
