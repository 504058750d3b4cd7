import { concatenate } from "../../base/concatenate.js";
import Papa from "papaparse";
import { counted } from "../../base/format.js";
import { toPath } from "../../base/path.js";
import { DigitrainError } from "../../base/errors.js";
import { Pace } from "../../base/turns.js";
import type { Dataset } from "../dataset.js";
import { partsOf } from "../files.js";
import { toDataset, type Unchecked } from "../own.js";
import { rangeOf } from "../range.js";
import type { Remark } from "../remark.js";
import { type LayoutOptions, layoutOf } from "./csv/layout.js";
import { newlineOf, NEWLINE, RETURN, RowParser, SPACE, TAB } from "./csv/rows.js";
import { decodeText, isUtf8, textParts } from "./csv/text.js";
import { decompressParts } from "./gzip.js";
import { digitNamed } from "./labelled.js";
import { inOrder } from "./names.js";

/** What a CSV file of images holds. */
export interface CsvTable {
  /** Whole numbers 0..255 are pixels; where any number has a decimal point, an exponent or a sign, all are taken as they are. */
  readonly images: Uint8Array | Float32Array;
  /** Which of `labelTexts` each row has; undefined where there is no column of labels. */
  readonly labels: Int32Array | undefined;
  /** The labels that there are, in the order that they come in. */
  readonly labelTexts: readonly string[];
  readonly count: number;
  /** What was left out or guessed. */
  readonly remarks: readonly Remark[];
}

/** How to read a CSV file. */
export interface CsvOptions extends LayoutOptions {
  signal?: AbortSignal | undefined;
}

/** What separates columns, the surest first: a comma may be a decimal one. */
const DELIMITERS = ["\t", ";", "|", ","];
/** So many rows, in so many bytes, tell how a file is laid out. */
const HEAD = { rows: 200, bytes: 2 ** 20 };

/** The character that each of the first lines has, as often as the others; else spaces. */
function delimiterOf(lines: readonly string[]): string {
  const outsideQuotes = lines.map((line) => line.replace(/"[^"]*"/g, ""));
  const isInAll = (delimiter: string) => outsideQuotes.every((line) => line.includes(delimiter));
  const found = DELIMITERS.find(isInAll);
  if (found !== undefined) return found;
  return lines.every((line) => line.trim().includes(" ")) ? " " : ",";
}

/** Makes a tab of each run of spaces, but for those at a line's ends. */
class SpacesToTabs {
  #last: number = NEWLINE;
  #isPending = false;

  convert(bytes: Uint8Array): Uint8Array {
    const converted = new Uint8Array(bytes.length + 1);
    let length = 0;
    for (const byte of bytes) {
      if (byte === SPACE || byte === TAB) {
        this.#isPending = this.#last !== NEWLINE && this.#last !== RETURN;
        continue;
      }
      if (this.#isPending && byte !== NEWLINE && byte !== RETURN) converted[length++] = TAB;
      this.#isPending = false;
      this.#last = byte;
      converted[length++] = byte;
    }
    return converted.subarray(0, length);
  }
}

/** The bytes that a file begins with, as many as tell how it is laid out, and whether they are all. */
async function readHead(parts: AsyncIterator<Uint8Array>): Promise<{ head: Uint8Array; isWhole: boolean }> {
  const taken: Uint8Array[] = [];
  let length = 0;
  let lines = 0;
  let isWhole = false;
  while (length < HEAD.bytes && lines <= HEAD.rows) {
    const part = await parts.next();
    isWhole = part.done === true;
    if (part.done) break;
    taken.push(part.value);
    length += part.value.length;
    for (let i = part.value.indexOf(NEWLINE); i >= 0; i = part.value.indexOf(NEWLINE, i + 1)) lines++;
  }
  return { head: concatenate(Uint8Array, taken), isWhole };
}

/** How many bytes of a text come before its `index`th character, which may be in any encoding of ASCII's kind. */
function bytesBefore(bytes: Uint8Array, text: string, index: number): number {
  return isUtf8(bytes) ? new TextEncoder().encode(text.slice(0, index)).length : index;
}

/** Where the table begins: behind the lines of remarks above it, such as numpy's. */
function tableStart(text: string): number {
  return /^(?:[ \t]*[\r\n]+|#[^\r\n]*[\r\n]+)*/.exec(text)?.[0].length ?? 0;
}

/**
 * Parses a CSV file of images, as {@link readCsv}.
 * @param name the file's name, for error messages
 */
export async function parseCsv(
  file: AsyncIterable<Uint8Array>,
  name: string,
  options: CsvOptions = {},
): Promise<CsvTable> {
  options.signal?.throwIfAborted();
  const parts = textParts(file, name);
  try {
    return await parseParts(parts, name, options);
  } finally {
    // A file that isn't read to its end is closed.
    await parts.return(undefined);
  }
}

async function parseParts(
  parts: AsyncIterator<Uint8Array>,
  name: string,
  { signal, ...options }: CsvOptions,
): Promise<CsvTable> {
  const { head: raw, isWhole } = await readHead(parts);
  const rawText = decodeText(raw);
  const start = tableStart(rawText);
  const firstLines = rawText
    .slice(start)
    .split(/[\r\n]+/, 5)
    .filter((line) => line !== "");
  if (firstLines.length === 0) throw new DigitrainError(`${name}: the file is empty`);
  // The last line may be cut off.
  const found = delimiterOf(isWhole ? firstLines : firstLines.slice(0, Math.max(1, firstLines.length - 1)));
  const spaces = found === " ";
  const delimiter = spaces ? "\t" : found;
  const converter = spaces ? new SpacesToTabs() : undefined;
  const table = raw.subarray(bytesBefore(raw, rawText, start));
  const head = converter?.convert(table) ?? table;
  const text = decodeText(head);
  const form = { delimiter, newline: newlineOf(text) };
  const records = Papa.parse<string[]>(text, { ...form, skipEmptyLines: true, preview: HEAD.rows }).data;
  // What comes last may be cut off.
  if (!isWhole && records.length > 1 && records.length < HEAD.rows) records.pop();
  const layout = layoutOf(records, name, options);
  const rows = new RowParser(name, layout, delimiter.charCodeAt(0));
  const pace = new Pace();
  const headerEnd = layout.hasHeader ? bytesBefore(head, text, endOfRecord(text, form)) : 0;
  rows.add(head.subarray(headerEnd));
  for (let part = await parts.next(); !part.done; part = await parts.next()) {
    rows.add(converter?.convert(part.value) ?? part.value);
    await pace.rest(signal);
  }
  rows.end();
  if (rows.table.count === 0) throw new DigitrainError(`${name}: there are no rows under the header`);
  const { areWhole, ...read } = rows.table;
  const images = pixelsOf(read.images, areWhole, layout.values);
  const remarks = [...layout.remarks];
  if (!isUtf8(raw))
    remarks.push({
      kind: "converted",
      text: `${name}: the text is not in UTF-8; it was read as Windows-1252 (Latin-1)`,
    });
  if (images !== read.images)
    remarks.push({
      kind: "converted",
      text: `${name}: the numbers reach from 0 to 255, and are taken for pixels: the network sees them divided by 255`,
    });
  return { ...read, images, remarks };
}

/** Where a text's first record ends, as whatever found its fields takes quotes. */
function endOfRecord(text: string, form: { delimiter: string; newline: "\r\n" | "\n" | "\r" }): number {
  // The fast mode counts a record more.
  return Papa.parse(text, { ...form, preview: 1, fastMode: false }).meta.cursor;
}

/** So many numbers make the smallest image whose numbers may be told to be pixels: 7x7. */
const LEAST_PIXELS = 49;

/**
 * Pixels that were written as real numbers, such as `0.0,255.0`: bytes, or where some aren't whole, numbers 0..1. Only
 * rows of a square image's size are images, and only what goes beyond 127 is taken for pixels.
 */
function pixelsOf(images: CsvTable["images"], areWhole: boolean, inputs: number): CsvTable["images"] {
  if (images instanceof Uint8Array || inputs < LEAST_PIXELS || !Number.isInteger(Math.sqrt(inputs)))
    return images;
  const { minimum, maximum } = rangeOf(images);
  if (minimum < 0 || maximum <= 127 || maximum > 255) return images;
  return areWhole ? Uint8Array.from(images) : images.map((value) => value / 255);
}

/**
 * What labels stand for: themselves, where all are whole numbers, else the places of their names in order.
 * @param name the training file's name, for error messages
 */
function numberLabels(
  tables: readonly (CsvTable | undefined)[],
  name: string,
): { classNames: string[] | undefined; numbers: (Int32Array | undefined)[] } {
  const distinct = [...new Set(tables.flatMap((table) => table?.labelTexts ?? []))];
  // Ten words are digits, as directories of these names are.
  const areWords = distinct.length === 10 && distinct.every((text) => digitNamed(text) !== undefined);
  const areNumbers = areWords || distinct.every((text) => /^\d+$/.test(text));
  const classNames = areNumbers ? undefined : inOrder(distinct);
  if (classNames && classNames.length < 2)
    throw new DigitrainError(
      `${name}: its labels name 1 class, ${classNames.join("")}, but at least 2 are needed`,
    );
  const places = classNames && new Map(classNames.map((name, i) => [name, i]));
  const numbers = tables.map((table) => {
    const values = table?.labelTexts.map((text) => places?.get(text) ?? digitNamed(text) ?? Number(text));
    return table?.labels?.map((label) => values?.[label] ?? -1);
  });
  return { classNames, numbers };
}

/** Whether a file's name is that of a CSV file, compressed with gzip or not. */
export function isCsvName(name: string): boolean {
  return /\.(csv|tsv)(\.gz)?$/i.test(name);
}

/**
 * Reads a CSV file of images, compressed with gzip or not, a row each. Columns are separated by commas, semicolons,
 * tabs, bars or spaces, texts may be in quotes, and in UTF-8, UTF-16 or Latin-1. A header may name the columns; the
 * labels' is the one called label, class, target, y or digit, else the first or the last, whichever looks like labels,
 * or several, one-hot. Labels may be any texts. Columns that number the rows are left out.
 * @throws DigitrainError for no rows, a row of another length, and what is no number.
 */
export async function readCsv(place: string | URL, options: CsvOptions = {}): Promise<CsvTable> {
  const path = toPath(place);
  return parseCsv(decompressParts(partsOf(path, options.signal), path), path, options);
}

/** The CSV files of a data set. */
export interface CsvFiles {
  /** What the data set is called. */
  readonly name: string;
  readonly train: string;
  readonly validation?: string | undefined;
  readonly test?: string | undefined;
}

/** Reads the file of another part, whose images must be as large as those of training. */
async function readOther(path: string, inputs: number, options: CsvOptions): Promise<CsvTable> {
  const table = await readCsv(path, { ...options, inputs });
  if (table.labels || table.images.length === table.count * inputs) return table;
  throw new DigitrainError(
    `${path}: there is no column "label", and ${table.images.length / table.count} others where images have ${inputs}`,
  );
}

/**
 * Reads a data set from CSV files in the forms of {@link readCsv}. A file of test or validation images without labels, as
 * Kaggle's, counts as none; without test images those for validation are these.
 * @throws DigitrainError for training images without labels, and as {@link readCsv}
 */
export async function readCsvDataset(
  files: CsvFiles,
  { labelColumn, signal }: CsvOptions = {},
): Promise<Dataset> {
  const train = await readCsv(files.train, { labelColumn, signal });
  const inputs = train.images.length / train.count;
  if (!train.labels)
    throw new DigitrainError(
      `${files.train}: it has ${counted(train.count, "row")} of ${inputs} numbers, but no column of labels, such as "label", which training needs; name it with --label (labelColumn)`,
    );
  const others = { labelColumn, signal };
  const read = async (path: string | undefined) =>
    path === undefined ? undefined : readOther(path, inputs, others);
  const validation = await read(files.validation);
  const test = await read(files.test);
  const tables = [train, validation, test];
  const { classNames, numbers } = numberLabels(tables, files.train);
  // Numbers that are used as they are in one file are no pixels in the others.
  const areReal = tables.some((table) => table?.labels && table.images instanceof Float32Array);
  const unchecked = ({ images }: CsvTable, labels: Int32Array | undefined, path = ""): Unchecked => ({
    images: areReal && images instanceof Uint8Array ? Float32Array.from(images) : images,
    labels: labels ?? [],
    called: { images: path, labels: path },
  });
  const ofValidation = validation?.labels && unchecked(validation, numbers[1], files.validation);
  const ofTest = test?.labels && unchecked(test, numbers[2], files.test);
  const data = await toDataset(
    {
      name: files.name,
      train: unchecked(train, numbers[0], files.train),
      test: ofTest ?? ofValidation,
      validation: ofTest && ofValidation,
      leastClasses: inputs === 784 ? 10 : 2,
      classNames,
    },
    signal,
  );
  const remarks = tables.flatMap((table) => table?.remarks ?? []);
  for (const [part, table] of Object.entries({ validation, test })) {
    if (!table || table.labels) continue;
    const path = part === "test" ? files.test : files.validation;
    const text = `${path ?? ""}: it has no labels, so it is not used as a ${part} set; predict can read it`;
    remarks.push({ kind: "left out", text });
  }
  return remarks.length === 0 ? data : { ...data, remarks };
}
