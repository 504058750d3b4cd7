// What the peers in JavaScript share: their arguments, the data, the initial weights, and their one line of JSON.
import { readFileSync } from "node:fs";
import { endianness } from "node:os";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

/** The arguments that every peer takes; `extra` names further ones, all strings. */
export function readArguments(...extra) {
  const names = ["data", "initial", "epochs", "batch-size", "learning-rate", "threads", "limit", ...extra];
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
  });
  return {
    ...values,
    epochs: Number(values.epochs),
    threads: Number(values.threads),
    batchSize: Number(values["batch-size"] ?? 128),
    learningRate: Number(values["learning-rate"] ?? 1e-3),
    limit: Number(values.limit ?? 60_000),
  };
}

/** The images as float32 in [0, 1], row after row, and their one-hot labels. */
export function readTrainingSet(directory, limit) {
  const read = (name, header) => gunzipSync(readFileSync(`${directory}/${name}-ubyte.gz`)).subarray(header);
  const images = Float32Array.from(
    read("train-images-idx3", 16).subarray(0, limit * 784),
    (pixel) => pixel / 255,
  );
  const labels = read("train-labels-idx1", 8).subarray(0, limit);
  const targets = new Float32Array(labels.length * 10);
  labels.forEach((label, i) => (targets[10 * i + label] = 1));
  return { images, targets, count: labels.length };
}

/** The parameters w1, b1, w2, ... as { shape, values }. */
export function readParameters(path) {
  if (endianness() !== "LE") throw new Error("safetensors are read on little-endian machines only");
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, start));
  const names = Object.keys(header).filter((name) => name !== "__metadata__");
  const inOrder = Array.from({ length: names.length / 2 }, (_, i) => [`w${i + 1}`, `b${i + 1}`]).flat();
  return inOrder.map((name) => {
    const {
      shape,
      data_offsets: [from, to],
    } = header[name];
    // Copied, for a Float32Array must begin at a multiple of four.
    return {
      shape,
      values: new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer),
    };
  });
}

/** Calls `epoch()`, which gives the losses of its steps (or of every `lossEvery`-th), and reports. */
export async function run({ epochs }, version, epoch, more = {}) {
  const seconds = [];
  const losses = [];
  for (let i = 0; i < epochs; i++) {
    const begun = performance.now();
    const ofEpoch = await epoch();
    seconds.push((performance.now() - begun) / 1000);
    losses.push(...ofEpoch);
  }
  process.stdout.write(`${JSON.stringify({ version, seconds, losses, ...more })}\n`);
}
