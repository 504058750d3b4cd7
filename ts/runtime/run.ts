import { type Dataset, type Examples, inputsOf } from "../data/dataset.js";
import { DigitrainError, OptionError } from "../errors.js";
import { Model } from "../model.js";
import type { Hyperparameters } from "../options.js";
import {
  type CompressedExamples,
  type Core,
  type Network,
  type Runtime,
  tooSmallForThreads,
  type Trainer,
} from "./core.js";
import { append, checkSizes } from "./examples.js";
import { checkLayers, parameterCount } from "./layers.js";
import { makeNetwork } from "./network.js";
import { type Engine, engineAlone } from "./threads.js";
import { inTurns } from "./turns.js";

/** A set of examples on its way into the core. */
interface Loaded {
  examples: Examples;
  compressed: CompressedExamples;
  /** How many of them are used, from the first. */
  count: number;
  what: string;
}

/** What a run holds inside the core, until it is freed: the examples, the network and its trainer. */
export class Run {
  /** The sizes of all layers. */
  readonly layers: number[];
  readonly stepsPerEpoch: number;
  readonly #classNames: readonly string[] | undefined;
  readonly #engine: Engine;
  readonly #options: Hyperparameters;
  readonly #signal: AbortSignal | undefined;
  readonly #train: Loaded;
  readonly #test: Loaded | undefined;
  readonly #network: Network;
  readonly #trainer: Trainer;

  /** @throws DigitrainError where data, options and initial model don't fit together. */
  constructor(
    started: Engine,
    data: Dataset,
    options: Hyperparameters,
    { initial, signal }: { initial?: Model; signal?: AbortSignal },
  ) {
    const inputs = inputsOf(data.train);
    const count = Math.min(data.train.count, options.limit ?? Infinity);
    if (count === 0)
      throw new DigitrainError(`${data.name} has no training examples; at least one is needed`);
    checkSizes(data.train, inputs, "training examples");
    if (data.test) checkSizes(data.test, inputs, "test examples");
    this.layers = [inputs, ...options.hidden, data.classes];
    checkLayers(this.layers, options.batchSize);
    if (initial) checkInitial(initial, this.layers);
    this.#classNames = data.classNames ?? initial?.classNames;
    const tooSmall = tooSmallForThreads(options.threads, options.batchSize, parameterCount(this.layers));
    this.#engine =
      started.runtime.threads > 1 && tooSmall
        ? engineAlone("so small a network gains nothing from more", options)
        : started;
    const { core } = this.#engine;
    this.stepsPerEpoch = Math.ceil(count / options.batchSize);
    const totalSteps = options.epochs * this.stepsPerEpoch;
    if (totalSteps >= 2 ** 32) {
      throw new OptionError(
        `epochs times ${this.stepsPerEpoch} steps must be below 2^32, got ${options.epochs} epochs`,
      );
    }
    this.#options = options;
    this.#signal = signal;
    const load = (examples: Examples, used: number, what: string): Loaded => {
      return {
        examples,
        compressed: new core.CompressedExamples(inputs, data.classes, used),
        count: used,
        what,
      };
    };
    this.#train = load(data.train, count, "training examples");
    // An empty test set can't be evaluated, and counts as none.
    this.#test = data.test?.count ? load(data.test, data.test.count, "test examples") : undefined;
    this.#network = startingNetwork(core, this.layers, options, initial);
    this.#trainer = new core.Trainer(
      this.#network,
      options.loss === "cross-entropy",
      options.batchSize,
      options.learningRate,
      options.schedule === "one-cycle",
      totalSteps,
      options.momentum,
      options.weightDecay,
    );
  }

  /** What the run computes with. */
  get runtime(): Runtime {
    return this.#engine.runtime;
  }

  /** Hands the examples to the core. */
  async load(): Promise<void> {
    const classes = this.layers.at(-1) ?? 0;
    for (const { examples, compressed, count, what } of [this.#train, ...(this.#test ? [this.#test] : [])]) {
      await inTurns(
        count,
        (start, end) => {
          append(compressed, examples, [start, end], classes, what);
        },
        this.#signal,
      );
    }
  }

  /**
   * Trains for an epoch.
   * @param onStep is told each step's loss, soon after it
   * @returns every step's loss, and the seconds that the training itself took
   * @throws DigitrainError when the loss is no longer finite.
   */
  async trainEpoch(
    epoch: number,
    onStep: (step: number, loss: number) => void,
  ): Promise<{ losses: Float32Array; seconds: number }> {
    const losses = new Float32Array(this.stepsPerEpoch);
    const { shuffle, seed } = this.#options;
    const begun = performance.now();
    this.#trainer.beginEpoch(this.#train.count, epoch, shuffle, BigInt(seed));
    const ordered = performance.now() - begun;
    const { team } = this.#engine;
    const work = (start: number, end: number) => {
      const chunk = losses.subarray(start, end);
      this.#engine.run(() => this.#trainer.run(this.#network, this.#train.compressed, chunk, team));
    };
    const report = (start: number, end: number) => {
      losses.subarray(start, end).forEach((loss, i) => {
        if (!Number.isFinite(loss))
          throw this.#diverged("loss", loss, `at epoch ${epoch}, step ${start + i}`);
        onStep(start + i, loss);
      });
    };
    const milliseconds = await inTurns(this.stepsPerEpoch, work, this.#signal, report);
    return { losses, seconds: (ordered + milliseconds) / 1000 };
  }

  /** Mean loss and accuracy over the test examples, where there are any. */
  async evaluate(epoch: number): Promise<{ testLoss: number; testAccuracy: number } | undefined> {
    if (!this.#test) return undefined;
    const { examples, compressed, count } = this.#test;
    const crossEntropy = this.#options.loss === "cross-entropy";
    let loss = 0;
    let right = 0;
    const work = (start: number, end: number) => {
      const predicted = new Uint16Array(end - start);
      loss = this.#engine.run(() =>
        this.#network.evaluate(compressed, start, end, crossEntropy, predicted, loss, this.#engine.team),
      );
      right += predicted.filter((label, i) => label === examples.labels[start + i]).length;
    };
    await inTurns(count, work, this.#signal);
    // The sum is of float64: it is the mean that has left the range of the loss's float32.
    const testLoss = loss / count;
    const rounded = Math.fround(testLoss);
    if (!Number.isFinite(rounded)) throw this.#diverged("test loss", rounded, `after epoch ${epoch}`);
    return { testLoss, testAccuracy: right / count };
  }

  /** The network as it is after an epoch. */
  snapshot(epoch: number): Model {
    const { outputActivation, loss } = this.#options;
    const values = this.#network.parameters();
    const bad = values.find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw this.#diverged("network", bad, `by the end of epoch ${epoch}`);
    return new Model(this.layers, outputActivation, loss, values, this.#classNames);
  }

  free(): void {
    this.#engine.free([this.#trainer, this.#network, this.#train.compressed, this.#test?.compressed]);
  }

  #diverged(what: string, value: number, where: string): DigitrainError {
    const became = Number.isNaN(value) ? "NaN" : "infinite";
    const { learningRate } = this.#options;
    return new DigitrainError(
      `the ${what} became ${became} ${where}; try a learning rate lower than ${learningRate}`,
    );
  }
}

function checkInitial(initial: Model, layers: readonly number[]): void {
  if (initial.layers.join() === layers.join()) return;
  const has = `but the data makes them [${layers.join(", ")}]`;
  throw new DigitrainError(`the initial model's layers are [${initial.layers.join(", ")}], ${has}`);
}

/** The network that a run starts from. */
function startingNetwork(
  core: Core,
  layers: readonly number[],
  options: Hyperparameters,
  initial?: Model,
): Network {
  const { outputActivation, seed, initialStandardDeviation } = options;
  if (initial) return makeNetwork(core, layers, outputActivation, initial.parameters);
  const relu = outputActivation === "relu";
  return core.Network.random(Uint32Array.from(layers), relu, BigInt(seed), initialStandardDeviation);
}
