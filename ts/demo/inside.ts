import type { Model } from "../index.js";

/** A unit of a network: its layer, 0 the first above the input, and its place in it. */
export interface Unit {
  readonly layer: number;
  readonly place: number;
}

/** What a unit computes of an input: the sum of weights times input, and a bias. */
export interface Template {
  readonly weights: Float32Array;
  readonly bias: number;
}

/** From one unit, or an input, to another. */
export interface Edge {
  /** Of layer -1 where it is an input. */
  readonly from: Unit;
  readonly to: Unit;
  /** How much it adds to the sum there, or takes from it. */
  readonly strength: number;
}

function weightsOf(model: Model, layer: number): { values: Float32Array; inputs: number; units: number } {
  const { values, shape } = model.parameters.get(`w${layer + 1}`) ?? {
    values: new Float32Array(),
    shape: [],
  };
  return { values, inputs: shape[0] ?? 0, units: shape[1] ?? 0 };
}

/** A column of a matrix whose rows lie one behind the other: the weights of one unit. */
export function columnOf(matrix: ArrayLike<number>, columns: number, column: number): Float32Array {
  const values = new Float32Array(matrix.length / columns);
  // A plain loop: this is done for each frame.
  for (let row = 0; row < values.length; row++) values[row] = matrix[row * columns + column] ?? 0;
  return values;
}

function biasOf(model: Model, { layer, place }: Unit): number {
  return model.parameters.get(`b${layer + 1}`)?.values[place] ?? 0;
}

/**
 * What a unit computes from the input. In the first layer that is its weights. Above, it depends on which units relu
 * lets through: between these, layers of products are one, and for this drawing the network is linear.
 * @param activations each layer's outputs for the drawing
 */
export function templateOf(model: Model, unit: Unit, activations: readonly Float32Array[]): Template {
  let { layer } = unit;
  const own = weightsOf(model, layer);
  let weights = columnOf(own.values, own.units, unit.place);
  let bias = biasOf(model, unit);
  while (layer > 0) {
    layer--;
    const { values, inputs, units } = weightsOf(model, layer);
    const open = activations[layer] ?? new Float32Array();
    const above = weights.map((weight, place) => ((open[place] ?? 0) > 0 ? weight : 0));
    above.forEach((weight, place) => (bias += weight * biasOf(model, { layer, place })));
    weights = new Float32Array(inputs);
    for (let input = 0; input < inputs; input++) {
      // Row by row, as the weights lie in memory: this is done for each frame.
      const row = input * units;
      let sum = 0;
      for (let place = 0; place < units; place++) sum += (above[place] ?? 0) * (values[row + place] ?? 0);
      weights[input] = sum;
    }
  }
  return { weights, bias };
}

/** One template less another. */
export function difference(one: Template, other: Template): Template {
  return {
    weights: one.weights.map((weight, input) => weight - (other.weights[input] ?? 0)),
    bias: one.bias - other.bias,
  };
}

/** What each input adds to a sum. */
export function contributions({ weights }: Template, input: Float32Array): Float32Array {
  return weights.map((weight, i) => weight * (input[i] ?? 0));
}

export function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** An image as the network computes with it. */
export function asInput(image: Uint8Array | Float32Array): Float32Array {
  return image instanceof Uint8Array ? Float32Array.from(image, (pixel) => pixel / 255) : image;
}

/** The strongest of the edges that lead to a unit and away from it. */
export function strongestEdges(
  model: Model,
  unit: Unit,
  input: Float32Array,
  activations: readonly Float32Array[],
  most: number,
): Edge[] {
  const { layer, place } = unit;
  const into = weightsOf(model, layer);
  const below = layer === 0 ? input : (activations[layer - 1] ?? new Float32Array());
  const edges: Edge[] = Array.from(below, (value, from) => ({
    from: { layer: layer - 1, place: from },
    to: unit,
    strength: value * (into.values[from * into.units + place] ?? 0),
  }));
  const out = weightsOf(model, layer + 1);
  const value = activations[layer]?.[place] ?? 0;
  for (let to = 0; to < out.units; to++)
    edges.push({
      from: unit,
      to: { layer: layer + 1, place: to },
      strength: value * (out.values[place * out.units + to] ?? 0),
    });
  return edges
    .filter(({ strength }) => strength !== 0)
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
    .slice(0, most);
}
