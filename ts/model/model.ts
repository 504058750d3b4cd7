import { checkExamples } from "../data/check.js";
import type { Examples, KnownInk } from "../data/dataset.js";
import { lightOnDark } from "../data/ink.js";
import type { Ink } from "../data/pictures/contrast.js";
import { DigitrainError, OptionError } from "../base/errors.js";
import { checkIsOptions, show } from "../base/options.js";
import { activationsOf } from "./activations.js";
import { isOnnx, readOnnx, writeOnnx } from "./onnx.js";
import type { Tensor } from "./safetensors.js";
import { judged, type Reading } from "./reading.js";
import { softmax } from "./temperature.js";
import type { Training } from "./training.js";
import {
  type Layout,
  type ModelFileOptions,
  namedParameters,
  readWeights,
  type Weights,
  writePyTorch,
  writeWeights,
} from "./weights.js";
import type { Loss, OutputActivation } from "./hyperparameters.js";
import { type CompressedExamples, type Core, loadCore, type Network, type Team } from "../core/core.js";
import { append, checkSizes } from "../data/examples.js";
import { checkWeights } from "./check.js";
import { makeNetwork } from "./network.js";

/** What {@link Model.evaluate} finds. */
export interface Evaluation {
  /** The mean loss over the examples. */
  loss: number;
  /** The fraction of the examples classified correctly, 0..1. */
  accuracy: number;
  /** How many examples of each class were taken for each class: [true class][predicted class]. */
  confusion: number[][];
}

/** An example that a model took for another class. */
export interface Mistake {
  /** Which example, from 0. */
  example: number;
  label: number;
  predicted: number;
  /** Its loss, of the model's kind. */
  loss: number;
}

/** What computes with a model's parameters. */
interface Predictor {
  core: Core;
  network: Network;
  /** The calling thread alone. */
  team: Team;
}

/** The confusion matrix of more classes would take hundreds of megabytes. */
const MOST_CONFUSED = 5000;

/** Examples a call into the core: their compressed rows are all that a large set takes of its memory. */
const CHUNK = 1000;

/** A trained network. It doesn't change: to train on, hand it to `train` as the option `initial`. */
export class Model {
  /** The sizes of all layers, inputs and classes included: [784, 256, 128, 10]. */
  readonly layers: readonly number[];
  /** What the last layer does to its sums. */
  readonly outputActivation: OutputActivation;
  /** The loss that the network was trained on, and is evaluated by. */
  readonly loss: Loss;
  /** What the classes are called, one name each; undefined where they are digits or plain numbers. */
  readonly classNames: readonly string[] | undefined;
  /** Whether the images that it learned from were dark on light, before they were turned; undefined where that isn't known. */
  readonly ink: KnownInk | undefined;
  /** How the network was trained; undefined where that isn't known. */
  readonly training: Training | undefined;
  /**
   * By which scores are divided before softmax makes probabilities of them: fitted to validation images, else the recipe's;
   * 1 where neither tells, as for squared errors.
   */
  readonly temperature: number;
  /** The weights `w1` [inputs, outputs], row-major, the biases `b1` [outputs], `w2`, ... To be read, not written to. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** What computes with them: made when first needed, freed by wasm-bindgen's finalizers when the model is gone. */
  #predictor: Predictor | undefined;

  /**
   * A model of given parameters; `train` and {@link Model.fromSafetensors} make them, too.
   * @throws OptionError where an option is of a wrong type.
   * @throws DigitrainError where the layers don't take so many parameters or names, or are too large for WebAssembly's
   * memory; where a parameter is not finite.
   * @example
   * const linear = new Model({ layers: [784, 10], outputActivation: "linear", loss: "mse", values: new Float32Array(7850) });
   */
  constructor(weights: Weights) {
    checkWeights(weights);
    const { layers, outputActivation, loss, values, classNames, ink, training, temperature = 1 } = weights;
    this.layers = [...layers];
    this.classNames = classNames && [...classNames];
    this.ink = ink;
    this.training = training;
    this.temperature = temperature;
    this.outputActivation = outputActivation;
    this.loss = loss;
    this.parameters = namedParameters(layers, values);
  }

  /**
   * The scores of images, as the network gives them; {@link Model.probabilities} makes probabilities of them. Images are
   * used as they are: paper is 0.
   * @param images n rows of as many numbers as the model has inputs: pixels 0..255, or numbers used as they are
   * @returns [n, classes], row-major
   * @throws DigitrainError where the images are not of the model's size, or hold a number that is not finite.
   */
  predict(images: Uint8Array | Float32Array): Float32Array {
    const count = this.#countOf(images);
    const examples = { images, labels: new Int32Array(count), count, shape: [this.#inputs] };
    const scores = new Float32Array(count * this.#classes);
    this.#inChunks(examples, "images", ({ network, team }, compressed, start) => {
      scores.set(network.predict(compressed, 0, compressed.length, team), start * this.#classes);
    });
    if (!scores.every((score) => Number.isFinite(score)))
      throw new DigitrainError(
        "the model's scores of these images are no finite numbers: its weights are too large",
      );
    return scores;
  }

  /**
   * How probable each class is for each image: softmax of the scores divided by {@link Model.temperature}. Of a model
   * trained on squared errors, whose scores are meant to be 0 or 1, it makes no probabilities that come true.
   * @param images as {@link Model.predict} takes them
   * @returns [n, classes], row-major; each row's sum is 1
   * @throws DigitrainError as {@link Model.predict}
   */
  probabilities(images: Uint8Array | Float32Array): Float32Array {
    return softmax(this.predict(images), this.#classes, this.temperature);
  }

  /**
   * The class of one image: the one with the largest score, the first of equals.
   * @param image as many numbers as the model has inputs, as {@link Model.predict} takes them
   * @throws DigitrainError as {@link Model.predict}
   */
  classify(image: Uint8Array | Float32Array): { label: number; scores: Float32Array } {
    this.#checkOne(image);
    const scores = this.predict(image);
    return { label: argmax(scores), scores };
  }

  /**
   * The class of one image, and whether it can be relied on.
   * @param image what {@link readDigit} or {@link digitOfStrokes} gives, with its remark, which counts where the classes
   *   may be the digits; or pixels, as {@link Model.classify} takes them
   * @throws DigitrainError as {@link Model.predict}
   * @example
   * const { label, sure, remark } = model.read(await readDigit(picture));
   */
  read(image: { pixels: Uint8Array | Float32Array; remark?: string | undefined }): Reading {
    const { scores } = this.classify(image.pixels);
    // A letter is unlike any digit, and may be just what the model knows.
    const remark = this.classNames || this.#classes > 10 ? undefined : image.remark;
    return judged(scores, this, remark, (label) => this.classNames?.[label] ?? String(label));
  }

  /**
   * What each layer makes of one image: its outputs after relu, and last the scores.
   * @param image as {@link Model.classify} takes it
   * @returns an array a layer, as long as the layer: for layers 784-256-128-10 of 256, 128 and 10 numbers
   * @throws DigitrainError where it is not one image of the model's size.
   */
  activations(image: Uint8Array | Float32Array): Float32Array[] {
    this.#checkOne(image);
    return activationsOf(this.parameters, this.outputActivation, image);
  }

  /**
   * How well the model does on labelled examples.
   * @param options `ink`: whether these show dark ink on light paper, and are turned; `"auto"`, the default: as a look
   *   decides, or where it decides nothing, as the images were that the model learned from
   * @throws OptionError where they are not examples at all.
   * @throws DigitrainError where there are none, they are not of the model's size, or a label is not one of its classes.
   */
  evaluate(given: Examples, options?: { ink?: Ink }): Evaluation {
    const examples = this.#seen(given, options);
    if (examples.count === 0)
      throw new DigitrainError("the model can't be evaluated on no examples; it takes at least one");
    if (this.#classes > MOST_CONFUSED) {
      throw new DigitrainError(
        `a confusion matrix of ${this.#classes} classes is too large; models of at most ${MOST_CONFUSED} can be evaluated`,
      );
    }
    const confusion = Array.from({ length: this.#classes }, () => new Array<number>(this.#classes).fill(0));
    let loss = 0;
    let right = 0;
    this.#inChunks(examples, "examples", ({ network, team }, compressed, start) => {
      const predicted = new Uint16Array(compressed.length);
      loss = network.evaluate(compressed, 0, this.loss, predicted, loss, team);
      examples.labels.subarray(start, start + compressed.length).forEach((label, i) => {
        const row = confusion[label];
        const guess = predicted[i];
        if (row === undefined || guess === undefined) return;
        row[guess] = (row[guess] ?? 0) + 1;
        if (guess === label) right++;
      });
    });
    return { loss: loss / examples.count, accuracy: right / examples.count, confusion };
  }

  /**
   * The examples that the model got most wrong: of those that it takes for another class, the ones of largest loss.
   * @param count how many at most
   * @param options as those of {@link Model.evaluate}
   * @returns the worst first
   * @throws DigitrainError as {@link Model.evaluate}
   */
  worst(given: Examples, count: number, options?: { ink?: Ink }): Mistake[] {
    const examples = this.#seen(given, options);
    if (!Number.isInteger(count) || count < 0)
      throw new OptionError(`worst takes a whole number of examples of at least 0, got ${show(count)}`);
    const mistakes: Mistake[] = [];
    this.#inChunks(examples, "examples", ({ network, team }, compressed, start) => {
      const all = network.predict(compressed, 0, compressed.length, team);
      for (let row = 0; row < compressed.length; row++) {
        const scores = all.subarray(row * this.#classes, (row + 1) * this.#classes);
        const label = examples.labels[start + row] ?? 0;
        const predicted = argmax(scores);
        if (predicted === label) continue;
        mistakes.push({ example: start + row, label, predicted, loss: lossOf(scores, label, this.loss) });
      }
    });
    return mistakes.sort((a, b) => b.loss - a.loss || a.example - b.example).slice(0, count);
  }

  /**
   * The model as a safetensors file: tensors `w1`, `b1`, ... of float32, and metadata that says how to use them.
   * @param options `layout`: `"pytorch"` for PyTorch's names and order
   * @throws OptionError for another layout.
   */
  toSafetensors(options: { layout?: Layout } = {}): Uint8Array {
    checkIsOptions(options, "toSafetensors", 'layout: "pytorch"');
    const { layout = "digitrain" } = options;
    if (layout === "pytorch") return writePyTorch(this.parameters, this);
    if ((layout as string) !== "digitrain") {
      throw new OptionError(`layout takes "digitrain" or "pytorch", got ${show(layout)}`);
    }
    return writeWeights(this.parameters, this);
  }

  /**
   * The model as an ONNX file of opset 17: from `images` [N, inputs], float32 (8-bit pixels divided by 255), to
   * `scores` [N, classes], float32, those of {@link Model.predict}.
   */
  toOnnx(): Uint8Array {
    return writeOnnx(this.parameters, this);
  }

  /**
   * The model in a safetensors file, with digitrain's names or as PyTorch's state_dict of linear layers has them. A file
   * without digitrain's metadata is taken for linear outputs and "mse", or with PyTorch's names "cross-entropy".
   * @param name what error messages call the file
   * @param options `onNotice`: told what was assumed
   * @throws DigitrainError where the file is damaged or its tensors are not a network's; OptionError where it is no bytes.
   */
  static fromSafetensors(bytes: Uint8Array, name = "model", options?: ModelFileOptions): Model {
    checkBytes(bytes, "fromSafetensors");
    return new Model(readWeights(bytes, name, options));
  }

  /**
   * The model in an ONNX file that {@link Model.toOnnx} made.
   * @param name what error messages call the file
   * @throws DigitrainError where another program made it, or it is damaged.
   */
  static fromOnnx(bytes: Uint8Array, name = "model"): Model {
    checkBytes(bytes, "fromOnnx");
    return new Model(readOnnx(bytes, name));
  }

  /** The model in a file of either form, told by how it begins; else as {@link Model.fromSafetensors}. */
  static fromFile(bytes: Uint8Array, name = "model", options?: ModelFileOptions): Model {
    checkBytes(bytes, "fromFile");
    return isOnnx(bytes) ? Model.fromOnnx(bytes, name) : Model.fromSafetensors(bytes, name, options);
  }

  get #inputs(): number {
    return this.layers[0] ?? 0;
  }

  get #classes(): number {
    return this.layers.at(-1) ?? 0;
  }

  /** The size of an image in words. */
  get #size(): string {
    return this.#inputs === 784 ? "784 numbers (28x28)" : `${this.#inputs} numbers`;
  }

  /** How many images these are, if they can be. */
  #countOf(images: unknown): number {
    if (!(images instanceof Uint8Array || images instanceof Float32Array)) {
      throw new DigitrainError("the model takes images in a Uint8Array (pixels 0 to 255) or a Float32Array");
    }
    if (images.length % this.#inputs !== 0) {
      throw new DigitrainError(`the model takes images of ${this.#size}, got ${images.length}`);
    }
    return images.length / this.#inputs;
  }

  #checkOne(image: Uint8Array | Float32Array): void {
    if (this.#countOf(image) !== 1)
      throw new DigitrainError(`the model takes one image of ${this.#size}, got ${image.length}`);
  }

  /** Examples as the model takes them, with paper as 0. */
  #seen(examples: Examples, options: { ink?: Ink } = {}): Examples {
    checkExamples(examples, "examples");
    checkIsOptions(options, "a model", 'ink: "dark"');
    const { ink = "auto" } = options;
    if (examples.count === 0) return examples;
    checkSizes(examples, this.#inputs, "examples");
    return lightOnDark(examples, { ink, otherwise: this.ink });
  }

  #makePredictor(): Predictor {
    const core = loadCore();
    const network = makeNetwork(core, this.layers, this.outputActivation, this.parameters);
    return { core, network, team: new core.Team() };
  }

  /** Hands the examples to the core, a chunk at a time; `start` is the chunk's first. */
  #inChunks(
    examples: Examples,
    what: string,
    visit: (predictor: Predictor, compressed: CompressedExamples, start: number) => void,
  ): void {
    const predictor = (this.#predictor ??= this.#makePredictor());
    for (let start = 0; start < examples.count; start += CHUNK) {
      const end = Math.min(examples.count, start + CHUNK);
      const compressed = new predictor.core.CompressedExamples(this.#inputs, this.#classes, end - start);
      try {
        append(compressed, examples, [start, end], this.#classes, what);
        visit(predictor, compressed, start);
      } finally {
        compressed.free();
      }
    }
  }
}

/** @throws OptionError for anything but a file's bytes. */
function checkBytes(bytes: unknown, of: string): void {
  if (!(bytes instanceof Uint8Array))
    throw new OptionError(`Model.${of} takes a Uint8Array, got ${show(bytes)}`);
}

/** The class of the largest score, the first of equals. */
function argmax(scores: Float32Array): number {
  return scores.indexOf(Math.max(...scores));
}

/** The loss of one example. */
function lossOf(scores: Float32Array, label: number, loss: Loss): number {
  if (loss === "mse") {
    const squares = scores.map((score, i) => (score - (i === label ? 1 : 0)) ** 2);
    return squares.reduce((sum, square) => sum + square, 0) / scores.length;
  }
  const largest = Math.max(...scores);
  const sum = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
  return largest + Math.log(sum) - (scores[label] ?? 0);
}
