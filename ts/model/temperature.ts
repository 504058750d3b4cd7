import { inTurns } from "../base/turns.js";

/** A temperature lies between: what is farther from 1 is no certainty that images could tell of. */
const [COLDEST, HOTTEST] = [0.05, 20];
/** Halvings of that range, on a logarithmic scale, until it is narrower than the digits that are kept. */
const HALVINGS = 14;
const DIGITS = 3;

/**
 * Each class's probability, row by row: softmax of the scores over the temperature.
 * @param scores [n, classes], row-major
 */
export function softmax(scores: Float32Array, classes: number, temperature: number): Float32Array {
  const probabilities = new Float32Array(scores.length);
  for (let start = 0; start < scores.length; start += classes) {
    const end = start + classes;
    let largest = -Infinity;
    for (let i = start; i < end; i++) largest = Math.max(largest, scores[i] ?? 0);
    let sum = 0;
    for (let i = start; i < end; i++)
      sum += probabilities[i] = Math.exp(((scores[i] ?? 0) - largest) / temperature);
    for (let i = start; i < end; i++) probabilities[i] = (probabilities[i] ?? 0) / sum;
  }
  return probabilities;
}

/**
 * The temperature by which scores of images become probabilities that come true: the one of least cross-entropy (Guo et al.
 * 2017, On Calibration of Modern Neural Networks). Few images tell little of it: its logarithm has a normal prior of
 * standard deviation 1 around `usual`.
 * @param scores [n, classes], row-major, of images that the network wasn't trained on
 * @param labels of these n images
 * @param usual the temperature where there are no images
 */
export async function fittedTemperature(
  scores: Float32Array,
  labels: Int32Array,
  usual: number,
  signal?: AbortSignal,
): Promise<number> {
  const classes = scores.length / labels.length;
  let [low, high] = [Math.log(COLDEST), Math.log(HOTTEST)];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    const temperature = Math.exp(middle);
    let slope = middle - Math.log(usual);
    await inTurns(
      labels.length,
      (start, end) => {
        const rows = scores.subarray(start * classes, end * classes);
        slope -= excess(rows, labels.subarray(start, end), temperature) / temperature;
      },
      signal,
    );
    if (slope < 0) low = middle;
    else high = middle;
  }
  // So few digits are the same in every engine.
  return Number(Math.exp((low + high) / 2).toPrecision(DIGITS));
}

/** By how much the scores that are expected by their probabilities exceed those of the true classes, in all. */
function excess(scores: Float32Array, labels: Int32Array, temperature: number): number {
  const classes = scores.length / labels.length;
  const probabilities = softmax(scores, classes, temperature);
  const expected = scores.reduce((sum, score, i) => sum + score * (probabilities[i] ?? 0), 0);
  return labels.reduce((sum, label, row) => sum - (scores[row * classes + label] ?? 0), expected);
}
