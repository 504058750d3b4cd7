import { type Dataset, type Examples, inputsOf } from "../data/dataset.js";
import { DigitrainError, OptionError } from "../base/errors.js";
import { firstNotFinite } from "../base/finite.js";
import type { Checkpoint } from "./checkpoint.js";
import type { EpochRecord, ExampleCounts } from "./events.js";
import type { Training } from "../model/training.js";
import { Model } from "../model/model.js";
import type { Weights } from "../model/weights.js";
import { type Hyperparameters, momentCount, trainingOptions } from "./hyperparameters.js";
import type { Core, Network, Trainer } from "../core/core.js";
import { tooSmallForThreads } from "../core/runtime.js";
import { checkSizes, compressedBytes } from "../data/examples.js";
import { checkLayers, parameterCount } from "../model/layers.js";
import { makeNetwork } from "../model/network.js";
import type { Backend } from "../core/backend.js";
import { imageWidth } from "./augmented.js";
import { inTurns } from "../base/turns.js";
import { LoadedExamples } from "./loaded-examples.js";
import { fittedTemperature } from "../model/temperature.js";
import { usualTemperature } from "./recipes.js";

/** What can be done about examples that can't be augmented. */
const NO_AUGMENT = "; use augment: false (--no-augment)";

/** What a run holds inside the core: the examples, the network and its trainer. The backend frees them. */
export class Run {
  /** The sizes of all layers. */
  readonly layers: number[];
  readonly stepsPerEpoch: number;
  /** What a model says of its images and classes. */
  readonly #labelling: Pick<Weights, "classNames" | "ink">;
  #temperature: number;
  readonly #dataName: string;
  /** Of the model that the run starts from. */
  readonly #before: Training | undefined;
  readonly #backend: Backend;
  readonly #options: Hyperparameters;
  readonly #signal: AbortSignal | undefined;
  readonly #train: LoadedExamples;
  readonly #validation: LoadedExamples | undefined;
  readonly #test: LoadedExamples | undefined;
  #network: Network;
  readonly #trainer: Trainer;
  /** The parameters after the best epoch so far, where they are kept. */
  #best: Float32Array | undefined;

  /**
   * @param data its training examples are those to train on
   * @throws DigitrainError where data, options and initial model don't fit together.
   */
  constructor(
    backend: Backend,
    data: Dataset,
    options: Hyperparameters,
    { initial, validation, signal }: { initial?: Model; validation?: Examples; signal?: AbortSignal },
  ) {
    const count = Math.min(data.train.count, options.limit ?? Infinity);
    this.layers = layersOf(data, count, options);
    checkMemory(this.layers, backend, options, [
      compressedBytes(data.train, count),
      ...[validation, data.test].map((part) => (part ? compressedBytes(part) : 0)),
    ]);
    if (initial) checkInitial(initial, this.layers);
    this.stepsPerEpoch = Math.ceil(count / options.batchSize);
    const totalSteps = totalStepsOf(this.stepsPerEpoch, options.epochs);
    const augment = options.augment
      ? { ...options.augment, width: imageWidth(data.train, `the examples of ${data.name}`, NO_AUGMENT) }
      : undefined;
    this.#labelling = {
      classNames: data.classNames ?? initial?.classNames,
      ink: data.ink ?? initial?.ink,
    };
    this.#temperature = usualTemperature(options, initial);
    this.#dataName = data.name;
    this.#before = initial?.training;
    this.#backend = backend;
    this.#options = options;
    this.#signal = signal;
    const tooSmall = tooSmallForThreads(options.threads, options.batchSize, parameterCount(this.layers));
    if (backend.threads > 1 && tooSmall) backend.useOneThread("so small a network gains nothing from more");
    const { core } = backend;
    const loaded = (examples: Examples, what: string, used?: number) =>
      new LoadedExamples(backend, this.layers, examples, what, used);
    this.#train = loaded(data.train, "training examples", count);
    this.#validation = validation && loaded(validation, "validation examples");
    // An empty test set can't be evaluated, and counts as none.
    this.#test = data.test?.count ? loaded(data.test, "test examples") : undefined;
    this.#network = backend.run(() => startingNetwork(core, this.layers, options, initial));
    // The network may be replaced: whichever there is then is freed.
    backend.own({
      free: () => {
        this.#network.free();
      },
    });
    this.#trainer = backend.own(
      backend.run(() => new core.Trainer(this.#network, { ...options, totalSteps, augment })),
    );
  }

  /** Hands the examples to the core. */
  async load(): Promise<void> {
    for (const loaded of [this.#train, this.#validation, this.#test]) await loaded?.load(this.#signal);
  }

  /** How many examples it has for each purpose. */
  get counts(): ExampleCounts {
    const validation = this.#validation?.count;
    const test = this.#test?.count;
    return {
      train: this.#train.count,
      ...(validation !== undefined && { validation }),
      ...(test !== undefined && { test }),
    };
  }

  /** Continues from what another run left; its layers are this run's. */
  restore({ parameters, moments, best }: Pick<Checkpoint, "parameters" | "moments" | "best">): void {
    this.#replaceNetwork(parameters);
    moments.forEach((moment, i) => {
      this.#backend.run(() => {
        this.#trainer.setMoment(i, this.#networkOf(moment));
      });
    });
    this.#best = best;
  }

  /** Keeps the parameters as they are after so many epochs, for {@link Run.useBest}. */
  keepAsBest(epochs: number): void {
    this.#best = this.#parameters(epochs);
  }

  /** Has the network the parameters that were kept last; it isn't trained any further. */
  useBest(): void {
    if (this.#best) this.#replaceNetwork(this.#best);
  }

  /** Fits the temperature of what is then the network to the validation images, where there are some. */
  async calibrate(): Promise<void> {
    if (!this.#validation || this.#options.loss !== "cross-entropy") return;
    const { count, examples } = this.#validation;
    const scores = await this.#validation.scores(this.#network, this.#signal);
    const labels = examples.labels.subarray(0, count);
    this.#temperature = await fittedTemperature(scores, labels, this.#temperature, this.#signal);
  }

  #networkOf(values: Float32Array): Network {
    const { core } = this.#backend;
    return core.Network.fromParameters(Uint32Array.from(this.layers), this.#options.outputActivation, values);
  }

  #replaceNetwork(parameters: Float32Array): void {
    const network = this.#backend.run(() => this.#networkOf(parameters));
    this.#network.free();
    this.#network = network;
  }

  /**
   * Trains to the end of an epoch.
   * @param losses one for each step of the epoch, to be filled in
   * @param done the steps that are done already
   * @param onSteps is told, soon after they have run, the first of some steps, the one after their last, and the seconds
   *   that training has taken here; and whether the network is sound: the step after them may have made a loss that is
   *   not finite
   * @param isStopped whether to leave the epoch as it is
   * @param pauseEvery after each multiple of so many steps since the run began, `onSteps` is told before the next one
   * @throws DigitrainError when the loss is no longer finite.
   */
  async trainEpoch(
    epoch: number,
    losses: Float32Array,
    done: number,
    onSteps: (start: number, end: number, seconds: number, isSound: boolean) => void | Promise<void>,
    isStopped: () => boolean = () => false,
    pauseEvery = Infinity,
  ): Promise<void> {
    const { shuffle, seed } = this.#options;
    const begun = performance.now();
    const shuffleSeed = shuffle ? BigInt(seed) : undefined;
    this.#backend.run(() => {
      this.#trainer.beginEpoch(this.#train.count, epoch, shuffleSeed, done);
    });
    let milliseconds = performance.now() - begun;
    let first = done;
    const work = (start: number, end: number) => {
      this.#backend.runSteps(start, end, (from, to, team) => {
        const chunk = losses.subarray(first + from, first + to);
        this.#trainer.run(this.#network, this.#train.compressed, chunk, team);
      });
    };
    const report = async (start: number, end: number, took: number) => {
      const bad = firstNotFinite(losses.subarray(first + start, first + end));
      const good = bad < 0 ? first + end : first + start + bad;
      await onSteps(first + start, good, (milliseconds + took) / 1000, bad < 0);
      if (bad >= 0) throw this.#diverged("loss", losses[good] ?? NaN, `at epoch ${epoch}, step ${good}`);
    };
    const before = epoch * losses.length;
    while (first < losses.length && !isStopped()) {
      const pause = (Math.floor((before + first) / pauseEvery) + 1) * pauseEvery - before;
      const count = Math.min(losses.length, pause) - first;
      milliseconds += await inTurns(count, work, this.#signal, report, isStopped);
      first += count;
    }
  }

  /** Mean loss and accuracy over the validation examples, where there are any. */
  async validate(
    epoch: number,
  ): Promise<Pick<EpochRecord, "validationLoss" | "validationAccuracy"> | undefined> {
    const found = this.#validation && (await this.#evaluate(this.#validation, "validation loss", epoch));
    return found && { validationLoss: found.loss, validationAccuracy: found.accuracy };
  }

  /** Mean loss and accuracy over the test examples, where there are any. */
  async test(epoch: number): Promise<Pick<EpochRecord, "testLoss" | "testAccuracy"> | undefined> {
    const found = this.#test && (await this.#evaluate(this.#test, "test loss", epoch));
    return found && { testLoss: found.loss, testAccuracy: found.accuracy };
  }

  async #evaluate(
    loaded: LoadedExamples,
    what: string,
    epoch: number,
  ): Promise<{ loss: number; accuracy: number }> {
    const found = await loaded.evaluate(this.#network, this.#options.loss, this.#signal);
    // The sum is of float64: it is the mean that has left the range of the loss's float32.
    const rounded = Math.fround(found.loss);
    if (!Number.isFinite(rounded)) throw this.#diverged(what, rounded, `after epoch ${epoch}`);
    return found;
  }

  /** The network as it is after so many epochs, or in the middle of the next one. */
  snapshot(epochs: number): Model {
    const { outputActivation, loss } = this.#options;
    return new Model({
      layers: this.layers,
      outputActivation,
      loss,
      values: this.#parameters(epochs),
      ...this.#labelling,
      temperature: this.#temperature,
      training: this.#trainingOf(epochs),
    });
  }

  /** What {@link Run.restore} takes, as it is then. */
  state(
    epochs: number,
  ): Pick<Checkpoint, "parameters" | "moments" | "best" | "classNames" | "ink" | "temperature" | "training"> {
    const parameters = this.#parameters(epochs);
    const moments = Array.from({ length: this.#trainer.momentCount }, (_, i) =>
      this.#backend.run(() => this.#trainer.moment(i)),
    );
    const training = this.#trainingOf(epochs);
    const temperature = this.#temperature;
    return { parameters, moments, best: this.#best, ...this.#labelling, temperature, training };
  }

  #trainingOf(epochs: number): Training {
    const options = trainingOptions(this.#options);
    const before = this.#before;
    return { data: this.#dataName, examples: this.#train.count, epochs, options, ...(before && { before }) };
  }

  /** The parameters, all of them finite, after so many epochs or in the middle of the next one. */
  #parameters(epochs: number): Float32Array {
    const values = this.#backend.run(() => this.#network.parameters());
    const bad = firstNotFinite(values);
    if (bad >= 0)
      throw this.#diverged("network", values[bad] ?? NaN, `by the end of epoch ${Math.max(0, epochs - 1)}`);
    return values;
  }

  #diverged(what: string, value: number, where: string): DigitrainError {
    const became = Number.isNaN(value) ? "NaN" : "infinite";
    const { learningRate } = this.#options;
    return new DigitrainError(
      `the ${what} became ${became} ${where}; try a learning rate lower than ${learningRate}`,
    );
  }
}

/**
 * The sizes of the layers of a run on the first `count` training examples.
 * @throws DigitrainError where there are none, or the examples don't hold what they say.
 */
function layersOf(data: Dataset, count: number, { hidden }: Hyperparameters): number[] {
  const inputs = inputsOf(data.train);
  if (count === 0) throw new DigitrainError(`${data.name} has no training examples; at least one is needed`);
  checkSizes(data.train, inputs, "training examples");
  if (data.test) checkSizes(data.test, inputs, "test examples");
  return [inputs, ...hidden, data.classes];
}

/** @throws DigitrainError where the core's memory can't hold the network and what it learns from. */
function checkMemory(
  layers: readonly number[],
  { threads }: Backend,
  options: Hyperparameters,
  exampleBytes: readonly number[],
): void {
  checkLayers(layers, {
    batchSize: options.batchSize,
    momentCount: momentCount(options),
    threads,
    exampleBytes: exampleBytes.reduce((sum, bytes) => sum + bytes, 0),
  });
}

/** @throws OptionError where there are more than the core counts. */
function totalStepsOf(stepsPerEpoch: number, epochs: number): number {
  const steps = epochs * stepsPerEpoch;
  if (steps < 2 ** 32) return steps;
  throw new OptionError(`epochs times ${stepsPerEpoch} steps must be below 2^32, got ${epochs} epochs`);
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
  const { outputActivation, seed, initialization, initialStandardDeviation } = options;
  if (initial) return makeNetwork(core, layers, outputActivation, initial.parameters);
  return core.Network.random(
    Uint32Array.from(layers),
    outputActivation,
    BigInt(seed),
    initialization,
    initialStandardDeviation,
  );
}
