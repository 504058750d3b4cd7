import { readWholeFile } from "../base/read-file.js";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Command } from "commander";
import {
  type CsvOptions,
  decodePicture,
  DigitrainError,
  greyOf,
  type Ink,
  lightOnDark,
  type Model,
  OptionError,
  readCsv,
  readDigit,
  type Reading,
} from "../index.js";
import { systemReason } from "../base/errors.js";
import { jsonLine, visible } from "../base/format.js";
import { errorText, exitStatus } from "./errors.js";
import { readModel } from "./files.js";
import { inkOption, labelOption, MODEL_HELP } from "./flags.js";
import { drawInBraille } from "./picture.js";
import { Screen } from "./screen.js";

interface PredictFlags {
  show?: boolean;
  json?: boolean;
  label?: string;
  ink?: Ink;
}

const SIZE = 28;

/** Adds `digitrain predict`. */
export function addPredict(program: Command, signal: AbortSignal): void {
  program
    .command("predict")
    .description("tell which digits pictures show")
    .argument("<model>", MODEL_HELP)
    .argument(
      "<image...>",
      "PNG or JPEG files of one digit each, dark on light or light on dark, of any size; or a CSV file of images",
    )
    .option("--show", "draw what the network sees")
    .addOption(labelOption())
    .addOption(inkOption())
    .option("--json", "print one JSON object a line: image, label, scores, sure, remark")
    .addHelpText(
      "after",
      `
Examples:
  digitrain predict model.safetensors seven.png
  digitrain predict model.safetensors --show digits/*.png
  digitrain predict model.safetensors --json digits/*.png
  digitrain predict model.safetensors test.csv`,
    )
    .action((path: string, images: string[], flags: PredictFlags) => run(path, images, flags, signal));
}

async function run(
  path: string,
  images: string[],
  { show = false, json = false, label, ink = "auto" }: PredictFlags,
  signal: AbortSignal,
): Promise<void> {
  const model = await readModel(path);
  const screen = new Screen({ quiet: json });
  for (const image of images) {
    // Ctrl-C gets its turn.
    await nextTurn();
    signal.throwIfAborted();
    try {
      for (const read of await readImages(image, model, { labelColumn: label, ink, signal })) {
        const { pixels, width } = read;
        tell(read, model, screen, json);
        if (show && !json && pixels instanceof Uint8Array)
          screen.print(drawInBraille(pixels, width).join("\n"));
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof OptionError) throw error;
      // The other pictures can be read all the same.
      process.stderr.write(`digitrain: ${errorText(error)}\n`);
      process.exitCode = exitStatus.failure;
    }
  }
}

/** Reads an image and prints its class and scores, and whether these can be relied on. */
function tell(image: Image, model: Model, screen: Screen, json: boolean): void {
  const { name } = image;
  const reading = model.read(image);
  const { label, scores, sure, remark } = reading;
  const className = model.classNames?.[label];
  if (json) {
    const named = className === undefined ? {} : { className };
    const judged = { sure, ...(remark !== undefined && { remark }) };
    process.stdout.write(jsonLine({ image: name, label, ...named, scores: Array.from(scores), ...judged }));
  } else {
    const doubt = remark === undefined ? "" : `, not sure: ${visible(remark)}`;
    screen.print(`${visible(name)}: ${classText(model, label)}  (${likeliest(model, reading)})${doubt}`);
  }
}

/** A class's name, or its number where it has none. */
function classText({ classNames }: Model, label: number): string {
  return visible(classNames?.[label] ?? String(label));
}

/** The three best classes: with their probabilities, where the model was trained on cross-entropy, else their scores. */
function likeliest(model: Model, { scores, probabilities }: Reading): string {
  const shown = probabilities
    ? Array.from(probabilities, (probability) => `${(100 * probability).toFixed(1)} %`)
    : Array.from(scores, (score) => score.toFixed(3));
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  return order
    .slice(0, 3)
    .map((label) => `${classText(model, label)}: ${shown[label] ?? ""}`)
    .join(", ");
}

/** An image as the model takes it. */
interface Image {
  name: string;
  pixels: Uint8Array | Float32Array;
  /** How many of them make a row. */
  width: number;
  /** What makes it unlikely to be one digit. */
  remark?: string;
}

/** Reads a picture, or the rows of a CSV file of images, with or without labels. */
async function readImages(
  path: string,
  model: Model,
  { ink, ...options }: CsvOptions & { ink: Ink },
): Promise<Image[]> {
  if (!/\.[ct]sv(\.gz)?$/i.test(path)) return [await readPicture(path, model, ink)];
  const [inputs = 0] = model.layers;
  const { images: given, count } = await readCsv(path, { inputs, ...options });
  if (given.length !== count * inputs)
    throw new DigitrainError(
      `${path}: an image has ${given.length / count} numbers, but the model takes ${inputs}`,
    );
  const images = withPaper0(given, [inputs], model, ink);
  const width = Math.round(Math.sqrt(inputs));
  return Array.from({ length: count }, (_, row) => {
    return { name: `${path}:${row + 1}`, pixels: images.subarray(row * inputs, (row + 1) * inputs), width };
  });
}

/** Images light on dark: those that are dark on light are turned, as the model's own were where a look decides nothing. */
function withPaper0(
  images: Image["pixels"],
  shape: readonly number[],
  { ink: otherwise, layers: [inputs = 0] }: Model,
  ink: Ink,
): Image["pixels"] {
  const count = images.length / inputs;
  return lightOnDark({ images, labels: new Int32Array(count), count, shape }, { ink, otherwise }).images;
}

/** Reads a picture as the model takes it: as a digit in MNIST's form, or, for other classes and sizes, as it is. */
async function readPicture(path: string, model: Model, ink: Ink): Promise<Image> {
  const bytes = await readWholeFile(path).catch((error: unknown) => {
    throw new DigitrainError(`${path}: the picture cannot be read: ${systemReason(error)}`);
  });
  const picture = await decodePicture(bytes, path);
  const [inputs = 0] = model.layers;
  const { width, height } = picture;
  try {
    if (inputs === SIZE * SIZE && !model.classNames)
      return { name: path, ...(await readDigit(picture, { ink })), width: SIZE };
    if (width * height === inputs)
      return { name: path, pixels: withPaper0(greyOf(picture), [height, width], model, ink), width };
  } catch (error) {
    if (error instanceof OptionError) throw error;
    throw new DigitrainError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new DigitrainError(`${path}: the model takes pictures of ${inputs} pixels, got ${width}x${height}`);
}
