import { isNames, isObject } from "../data/check.js";
import { DigitrainError, OptionError } from "../base/errors.js";
import { show } from "../base/options.js";
import { checkLayers, parameterCount } from "./layers.js";
import { isTraining } from "./training.js";
import { checkFinite, isTemperature, namedParameters, TAKES, type Weights } from "./weights.js";

/**
 * @throws OptionError where an option is of a wrong type.
 * @throws DigitrainError where the layers don't take so many parameters or names, or are too large for WebAssembly's memory;
 * where a parameter is not finite.
 */
export function checkWeights(weights: Weights): void {
  checkTypes(weights);
  const { layers, values, classNames } = weights;
  checkLayers(layers);
  const parameters = parameterCount(layers);
  if (values.length !== parameters)
    throw new DigitrainError(
      `layers [${layers.join(", ")}] have ${parameters} parameters, got ${values.length}`,
    );
  for (const [name, tensor] of namedParameters(layers, values)) checkFinite(name, tensor, "a Model");
  if (classNames && classNames.length !== layers.at(-1))
    throw new DigitrainError(
      `layers [${layers.join(", ")}] take ${layers.at(-1) ?? 0} class names, got ${classNames.length}`,
    );
}

/** What TypeScript says of Weights, said again for callers that it doesn't reach. */
function checkTypes(weights: Weights): void {
  // A hole is no size.
  const isSizes = (list: unknown) =>
    Array.isArray(list) && Array.from(list).every((size) => typeof size === "number");
  const isWeights = isObject(weights) && isSizes(weights.layers) && weights.values instanceof Float32Array;
  if (!isWeights)
    throw new OptionError(
      "a Model takes { layers, outputActivation, loss, values }: an array of sizes, two names, a Float32Array",
    );
  for (const option of ["outputActivation", "loss"] as const) {
    const takes: readonly string[] = TAKES[option];
    if (!takes.includes(weights[option]))
      throw new OptionError(
        `${option} takes ${takes.map((name) => `"${name}"`).join(" or ")}, got ${show(weights[option])}`,
      );
  }
  const { classNames, ink, training, temperature = 1 } = weights;
  if (classNames !== undefined && !isNames(classNames))
    throw new OptionError(`classNames takes an array of names, got ${show(classNames)}`);
  if (ink !== undefined && (ink as string) !== "dark" && (ink as string) !== "light")
    throw new OptionError(`ink takes "dark" or "light", got ${show(ink)}`);
  if (training !== undefined && !isTraining(training))
    throw new OptionError(`training takes a model's record of its training, got ${show(training)}`);
  if (!isTemperature(temperature))
    throw new OptionError(`temperature takes a number above 0, got ${show(temperature)}`);
}
