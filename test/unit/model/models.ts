import fc from "fast-check";
import type { Loss, OutputActivation } from "../../../ts/model/hyperparameters.js";
import { parameterCount } from "../../../ts/model/layers.js";
import { Model } from "../../../ts/model/model.js";
import { numbers } from "../../numbers.js";

/** A model of these layers, the same each time. */
export function modelOf(
  layers: number[],
  outputActivation: OutputActivation = "linear",
  loss: Loss = "mse",
): Model {
  return new Model({ layers, outputActivation, loss, values: numbers(parameterCount(layers)) });
}

export const layers = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 4 });
export const outputActivation = fc.constantFrom<OutputActivation>("linear", "relu");
