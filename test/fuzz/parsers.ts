import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { decode as decodeFastPng } from "fast-png";
import { type UnzipFileInfo, unzipSync, zipSync } from "fflate";
import jpeg from "jpeg-js";
import { DigitrainError } from "../../ts/base/errors.js";
import { type Dataset, inputsOf } from "../../ts/data/dataset.js";
import { type CsvTable, parseCsv } from "../../ts/data/formats/csv.js";
import { decompress, decompressParts } from "../../ts/data/formats/gzip.js";
import { type Idx, parseIdxImages, parseIdxLabels } from "../../ts/data/formats/idx.js";
import { type NpyArray, parseNpy } from "../../ts/data/formats/npy.js";
import { readNpz } from "../../ts/data/formats/npz.js";
import { ZipArchive } from "../../ts/data/formats/zip.js";
import { decodePicture } from "../../ts/data/pictures/decode.js";
import type { Picture } from "../../ts/data/pictures/grid.js";
import { digitOf, readDigit } from "../../ts/data/pictures/picture.js";
import { Model } from "../../ts/model/model.js";
import { type Checkpoint, readCheckpoint } from "../../ts/training/checkpoint.js";
import { resolveOptions } from "../../ts/training/resolve.js";
import type { TrainOptions } from "../../ts/training/options.js";
import * as data from "./corpus/data.js";
import * as models from "./corpus/models.js";
import * as pictures from "./corpus/pictures.js";
import { mutants } from "./mutate.js";

/** What is read, and what must be true of what comes out. */
export interface Target<Result = unknown> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Uint8Array>;
  /** @throws DigitrainError where it refuses the input. */
  readonly read: (input: Uint8Array) => Result | Promise<Result>;
  /** Reads the input a second time in another way, as far as that is simple, and compares. */
  readonly check?: (result: Result, input: Uint8Array) => void | Promise<void>;
}

/** A target among others, which needn't know what it reads. */
const target = <Result>(one: Target<Result>) => one as Target;

/** What is thrown other than a refusal goes on. */
function unlessRefused<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DigitrainError) return undefined;
    throw error;
  }
}

/** What another decoder makes of a file; undefined where it refuses it, or would take long. */
function otherwise<Result>(input: Uint8Array, decode: () => Result): Result | undefined {
  if (input.length > 20_000) return undefined;
  try {
    return decode();
  } catch {
    return undefined;
  }
}

const product = (sizes: readonly (number | bigint)[]) =>
  sizes.reduce((all: bigint, size) => all * BigInt(size), 1n);
const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

const IDX_BYTES: Readonly<Record<number, number>> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };

/** An IDX file's sizes and the bytes it must have, by BigInts. */
function checkIdx({ sizes, values }: Idx<ArrayLike<number>>, input: Uint8Array): void {
  const view = viewOf(input);
  const count = input[3] ?? 0;
  deepStrictEqual(sizes.slice(0, 1), [view.getUint32(4)]);
  const said = Array.from({ length: count }, (_, i) => BigInt(view.getUint32(4 + 4 * i)));
  const length = BigInt(4 + 4 * count) + product(said) * BigInt(IDX_BYTES[input[2] ?? 0] ?? 0);
  ok(length <= BigInt(input.length), "more is said than there is");
  strictEqual(BigInt(values.length), product(sizes));
  if (input[2] === 8 && count === sizes.length)
    deepStrictEqual([...(values as Uint8Array)], [...input.subarray(4 + 4 * count, Number(length))]);
}

const idx = target({
  name: "idx",
  inputs: mutants(data.idx),
  read(input) {
    const images = unlessRefused(() => parseIdxImages(input, "f"));
    return {
      images,
      labels: images ? unlessRefused(() => parseIdxLabels(input, "f")) : parseIdxLabels(input, "f"),
    };
  },
  check({ images, labels }, input) {
    if (images) checkIdx(images, input);
    if (labels) checkIdx(labels, input);
  },
});

/** An array's sizes as its header says them, its numbers of bytes by BigInts, and each item. */
function checkNpy({ shape, length, at, textAt, bytes }: NpyArray, input: Uint8Array): void {
  const start =
    input[6] === 1 ? 10 + viewOf(input).getUint16(8, true) : 12 + viewOf(input).getUint32(8, true);
  const header = new TextDecoder().decode(input.subarray(10, start));
  const said = [...header.matchAll(/'shape'\s*:\s*\(([^)]*)\)/g)].at(-1)?.[1] ?? "";
  const sizes = said.match(/\d+/g)?.map(BigInt) ?? [];
  const width = [...header.matchAll(/'descr'\s*:\s*'.([a-zA-Z])(\d+)'/g)].at(-1) ?? [];
  const size = BigInt(width[2] ?? 0) * (width[1] === "U" ? 4n : 1n);
  strictEqual(product(sizes) * size, BigInt(input.length - start));
  strictEqual(BigInt(length), product(sizes));
  strictEqual(shape.length, sizes.length);
  if (bytes) strictEqual(bytes.length, input.length - start);
  for (let i = 0; i < Math.min(length, 5000); i++)
    ok(typeof at(i) === "number" && typeof textAt(i) === "string");
}

const npy = target({
  name: "npy",
  inputs: mutants(data.npyKind),
  read: (input) => parseNpy(input, "f"),
  check: checkNpy,
});

/** What is true of any data set. */
function checkData({ train, test, validation, classes, classNames, remarks = [] }: Dataset): void {
  for (const examples of [train, test, validation]) {
    if (!examples) continue;
    strictEqual(examples.labels.length, examples.count);
    strictEqual(examples.images.length, examples.count * inputsOf(examples));
    strictEqual(inputsOf(examples), inputsOf(train));
    ok(examples.labels.every((label) => label >= 0 && label < classes));
    ok(examples.images.every(Number.isFinite));
  }
  if (classNames) strictEqual(classNames.length, classes);
  ok(remarks.every(({ text }) => !/\n|undefined/.test(text)));
}

/** The three arrays as an .npz file, the first of them changed, whose checksums are right. */
const packed = fc
  .tuple(mutants(data.arrays), mutants(data.arrays), fc.constantFrom(...data.npzNames), fc.boolean())
  .map(([images, labels, [x, y], isDeflated]) =>
    zipSync({ [x]: images, [y]: labels }, { level: isDeflated ? 6 : 0 }),
  );

const npz = target({
  name: "npz",
  inputs: fc.oneof(mutants(data.npzKind), packed),
  read: (input) => readNpz(input, "f.npz"),
  check: checkData,
});

const zip = target({
  name: "zip",
  inputs: mutants(data.npzKind),
  async read(input) {
    const archive = new ZipArchive(input, "f");
    return Promise.all(archive.names.map(async (name) => [name, await archive.read(name)] as const));
  },
  check(files, input) {
    // A library that looks at no checksums.
    const isPlain = ({ compression, originalSize }: UnzipFileInfo) =>
      (compression === 0 || compression === 8) && originalSize < 1e7;
    const others = otherwise(input, () => unzipSync(input, { filter: isPlain })) ?? {};
    for (const [name, bytes] of files) if (others[name]) deepStrictEqual(bytes, others[name]);
  },
});

const gzip = target({
  name: "gzip",
  inputs: mutants(data.gzip),
  read: (input) => decompress(input, "f"),
  check(result, input) {
    ok(Buffer.compare(result, gunzipSync(input)) === 0, "zlib reads something else");
  },
});

async function* inParts(input: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < input.length; start += size)
    yield await Promise.resolve(input.subarray(start, start + size));
}

const csvOf = (input: Uint8Array, size: number) =>
  parseCsv(decompressParts(inParts(input, size), "f"), "f", {});

/** What a table holds where it is as simple as can be: whole numbers and commas, with the labels named and first. */
function checkSimple({ images, labels, labelTexts }: CsvTable, text: string): void {
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const isSimple =
    /^label(,pixel\d+)+$/.test(header) && lines.every((line) => /^\d{1,3}(,\d{1,3})+$/.test(line));
  if (!isSimple) return;
  const table = lines.map((line) => line.split(",").map(Number));
  deepStrictEqual(
    [...images],
    table.flatMap((row) => row.slice(1)),
  );
  deepStrictEqual(
    labels && Array.from(labels, (label) => Number(labelTexts[label])),
    table.map(([label]) => label),
  );
}

const csv = target({
  name: "csv",
  inputs: mutants(data.csv),
  read: (input) => csvOf(input, 2 ** 18),
  async check(table, input) {
    const { images, labels, labelTexts, count } = table;
    ok(count > 0 && images.length % count === 0);
    ok(images.every(Number.isFinite));
    if (labels) ok(labels.length === count && labels.every((label) => labelTexts[label] !== undefined));
    checkSimple(table, new TextDecoder().decode(input));
    if (input.length < 5000) deepStrictEqual(await csvOf(input, 97), table);
  },
});

/** What is true of any model that was read. */
function checkModel(model: Model): void {
  for (const { values, shape } of model.parameters.values()) {
    strictEqual(BigInt(values.length), product(shape));
    ok(values.every(Number.isFinite));
  }
  deepStrictEqual(Model.fromFile(model.toSafetensors()), model);
  deepStrictEqual(Model.fromFile(model.toOnnx()), model);
  model.activations(new Uint8Array(model.layers[0] ?? 0));
}

const modelIn = (input: Uint8Array) => Model.fromFile(input, "f", { onNotice: () => undefined });

const safetensors = target({
  name: "safetensors",
  inputs: mutants(models.safetensors),
  read: modelIn,
  check(model, input) {
    checkModel(model);
    const start = 8 + Number(viewOf(input).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(input.subarray(8, start))) as Record<string, unknown>;
    for (const [name, { values }] of model.parameters) {
      const entry = header[name] as { dtype: string; data_offsets: [number, number] } | undefined;
      if (entry?.dtype !== "F32") continue;
      const [from, to] = entry.data_offsets;
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      deepStrictEqual(bytes, input.slice(start + from, start + to));
    }
  },
});

const onnx = target({ name: "onnx", inputs: mutants(models.onnx), read: modelIn, check: checkModel });

const checkpoint = target<Checkpoint>({
  name: "checkpoint",
  inputs: mutants(models.checkpoint),
  read: (input) => readCheckpoint(input, "f"),
  check({ progress, stepsPerEpoch, options, layers, parameters, moments }) {
    strictEqual(progress.losses.length, progress.epoch * stepsPerEpoch + progress.step);
    strictEqual(progress.epochs.length, progress.epoch);
    ok(progress.epoch <= options.epochs && progress.step <= stepsPerEpoch);
    strictEqual(layers.join(), "4,3,2");
    for (const values of [parameters, ...moments]) ok(values.length === 23 && values.every(Number.isFinite));
  },
});

/** Red, green, blue and alpha of what fast-png makes, for pictures of 8 bits without a transparent colour. */
function fastPng(input: Uint8Array): (number[] | undefined)[] | undefined {
  const { width, height, data, depth, channels, palette } = decodeFastPng(input, { checkCrc: true });
  if (depth !== 8 || Buffer.from(input).includes("tRNS")) return undefined;
  return Array.from({ length: width * height }, (_, i) => {
    const [first = 0, second = 0, third = 0, fourth = 255] = data.subarray(i * channels, (i + 1) * channels);
    if (palette) return palette[first]?.slice(0, 3);
    return channels < 3
      ? [first, first, first, channels === 2 ? second : 255]
      : [first, second, third, fourth];
  });
}

function checkPicture({ width, height, data }: Picture): void {
  strictEqual(data.length, 4 * width * height);
  ok(width > 0 && height > 0 && width * height <= 1_600_000);
}

const png = target<Picture>({
  name: "png",
  inputs: mutants(pictures.pngKind),
  read: (input) => decodePicture(input, "f"),
  check(picture, input) {
    checkPicture(picture);
    const isPlain = !["CgBI", "eXIf"].some((type) => Buffer.from(input).includes(type));
    const others =
      isPlain && picture.data.length < 40_000 ? otherwise(input, () => fastPng(input)) : undefined;
    others?.forEach((other, i) => {
      const pixel = [...picture.data.subarray(4 * i, 4 * i + 4)];
      // Of what is transparent the colour is nothing.
      if (other && (other[3] ?? 255) > 0) deepStrictEqual(pixel.slice(0, other.length), other, `pixel ${i}`);
    });
  },
});

/** Whether a JPEG file's pixels and their code are a whole file's: what damaged ones show, each decoder decides. */
function hasWholePixels(input: Uint8Array): boolean {
  const pixelsOf = (bytes: Uint8Array) => {
    const all = Buffer.from(bytes);
    return all.subarray(all.indexOf(Uint8Array.of(0xff, 0xc4)));
  };
  return pictures.jpegKind.seeds.some((seed) => pixelsOf(seed).equals(pixelsOf(input)));
}

/** How many components a JPEG file's header says. */
function componentsOf(input: Uint8Array): number | undefined {
  const bytes = Buffer.from(input);
  const frames = [0xc0, 0xc1, 0xc2].map((mark) => bytes.indexOf(Uint8Array.of(0xff, mark)));
  return input[Math.max(...frames) + 9];
}

/** Where decoders differ by rounding, and by how they draw out colours. */
const MEAN_DIFFERENCE = 6;

const jpegTarget = target<Picture>({
  name: "jpeg",
  inputs: mutants(pictures.jpegKind),
  read: (input) => decodePicture(input, "f"),
  check(picture, input) {
    checkPicture(picture);
    // Four inks, and notes of Adobe's on colours, mean other things to others.
    const isPlain = !["Exif", "Adobe"].some((name) => Buffer.from(input).includes(name));
    if (picture.data.length > 40_000 || !isPlain || componentsOf(input) === 4 || !hasWholePixels(input))
      return;
    const decode = () =>
      jpeg.decode(input, { useTArray: true, maxMemoryUsageInMB: 64, tolerantDecoding: false });
    const other = otherwise(input, decode);
    if (other?.data.length !== picture.data.length) return;
    const differences = other.data.reduce(
      (sum, value, i) => sum + Math.abs(value - (picture.data[i] ?? 0)),
      0,
    );
    ok(
      differences / picture.data.length < MEAN_DIFFERENCE,
      `it differs by ${differences / picture.data.length}`,
    );
  },
});

/** A picture in greys: its size, what its ink is said to be, and its pixels, over and over. */
function pictureOf([across = 0, down = 0, ink = 0, ...greys]: Uint8Array) {
  const [width, height] = [across % 50, down % 50];
  const data = new Uint8Array(4 * (width + 1) * (height + 1));
  for (let i = 0; i < data.length / 4; i++) {
    const grey = greys[i % greys.length] ?? 0;
    data.set([grey, grey, (ink & 4) > 0 ? 255 - grey : grey, (ink & 8) > 0 ? grey : 255], 4 * i);
  }
  const inks = ["auto", "dark", "light"] as const;
  return {
    picture: { width: width + 1, height: height + 1, data },
    options: { ink: inks[(ink & 3) % 3] ?? "auto" },
  };
}

const picture = target({
  name: "picture",
  inputs: mutants(pictures.picture),
  read(input) {
    const { picture, options } = pictureOf(input);
    return digitOf(picture, options);
  },
  async check(digit, input) {
    strictEqual(digit.length, 784);
    ok(digit.some((value) => value > 0));
    const { picture, options } = pictureOf(input);
    deepStrictEqual((await readDigit(picture, options)).pixels, digit);
  },
});

const options = target({
  name: "options",
  inputs: mutants(data.options),
  read(input) {
    let given: unknown;
    try {
      given = JSON.parse(new TextDecoder().decode(input));
    } catch {
      throw new DigitrainError("no JSON");
    }
    return resolveOptions(given as TrainOptions);
  },
  check({ hidden, epochs, learningRate, batchSize }) {
    ok([epochs, learningRate, batchSize, ...hidden].every(Number.isFinite));
    ok(hidden.every((size) => Number.isInteger(size) && size > 0));
  },
});

/** All that is read from elsewhere. */
export const targets: readonly Target[] = [
  idx,
  npy,
  npz,
  zip,
  gzip,
  csv,
  safetensors,
  onnx,
  checkpoint,
  png,
  jpegTarget,
  picture,
  options,
];
