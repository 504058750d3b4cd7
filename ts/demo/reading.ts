import {
  DigitrainError,
  digitOfStrokes,
  type Examples,
  type GreyImage,
  imageOf,
  type Model,
  type Point,
  type Reading,
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
  /** What makes a drawing unlikely to be one digit. */
  readonly remark?: string | undefined;
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
  const { pixels, remark } = digitOfStrokes(strokes, PEN);
  return { input: pixels, image: { width: 28, height: 28, pixels }, label, remark };
}

/** Whether a model takes what is seen. */
export function fits(model: Model | undefined, seen: Seen | undefined): boolean {
  return model !== undefined && seen?.input.length === model.layers[0];
}

/** undefined where there is nothing that the model could read. */
export function readingOf(model: Model | undefined, seen: Seen | undefined): Reading | undefined {
  if (!model || !seen || !fits(model, seen)) return undefined;
  try {
    const { input: pixels, remark } = seen;
    return model.read({ pixels, remark });
  } catch (error) {
    // A model whose scores are no numbers reads nothing.
    if (error instanceof DigitrainError) return undefined;
    throw error;
  }
}
