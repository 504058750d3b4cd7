import type { Tensor } from "../files/safetensors.js";
import type { OutputActivation } from "../options.js";
import { concatenate } from "./concatenate.js";
import type { Core, Network } from "./core.js";

/** A network inside the core, of a model's layers and parameters. */
export function makeNetwork(
  core: Core,
  layers: readonly number[],
  outputActivation: OutputActivation,
  parameters: ReadonlyMap<string, Tensor>,
): Network {
  const values = concatenate([...parameters.values()].map((parameter) => parameter.values));
  return core.Network.fromParameters(Uint32Array.from(layers), outputActivation === "relu", values);
}
