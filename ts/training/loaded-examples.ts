import type { Backend } from "../core/backend.js";
import type { CompressedExamples, Network } from "../core/core.js";
import { inTurns } from "../base/turns.js";
import type { Examples } from "../data/dataset.js";
import { append } from "../data/examples.js";
import type { Loss } from "../model/hyperparameters.js";

/** A set of examples in the core, for one of a run's purposes. */
export class LoadedExamples {
  readonly examples: Examples;
  /** How many of them are used, from the first. */
  readonly count: number;
  /** In the core, which the backend frees. */
  readonly compressed: CompressedExamples;
  readonly #backend: Backend;
  readonly #classes: number;
  readonly #what: string;

  /**
   * @param layers the first is the inputs, the last the classes
   * @param what what error messages call the examples
   */
  constructor(
    backend: Backend,
    layers: readonly number[],
    examples: Examples,
    what: string,
    count = examples.count,
  ) {
    this.#backend = backend;
    this.#classes = layers.at(-1) ?? 0;
    this.#what = what;
    this.examples = examples;
    this.count = count;
    this.compressed = backend.own(new backend.core.CompressedExamples(layers[0] ?? 0, this.#classes, count));
  }

  /**
   * Hands the examples to the core.
   * @throws DigitrainError for a label that is none of the classes, or a number that is not finite.
   */
  async load(signal?: AbortSignal): Promise<void> {
    const work = (start: number, end: number) => {
      this.#backend.run(() => {
        append(this.compressed, this.examples, [start, end], this.#classes, this.#what);
      });
    };
    await inTurns(this.count, work, signal);
  }

  /** A network's scores `[count, classes]`. */
  async scores(network: Network, signal?: AbortSignal): Promise<Float32Array> {
    const scores = new Float32Array(this.count * this.#classes);
    const work = (start: number, end: number) => {
      const found = this.#backend.run(() => network.predict(this.compressed, start, end, this.#backend.team));
      scores.set(found, start * this.#classes);
    };
    await inTurns(this.count, work, signal);
    return scores;
  }

  /** A network's mean loss, and the part of the examples that it takes for what they are. */
  async evaluate(
    network: Network,
    loss: Loss,
    signal?: AbortSignal,
  ): Promise<{ loss: number; accuracy: number }> {
    let sum = 0;
    let right = 0;
    const work = (start: number, end: number) => {
      const predicted = new Uint16Array(end - start);
      sum = this.#backend.run(() =>
        network.evaluate(this.compressed, start, loss, predicted, sum, this.#backend.team),
      );
      right += predicted.filter((label, i) => label === this.examples.labels[start + i]).length;
    };
    await inTurns(this.count, work, signal);
    return { loss: sum / this.count, accuracy: right / this.count };
  }
}
