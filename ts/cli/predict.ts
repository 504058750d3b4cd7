import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { convertIndexedToRgb, decode, type DecodedPng } from "fast-png";
import { DigitrainError, digitOf, type Model, type Picture } from "../index.js";
import { errorText, exitStatus, systemReason } from "./errors.js";
import { readModel } from "./files.js";
import { drawInBraille } from "./picture.js";
import { Screen } from "./screen.js";

interface PredictFlags {
  show?: boolean;
  json?: boolean;
}

const SIZE = 28;

/** Adds `digitrain predict`. */
export function addPredict(program: Command): void {
  program
    .command("predict")
    .description("tell which digits pictures show")
    .argument("<model>", "a safetensors file that train saved")
    .argument("<image...>", "PNG files of one digit each, dark on light or light on dark, of any size")
    .option("--show", "draw what the network sees")
    .option("--json", "print one JSON object a line: image, label, scores")
    .addHelpText(
      "after",
      `
Examples:
  digitrain predict model.safetensors seven.png
  digitrain predict model.safetensors --show digits/*.png
  digitrain predict model.safetensors --json digits/*.png`,
    )
    .action(run);
}

async function run(path: string, images: string[], { show = false, json = false }: PredictFlags) {
  const model = await readModel(path);
  if (model.layers[0] !== SIZE * SIZE) {
    const takes = `takes ${model.layers[0] ?? 0} numbers an image`;
    throw new DigitrainError(
      `${path}: the model ${takes}, but pictures become ${SIZE * SIZE} (${SIZE}x${SIZE})`,
    );
  }
  const screen = new Screen({ quiet: json });
  for (const image of images) {
    try {
      const pixels = await readDigit(image);
      const { label, scores } = model.classify(pixels);
      if (json) process.stdout.write(`${JSON.stringify({ image, label, scores: Array.from(scores) })}\n`);
      else screen.print(`${image}: ${label}  (${likeliest(model, scores)})`);
      if (show && !json) screen.print(drawInBraille(pixels, SIZE).join("\n"));
    } catch (error) {
      // The other pictures can be read all the same.
      process.stderr.write(`digitrain: ${errorText(error)}\n`);
      process.exitCode = exitStatus.failure;
    }
  }
}

/** The three best classes: with their probabilities, where the model was trained on cross-entropy, else their scores. */
function likeliest(model: Model, scores: Float32Array): string {
  const largest = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  const shown =
    model.loss === "cross-entropy"
      ? powers.map((power) => `${((100 * power) / sum).toFixed(1)} %`)
      : Array.from(scores, (score) => score.toFixed(3));
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  return order
    .slice(0, 3)
    .map((label) => `${label}: ${shown[label] ?? ""}`)
    .join(", ");
}

/** Reads a PNG file as a digit in MNIST's form. */
async function readDigit(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new DigitrainError(`${path}: the picture cannot be read: ${systemReason(error)}`);
  }
  let picture: Picture;
  try {
    picture = asRgba(decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DigitrainError(`${path}: this is no whole PNG file (${reason}); save the picture as PNG again`);
  }
  try {
    return digitOf(picture);
  } catch (error) {
    throw new DigitrainError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Any kind of PNG's pixels as 8-bit red, green, blue and alpha. */
function asRgba(png: DecodedPng): Picture {
  const { width, height } = png;
  const { samples, channels, largest } = samplesOf(png);
  const data = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const sample = (channel: number) => samples[pixel * channels + channel] ?? 0;
    const colours = channels < 3 ? [sample(0), sample(0), sample(0)] : [sample(0), sample(1), sample(2)];
    const hasAlpha = channels % 2 === 0;
    // A picture without alpha may name one colour that is transparent.
    const named = png.transparency;
    const isNamed = !hasAlpha && !png.palette && named && [...named].every((value, i) => value === sample(i));
    const alpha = hasAlpha ? sample(channels - 1) : isNamed ? 0 : largest;
    data.set(
      [...colours, alpha].map((value) => Math.round((255 * value) / largest)),
      4 * pixel,
    );
  }
  return { width, height, data };
}

/** The samples of a PNG, a palette's colours looked up, and the largest that one can be. */
function samplesOf(png: DecodedPng): { samples: ArrayLike<number>; channels: number; largest: number } {
  const { data, depth, channels, width, height, palette } = png;
  if (palette) {
    return { samples: convertIndexedToRgb(png), channels: palette[0]?.length ?? 3, largest: 255 };
  }
  const largest = 2 ** depth - 1;
  if (depth >= 8) return { samples: data, channels, largest };
  // Several grey samples a byte, the first in its highest bits, and each row in bytes of its own.
  const rowBytes = Math.ceil((width * depth) / 8);
  const samples = Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)] ?? 0;
    return (byte >> (8 - depth - (bit & 7))) & largest;
  });
  return { samples, channels, largest };
}
