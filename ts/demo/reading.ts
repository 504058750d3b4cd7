import {
  DigitrainError,
  digitOfStrokes,
  type Examples,
  type GreyImage,
  imageOf,
  type Model,
  type Point,
} from "../index.js";

/** The pen's width, in parts of the pad. */
export const PEN = 0.075;

/** An image of the test examples on the pad. */
export interface TestImage {
  readonly test: Examples;
  readonly example: number;
}

/** What is before the network: what it computes with, and how that looks. */
export interface Seen {
  readonly input: Uint8Array | Float32Array;
  readonly image: GreyImage | undefined;
  /** What the image is, where that is known. */
  readonly label: number | undefined;
}

/** What the network makes of what it sees. */
export interface Reading {
  /** The class of the largest score. */
  readonly label: number;
  readonly scores: Float32Array;
  /** Each class's part of the whole, by softmax; undefined where the scores are not meant to be such. */
  readonly probabilities: Float32Array | undefined;
}

/**
 * The drawing in MNIST's form, or the test image.
 * @param label what the drawing is, where that is known
 */
export function seenOf(
  strokes: readonly (readonly Point[])[],
  label: number | undefined,
  testImage: TestImage | undefined,
): Seen | undefined {
  if (testImage) {
    const { test, example } = testImage;
    const inputs = test.images.length / test.count;
    return {
      input: test.images.slice(example * inputs, (example + 1) * inputs),
      image: imageOf(test, example),
      label: test.labels[example],
    };
  }
  if (!strokes.some((stroke) => stroke.length > 0)) return undefined;
  const { pixels } = digitOfStrokes(strokes, PEN);
  return { input: pixels, image: { width: 28, height: 28, pixels }, label };
}

/** Whether a model takes what is seen. */
export function fits(model: Model | undefined, seen: Seen | undefined): boolean {
  return model !== undefined && seen?.input.length === model.layers[0];
}

/** undefined where there is nothing that the model could read. */
export function readingOf(model: Model | undefined, seen: Seen | undefined): Reading | undefined {
  if (!model || !seen || !fits(model, seen)) return undefined;
  try {
    const { label, scores } = model.classify(seen.input);
    return { label, scores, probabilities: model.loss === "cross-entropy" ? softmax(scores) : undefined };
  } catch (error) {
    // A model whose scores are no numbers reads nothing.
    if (error instanceof DigitrainError) return undefined;
    throw error;
  }
}

export function softmax(scores: Float32Array): Float32Array {
  const largest = scores.reduce((one, other) => Math.max(one, other), -Infinity);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
