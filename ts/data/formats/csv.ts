import { DigitrainError } from "../../base/errors.js";
import { inTurns } from "../../base/turns.js";
import type { Dataset } from "../dataset.js";
import { readBytes } from "../files.js";
import { decompress, isGzip } from "./gzip.js";
import { inOrder } from "./order.js";
import { MAX_LAYER_SIZE } from "../../core/limits.js";
import { toDataset, type Unchecked } from "../own.js";

/** What a CSV file of images holds. */
export interface CsvTable {
  /** Whole numbers 0..255 are pixels; where any number has a decimal point, an exponent or a sign, all are taken as they are. */
  readonly images: Uint8Array | Float32Array;
  /** What stands in each row's column of labels; undefined where there is no such column. */
  readonly labels: readonly string[] | undefined;
  readonly count: number;
}

/** How to read a CSV file. */
export interface CsvOptions {
  /** How many numbers an image has: a file of as many columns and no header has no labels. */
  inputs?: number | undefined;
  signal?: AbortSignal | undefined;
}

const [COMMA, NEWLINE, RETURN, ZERO, NINE] = [0x2c, 0x0a, 0x0d, 0x30, 0x39] as const;
const [POINT, MINUS, LETTER_E] = [0x2e, 0x2d, 0x65] as const;
const LABEL = /^(label|class)$/i;

/** A label and the numbers of the largest image. */
const MOST_COLUMNS = 1 + MAX_LAYER_SIZE;

/** A line's fields, without quotes and spaces around them. */
function fieldsOf(line: Uint8Array): string[] {
  const text = new TextDecoder().decode(line);
  return text.split(",").map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
}

/** Where each line that isn't empty begins and ends, a line's end not included. */
async function findLines(bytes: Uint8Array, signal?: AbortSignal): Promise<[start: number, end: number][]> {
  const lines: [number, number][] = [];
  // A byte order mark is no part of the first field.
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const add = (end: number) => {
    const trimmed = bytes[end - 1] === RETURN ? end - 1 : end;
    if (trimmed > start) lines.push([start, trimmed]);
    start = end + 1;
  };
  const search = (from: number, to: number) => {
    const part = bytes.subarray(0, to);
    for (let i = part.indexOf(NEWLINE, from); i >= 0; i = part.indexOf(NEWLINE, i + 1)) add(i);
  };
  await inTurns(bytes.length, search, signal);
  add(bytes.length);
  return lines;
}

/** How a file is laid out. */
interface Layout {
  /** The column of labels; -1 where there is none. */
  readonly labelColumn: number;
  readonly columns: number;
  /** How many lines the header takes: 0 or 1. */
  readonly headerLines: number;
}

/** Kaggle's form has a header that names the columns; without one the label comes first. */
function layoutOf(first: readonly string[], name: string, inputs: number | undefined): Layout {
  const columns = first.length;
  if (columns === 1)
    throw new DigitrainError(`${name}: the first line has no commas, which part a CSV file's columns`);
  const isNumber = (field: string) => field !== "" && Number.isFinite(Number(field));
  const isHeader = !first.slice(1).every(isNumber) || first.some((field) => LABEL.test(field));
  const firstIsLabel = columns === inputs ? -1 : 0;
  const labelColumn = isHeader ? first.findIndex((field) => LABEL.test(field)) : firstIsLabel;
  return { labelColumn, columns, headerLines: isHeader ? 1 : 0 };
}

/** Whether any number has a decimal point, an exponent or a sign. */
async function hasReals(
  bytes: Uint8Array,
  lines: readonly [number, number][],
  layout: Layout,
  signal?: AbortSignal,
): Promise<boolean> {
  let found = false;
  const look = (from: number, to: number) => {
    for (let row = from; row < to && !found; row++) {
      const [start, end] = lines[row] ?? [0, 0];
      let column = 0;
      for (let i = start; i < end && !found; i++) {
        const byte = bytes[i] ?? 0;
        if (byte === COMMA) column++;
        else if (column !== layout.labelColumn)
          found = byte === POINT || byte === MINUS || (byte | 0x20) === LETTER_E;
      }
    }
  };
  await inTurns(lines.length, look, signal);
  return found;
}

/** What a field says that isn't a whole number of a pixel's size; where it stands is for the error message. */
function readNumber(field: Uint8Array, isReal: boolean, where: () => string): number {
  const text = fieldsOf(field)[0] ?? "";
  const value = text === "" ? NaN : Number(text);
  if (!Number.isFinite(value))
    throw new DigitrainError(`${where()} holds "${text}" where a number should be`);
  if (isReal || (value >= 0 && value <= 255)) return value;
  throw new DigitrainError(
    `${where()} holds ${value}, but whole numbers are pixels from 0 to 255; write other numbers with a decimal point`,
  );
}

/** Reads rows one after another into their places. */
class RowParser {
  readonly images: Uint8Array | Float32Array;
  readonly labels: string[] = [];
  readonly #bytes: Uint8Array;
  readonly #name: string;
  readonly #layout: Layout;
  readonly #isReal: boolean;
  #position = 0;

  constructor(bytes: Uint8Array, name: string, layout: Layout, images: Uint8Array | Float32Array) {
    this.#bytes = bytes;
    this.#name = name;
    this.#layout = layout;
    this.#isReal = images instanceof Float32Array;
    this.images = images;
  }

  parse(row: number, start: number, end: number): void {
    const bytes = this.#bytes;
    let column = 0;
    for (let from = start; from <= end; column++) {
      let to = from;
      let value = 0;
      let isWhole = true;
      for (; to < end && bytes[to] !== COMMA; to++) {
        const byte = bytes[to] ?? 0;
        isWhole &&= byte >= ZERO && byte <= NINE;
        value = 10 * value + byte - ZERO;
      }
      const isPixel = isWhole && to > from && value <= 255;
      if (column === this.#layout.labelColumn) this.labels.push(this.#readLabel(row, from, to));
      else if (isPixel) this.images[this.#position++] = value;
      else this.images[this.#position++] = this.#readNumber(row, column, from, to);
      from = to + 1;
    }
    const { columns, headerLines } = this.#layout;
    if (column === columns) return;
    const other = headerLines === 1 ? "the header" : "the first row";
    throw new DigitrainError(
      `${this.#name}: row ${row + 1} has ${column} columns, but ${other} has ${columns}`,
    );
  }

  #readLabel(row: number, from: number, to: number): string {
    const label = fieldsOf(this.#bytes.subarray(from, to))[0] ?? "";
    if (label === "") throw new DigitrainError(`${this.#name}: row ${row + 1} has no label`);
    return label;
  }

  #readNumber(row: number, column: number, from: number, to: number): number {
    const where = () => `${this.#name}: column ${column + 1} of row ${row + 1}`;
    return readNumber(this.#bytes.subarray(from, to), this.#isReal, where);
  }
}

/**
 * Parses a CSV file of images, as {@link readCsv}.
 * @param name the file's name, for error messages
 */
export async function parseCsv(
  bytes: Uint8Array,
  name: string,
  { inputs, signal }: CsvOptions = {},
): Promise<CsvTable> {
  const lines = await findLines(bytes, signal);
  const [first] = lines;
  if (!first) throw new DigitrainError(`${name}: the file is empty`);
  const firstLine = bytes.subarray(...first);
  const commas = firstLine.reduce((count, byte) => count + Number(byte === COMMA), 0);
  if (commas >= MOST_COLUMNS)
    throw new DigitrainError(
      `${name}: the first line has ${commas + 1} columns, but at most ${MOST_COLUMNS} are read`,
    );
  const layout = layoutOf(fieldsOf(firstLine), name, inputs);
  const { labelColumn, columns, headerLines } = layout;
  const rows = lines.slice(headerLines);
  if (rows.length === 0) throw new DigitrainError(`${name}: there are no rows under the header`);
  const numbers = columns - (labelColumn < 0 ? 0 : 1);
  if (numbers === 0) throw new DigitrainError(`${name}: there is no column beside the labels`);
  const length = rows.length * numbers;
  const isReal = await hasReals(bytes, rows, layout, signal);
  const parser = new RowParser(
    bytes,
    name,
    layout,
    isReal ? new Float32Array(length) : new Uint8Array(length),
  );
  const parse = (from: number, to: number) => {
    rows.slice(from, to).forEach(([start, end], i) => {
      parser.parse(from + i, start, end);
    });
  };
  await inTurns(rows.length, parse, signal);
  const { images, labels } = parser;
  return { images, labels: labelColumn < 0 ? undefined : labels, count: rows.length };
}

/**
 * What labels stand for: themselves, where all are whole numbers, else the places of their names in order.
 * @param name the training file's name, for error messages
 */
function numberLabels(
  texts: readonly (readonly string[])[],
  name: string,
): {
  classNames: string[] | undefined;
  numbers: number[][];
} {
  const distinct = [...new Set(texts.flat())];
  if (distinct.every((text) => /^\d+$/.test(text)))
    return { classNames: undefined, numbers: texts.map((labels) => labels.map(Number)) };
  if (distinct.length < 2 || distinct.length > MAX_LAYER_SIZE)
    throw new DigitrainError(
      `${name}: its labels name ${distinct.length} classes, but a network takes 2 to ${MAX_LAYER_SIZE}`,
    );
  const classNames = inOrder(distinct);
  const places = new Map(classNames.map((name, i) => [name, i]));
  return { classNames, numbers: texts.map((labels) => labels.map((label) => places.get(label) ?? -1)) };
}

/** Whether a file's name is that of a CSV file, compressed with gzip or not. */
export function isCsvName(name: string): boolean {
  return /\.csv(\.gz)?$/i.test(name);
}

/**
 * Reads a CSV file of images, compressed with gzip or not, a row each: in Kaggle's form, with a header
 * (label,pixel0,...), or without one, where the label comes first. Labels may be any texts.
 * @throws DigitrainError for no rows, a row of another length, and what is no number.
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<CsvTable> {
  const bytes = await readBytes(path, options.signal);
  return parseCsv(isGzip(bytes) ? await decompress(bytes, path) : bytes, path, options);
}

/**
 * Reads a data set from CSV files in the forms of {@link readCsv}.
 * @param test the path of test images; a file without labels, as Kaggle's, counts as none
 * @throws DigitrainError for training images without labels, and as {@link readCsv}
 */
export async function readCsvDataset(
  path: { name: string; train: string; test?: string | undefined },
  signal?: AbortSignal,
): Promise<Dataset> {
  const train = await readCsv(path.train, { signal });
  if (!train.labels)
    throw new DigitrainError(`${path.train}: there is no column "label", which training needs`);
  const inputs = train.images.length / train.count;
  const test = path.test === undefined ? undefined : await readCsv(path.test, { inputs, signal });
  if (path.test !== undefined && test && !test.labels && test.images.length !== test.count * inputs)
    throw new DigitrainError(
      `${path.test}: there is no column "label", and ${test.images.length / test.count} others where images have ${inputs}`,
    );
  const { classNames, numbers } = numberLabels([train.labels, test?.labels ?? []], path.train);
  // Numbers that are used as they are in one file are no pixels in the other.
  const areReal = [train, test].some((table) => table?.labels && table.images instanceof Float32Array);
  const unchecked = ({ images }: CsvTable, labels: number[] = [], called: string): Unchecked => {
    return {
      images: areReal && images instanceof Uint8Array ? Float32Array.from(images) : images,
      labels,
      called: { images: called, labels: called },
    };
  };
  return toDataset(
    {
      name: path.name,
      train: unchecked(train, numbers[0], path.train),
      test: test?.labels && unchecked(test, numbers[1], path.test ?? ""),
      leastClasses: inputs === 784 ? 10 : 2,
      classNames,
    },
    signal,
  );
}
