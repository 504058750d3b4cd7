import Papa from "papaparse";
import { DigitrainError } from "../../../base/errors.js";
import { visible } from "../../../base/format.js";
import { MAX_LAYER_SIZE } from "../../../core/limits.js";
import { quoted } from "../names.js";
import { type Layout, Role } from "./layout.js";
import { decodeText } from "./text.js";

export const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20] as const;
const [QUOTE, ZERO, NINE] = [0x22, 0x30, 0x39] as const;

/** A longer line is none of a CSV file's. */
const LONGEST_LINE = 2 ** 23;

/** A growing array: a half more at a time, so that it and its successor are less than three times what they hold. */
function grown<T extends Uint8Array | Float32Array | Int32Array>(array: T, length: number): T {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => T)(
    Math.max(length, Math.ceil(1.5 * array.length), 1024),
  );
  larger.set(array);
  return larger;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** A label as one text for all ways to write it: `5.0`, `5.000e+00` and `'5'` are 5. */
function labelText(field: string): string {
  const text = field.trim().replace(/^(['"])(.*)\1$/, "$2");
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? String(number) : visible(text);
}

/** Makes an image of each row, as rows come in. */
export class RowParser {
  /** Whole numbers 0..255 are pixels; where there is any other number, all are taken as they are. */
  #images: Uint8Array | Float32Array = new Uint8Array();
  #labels = new Int32Array();
  #count = 0;
  /** The label texts' numbers, in the order that they come in. */
  readonly #labelNumbers = new Map<string, number>();
  /** The same for labels as they stand in the file: there are few ways to write one. */
  readonly #known = new Map<string | number, number>();
  /** What stands in the current row's columns of labels. */
  readonly #rowLabels: (string | number)[] = [];
  /** Whether any number has a decimal point, an exponent or a sign. */
  #hasReals = false;
  /** Whether any number, however it is written, isn't whole. */
  #hasFractions = false;
  /** Of the first whole number that is no pixel, where it stands. */
  #beyond: string | undefined;
  #waiting: Uint8Array = new Uint8Array();
  /** Since the first quote, a library tells where fields end. */
  #isQuoted = false;
  readonly #name: string;
  readonly #layout: Layout;
  readonly #delimiter: number;

  constructor(name: string, layout: Layout, delimiter: number) {
    this.#name = name;
    this.#layout = layout;
    this.#delimiter = delimiter;
  }

  /** Takes the next bytes of the file. */
  add(part: Uint8Array): void {
    let rest = part;
    if (this.#waiting.length > 0) {
      // Of plain lines only the one that began before needs to be put together.
      const newline = this.#isQuoted ? -1 : part.findIndex((byte) => byte === NEWLINE || byte === RETURN);
      const end = newline < 0 ? part.length : newline + 1;
      this.#parse(joined(this.#waiting, part.subarray(0, end)));
      rest = part.subarray(end);
    }
    if (rest.length > 0) this.#parse(this.#waiting.length > 0 ? joined(this.#waiting, rest) : rest);
  }

  /** Parses the lines that end in these bytes, and keeps the rest. */
  #parse(bytes: Uint8Array): void {
    const end = 1 + Math.max(bytes.lastIndexOf(NEWLINE), bytes.lastIndexOf(RETURN));
    let start = 0;
    while (start < end && !this.#isQuoted) {
      const next = this.#parseLine(bytes, start);
      this.#isQuoted = next < 0;
      if (next >= 0) start = next;
    }
    if (this.#isQuoted) start += this.#parseQuoted(bytes.subarray(start, end));
    if (bytes.length - start > LONGEST_LINE)
      throw new DigitrainError(
        `${this.#name}: row ${this.#count + 1} has more than ${LONGEST_LINE} bytes; is a quote not closed?`,
      );
    this.#waiting = bytes.slice(start);
  }

  /** The file has ended: its last line may have no line end. */
  end(): void {
    this.add(Uint8Array.of(NEWLINE));
    if (this.#waiting.length > 0)
      throw new DigitrainError(`${this.#name}: the quote in row ${this.#count + 1} is not closed`);
    if (this.#beyond !== undefined && !this.#hasReals) throw new DigitrainError(this.#beyond);
  }

  get table() {
    const { values, labels } = this.#layout;
    return {
      images: this.#images.subarray(0, this.#count * values),
      /** Whether real numbers are all whole. */
      areWhole: !this.#hasFractions,
      labels: labels === 0 ? undefined : this.#labels.subarray(0, this.#count),
      labelTexts: [...this.#labelNumbers.keys()],
      count: this.#count,
    };
  }

  /**
   * Parses the line at a place, of plain fields. This is where the time goes: a library takes two to eight times as long.
   * @returns where the next line begins; -1 where there is a quote in this one
   */
  #parseLine(bytes: Uint8Array, start: number): number {
    let i = start;
    if (bytes[i] === NEWLINE || bytes[i] === RETURN) return i + 1;
    const { roles, values } = this.#layout;
    const delimiter = this.#delimiter;
    const first = this.#count * values;
    let images = this.#reserve();
    let position = first;
    for (let column = 0; ; column++, i++) {
      const from = i;
      let value = 0;
      let byte = bytes[i] ?? NEWLINE;
      for (; byte >= ZERO && byte <= NINE; byte = bytes[++i] ?? NEWLINE) value = 10 * value + byte - ZERO;
      let isWhole = i > from;
      for (; byte !== delimiter && byte !== NEWLINE && byte !== RETURN; byte = bytes[++i] ?? NEWLINE) {
        if (byte === QUOTE) return -1;
        isWhole = false;
      }
      const role = roles[column];
      if (role === Role.Value) {
        if (isWhole && value <= 255) images[position++] = value;
        else {
          this.#put(position++, column, decodeAscii(bytes, from, i));
          images = this.#images;
        }
      } else if (role === Role.Label) {
        this.#rowLabels.push(isWhole ? value : decodeText(bytes.subarray(from, i)));
      }
      if (byte === delimiter) continue;
      this.#endRow(column + 1);
      return i + 1;
    }
  }

  /**
   * Parses whole records, in which quotes may hold delimiters and line ends.
   * @returns how many bytes they take
   */
  #parseQuoted(bytes: Uint8Array): number {
    // Behind an even number of quotes a line end ends a record.
    let end = 0;
    let isInside = false;
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] === QUOTE) isInside = !isInside;
      else if (!isInside && (bytes[i] === NEWLINE || bytes[i] === RETURN)) end = i + 1;
    }
    // Parts of a quoted field must not be taken for empty lines, nor "\r\n" for two line ends.
    const text = decodeText(bytes.subarray(0, end));
    const { data } = Papa.parse<string[]>(text, {
      delimiter: String.fromCharCode(this.#delimiter),
      newline: newlineOf(text),
      skipEmptyLines: true,
    });
    for (const fields of data) this.#addRecord(fields);
    return end;
  }

  #addRecord(fields: readonly string[]): void {
    const { roles, values } = this.#layout;
    this.#reserve();
    let position = this.#count * values;
    fields.forEach((field, column) => {
      const role = roles[column];
      if (role === Role.Value) this.#put(position++, column, field.trim());
      else if (role === Role.Label) this.#rowLabels.push(field);
    });
    this.#endRow(fields.length);
  }

  /** Room for one more row. */
  #reserve(): Uint8Array | Float32Array {
    const needed = (this.#count + 1) * this.#layout.values;
    if (needed > this.#images.length) this.#images = grown(this.#images, needed);
    return this.#images;
  }

  /** Puts what a field says that isn't a plain whole number of a pixel's size. */
  #put(position: number, column: number, field: string): void {
    const text = this.#delimiter === 0x2c ? field : field.replace(",", ".");
    const value = text === "" ? NaN : Number(text.replace(/^(['"])(.*)\1$/, "$2"));
    const where = () => `${this.#name}: column ${column + 1} of row ${this.#count + 1} holds`;
    if (!Number.isFinite(value))
      throw new DigitrainError(`${where()} ${quoted(field)} where a number should be`);
    if (!Number.isFinite(Math.fround(value)))
      throw new DigitrainError(`${where()} ${quoted(field)}, but float32 takes numbers up to 3.4e38`);
    const isReal = /[.e+-]/i.test(text);
    this.#hasReals ||= isReal;
    this.#hasFractions ||= !Number.isInteger(value);
    if (!isReal && value > 255) {
      this.#beyond ??= `${where()} ${value}, but whole numbers are pixels from 0 to 255; write other numbers with a decimal point`;
    }
    if (this.#images instanceof Uint8Array && (isReal || value > 255))
      this.#images = Float32Array.from(this.#images);
    this.#images[position] = value;
  }

  #endRow(columns: number): void {
    const { roles, hasHeader } = this.#layout;
    if (columns !== roles.length) {
      const other = hasHeader ? "the header" : "the first row";
      throw new DigitrainError(
        `${this.#name}: row ${this.#count + 1} has ${columns} columns, but ${other} has ${roles.length}`,
      );
    }
    if (this.#layout.labels > 0) this.#endLabel();
    this.#count++;
  }

  #endLabel(): void {
    const [first = ""] = this.#rowLabels;
    const written = this.#layout.labels === 1 ? first : this.#oneHot();
    this.#rowLabels.length = 0;
    let number = this.#known.get(written);
    if (number === undefined) {
      number = this.#number(labelText(String(written)));
      if (this.#known.size < MAX_LAYER_SIZE) this.#known.set(written, number);
    }
    this.#labels = grown(this.#labels, this.#count + 1);
    this.#labels[this.#count] = number;
  }

  /** The number of a label's text, which gets one where it has none. */
  #number(label: string): number {
    if (label === "") throw new DigitrainError(`${this.#name}: row ${this.#count + 1} has no label`);
    const known = this.#labelNumbers.get(label);
    if (known !== undefined) return known;
    const number = this.#labelNumbers.size;
    if (number >= MAX_LAYER_SIZE)
      throw new DigitrainError(
        `${this.#name}: there are more than ${MAX_LAYER_SIZE} different labels; is another column the one of labels? Name it with --label (labelColumn)`,
      );
    this.#labelNumbers.set(label, number);
    return number;
  }

  /** The class that a row's one-hot label stands for. */
  #oneHot(): number {
    const values = this.#rowLabels.map(Number);
    const label = values.indexOf(1);
    if (label < 0 || values.some((value, i) => value !== Number(i === label)))
      throw new DigitrainError(`${this.#name}: row ${this.#count + 1} has no single 1 in its one-hot label`);
    return label;
  }
}

/** A short field's text without spaces around it. */
function decodeAscii(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to && i < from + 100; i++) text += String.fromCharCode(bytes[i] ?? SPACE);
  return text.trim();
}

/** What ends lines in a text. */
export function newlineOf(text: string): "\r\n" | "\n" | "\r" {
  if (text.includes("\r\n")) return "\r\n";
  return text.includes("\n") ? "\n" : "\r";
}
