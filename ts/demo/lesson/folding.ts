import type { Model } from "../../index.js";

/** A network whose layers are one matrix, as they are without relu. */
export interface Folded {
  /** [inputs, classes] */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

interface Layer {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly inputs: number;
  readonly units: number;
}

function layersOf({ layers, parameters }: Model): Layer[] {
  return layers.slice(1).map((units, i) => ({
    weights: parameters.get(`w${i + 1}`)?.values ?? new Float32Array(),
    bias: parameters.get(`b${i + 1}`)?.values ?? new Float32Array(),
    inputs: layers[i] ?? 0,
    units,
  }));
}

/** [rows, inner] @ [inner, columns], row-major. */
function product(
  left: Float32Array,
  right: Float32Array,
  rows: number,
  inner: number,
  columns: number,
): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inner; i++) {
      const value = left[row * inner + i] ?? 0;
      if (value === 0) continue;
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        result[at] = (result[at] ?? 0) + value * (right[i * columns + column] ?? 0);
      }
    }
  }
  return result;
}

/** W1 @ W2 @ W3 and so on, from the right, where the matrices are small; and what the biases come to. */
export function fold(model: Model): Folded {
  const layers = layersOf(model);
  const classes = model.layers.at(-1) ?? 0;
  let weights: Float32Array | undefined;
  let bias: Float32Array = new Float32Array(classes);
  for (const layer of layers.reverse()) {
    const carried = weights ? product(layer.bias, weights, 1, layer.units, classes) : layer.bias;
    bias = bias.map((value, i) => value + (carried[i] ?? 0));
    weights = weights ? product(layer.weights, weights, layer.inputs, layer.units, classes) : layer.weights;
  }
  return { weights: weights ?? new Float32Array(), bias };
}

/** The scores by the one matrix. */
export function foldedScores({ weights, bias }: Folded, input: Float32Array): Float32Array {
  const sums = product(input, weights, 1, input.length, bias.length);
  return sums.map((sum, i) => sum + (bias[i] ?? 0));
}

/** The scores layer by layer, with relu between the layers or without. */
export function scoresOf(model: Model, input: Float32Array, hasRelu: boolean): Float32Array {
  const layers = layersOf(model);
  return layers.reduce((below, { weights, bias, inputs, units }, i) => {
    const sums = product(below, weights, 1, inputs, units).map((sum, unit) => sum + (bias[unit] ?? 0));
    return hasRelu && i + 1 < layers.length ? sums.map((sum) => Math.max(0, sum)) : sums;
  }, input);
}
