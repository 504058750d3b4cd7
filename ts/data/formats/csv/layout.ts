import { DigitrainError, OptionError } from "../../../base/errors.js";
import { MAX_LAYER_SIZE } from "../../../core/limits.js";
import type { Remark } from "../../remark.js";
import { quoted } from "../names.js";

/** What a column is for. */
export const Role = { Value: 0, Label: 1, LeftOut: 2 } as const;

/** How a file's columns are laid out. */
export interface Layout {
  /** What each column is for: {@link Role}. Several labels are a one-hot label. */
  readonly roles: Uint8Array;
  /** How many columns hold an image's numbers. */
  readonly values: number;
  /** How many hold labels: 0, 1, or as many as there are classes. */
  readonly labels: number;
  readonly hasHeader: boolean;
  readonly remarks: readonly Remark[];
}

/** What is known of a file before it is read. */
export interface LayoutOptions {
  /** How many numbers an image has: a file of as many columns and no header has no labels. */
  inputs?: number | undefined;
  /** The column of labels: its name in the header, its number from 1, `"first"` or `"last"`. Default: found by its name or looks. */
  labelColumn?: string | undefined;
}

/** Names of labels, those that are surest first. */
const LABELS = [
  "label",
  "labels",
  "class",
  "target",
  "y",
  "digit",
  "classes",
  "category",
  "species",
  "letter",
];
const ONE_HOT = /^(label|class|target|digit|y)[ _.-]?\d+$/i;
const INDEX = /^(unnamed: ?\d+|index|idx|row|((image|row|sample)[ _]?)?id)?$/i;
const NUMBERED = /^(\d+|(pixel|px|p|x|f|feature|v|col|column|attr|att)[ _.-]?\d+|(pixel)?\d+x\d+)$/i;

/** A label and the numbers of the largest image. */
const MOST_COLUMNS = 1 + MAX_LAYER_SIZE;
/** So many rows tell whether a column without a name counts them, or never changes. */
const TELLING_ROWS = 10;
/** Rows so wide are headers where they count their columns. */
const COUNTED_COLUMNS = 10;
/** Labels of more kinds are hardly labels. */
const MOST_KINDS = 64;

/** The number in a field, also in one with a decimal comma or in single quotes; NaN where there is none. */
export function numberIn(field: string): number {
  const text = field.trim().replace(/^'(.*)'$/, "$1");
  return text === "" ? NaN : Number(text.replace(",", "."));
}

const isNumber = (field: string) => Number.isFinite(numberIn(field));

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}

/** Whether fields are numbers that pandas made different, as where it took a row for the header: 0, 0.1, 0.2, ... */
function areMadeDifferent(fields: readonly string[]): boolean {
  const counts = new Map<string, number>();
  let made = 0;
  for (const field of fields.map((name) => name.trim())) {
    const [, base = "", count] = /^(.+)\.(\d+)$/.exec(field) ?? [];
    const known = counts.get(base);
    if (known !== undefined && Number(count) === known + 1) {
      counts.set(base, known + 1);
      made++;
    } else if (counts.has(field)) return false;
    else counts.set(field, 0);
  }
  return made >= COUNTED_COLUMNS;
}

/** The first rows of a file, and what can be told of its columns. */
class Sample {
  readonly first: readonly string[];
  /** The rows that are no header. */
  readonly rows: readonly (readonly string[])[];
  readonly names: readonly string[] | undefined;

  constructor(records: readonly (readonly string[])[]) {
    const [first = [], ...others] = records;
    this.first = first;
    const isHeader = Sample.#isHeader(first, others);
    this.names = isHeader ? first.map((name) => name.trim()) : undefined;
    this.rows = isHeader ? others : records;
  }

  static #isHeader(first: readonly string[], others: readonly (readonly string[])[]): boolean {
    if (first.some((field) => LABELS.includes(field.trim().toLowerCase()))) return true;
    const counts = (from: number) => first.every((field, i) => numberIn(field) === i + from);
    if (first.length >= COUNTED_COLUMNS && (counts(0) || counts(1) || areMadeDifferent(first))) return true;
    if (others.length === 0) return !first.slice(1, -1).every(isNumber);
    return first.some(
      (field, column) => !isNumber(field) && others.every((row) => isNumber(row[column] ?? "")),
    );
  }

  column(column: number): string[] {
    return this.rows.map((row) => row[column]?.trim() ?? "");
  }

  /** Whether no row has a number there. */
  isText(column: number): boolean {
    return this.rows.length > 0 && this.rows.every((row) => !isNumber(row[column] ?? ""));
  }

  /** Whether no row has anything there: each ends with a comma. */
  isEmpty(column: number): boolean {
    return this.rows.length > 0 && this.rows.every((row) => (row[column] ?? "").trim() === "");
  }

  /** Whether a column counts the rows, as pandas' index does. */
  countsRows(column: number): boolean {
    const [start = NaN, ...others] = this.column(column).map(numberIn);
    if (others.length + 1 < TELLING_ROWS || (start !== 0 && start !== 1)) return false;
    return others.every((value, i) => value === start + i + 1);
  }

  /** Whether a column may be one of labels: of a few kinds, whole numbers close to each other or texts. */
  hasKinds(column: number): boolean {
    const kinds = [...new Set(this.column(column))];
    if (kinds.length > MOST_KINDS) return false;
    const numbers = kinds.map(numberIn);
    if (!numbers.every(Number.isInteger)) return this.isText(column);
    return Math.max(...numbers) - Math.min(...numbers) < 2 * MOST_KINDS && Math.min(...numbers) >= 0;
  }

  isConstant(column: number): boolean {
    return new Set(this.column(column)).size === 1;
  }

  /** Whether each row has a single 1 in these columns, and else zeros. */
  isOneHot(columns: readonly number[]): boolean {
    return this.rows.every((row) => {
      const values = columns.map((column) => numberIn(row[column] ?? ""));
      return values.filter((value) => value === 1).length === 1 && values.every((v) => v === 0 || v === 1);
    });
  }
}

/** The column that a user named. */
function findNamed(named: string, sample: Sample, columns: readonly number[], name: string): number {
  const { names } = sample;
  const exact = names?.indexOf(named) ?? -1;
  if (exact >= 0) return exact;
  const other = names?.findIndex((found) => found.toLowerCase() === named.toLowerCase()) ?? -1;
  if (other >= 0) return other;
  if (named === "first") return columns[0] ?? 0;
  if (named === "last") return columns.at(-1) ?? 0;
  const place = /^\d+$/.test(named) ? Number(named) - 1 : -1;
  if (place >= 0 && place < sample.first.length) return place;
  const there = names
    ? `the header has ${names.slice(0, 10).map(quoted).join(", ")}${names.length > 10 ? ", ..." : ""}`
    : `there is no header, so it takes "first", "last" or a number from 1 to ${sample.first.length}`;
  throw new OptionError(`labelColumn (--label) names no column of ${name}, got ${quoted(named)}; ${there}`);
}

/** One-hot labels at an end, beside the pixels of a square image. */
function oneHotColumns(sample: Sample, columns: readonly number[]): readonly number[] {
  if (sample.rows.length < TELLING_ROWS) return [];
  for (let classes = 2; classes <= columns.length - 16 && classes <= MOST_KINDS; classes++) {
    if (!Number.isInteger(Math.sqrt(columns.length - classes))) continue;
    for (const part of [columns.slice(-classes), columns.slice(0, classes)])
      if (sample.isOneHot(part)) return part;
  }
  return [];
}

/** The first column or the last, whichever looks like labels: the first where both do. */
function firstOrLast(sample: Sample, columns: readonly number[]): number {
  const [first = 0, last = 0] = [columns[0], columns.at(-1)];
  if (!sample.hasKinds(last)) return first;
  if (!sample.hasKinds(first)) return last;
  const isTelling = sample.rows.length >= TELLING_ROWS;
  return isTelling && sample.isConstant(first) && !sample.isConstant(last) ? last : first;
}

/** The columns of labels, where nobody named one. */
function findLabels(
  sample: Sample,
  columns: readonly number[],
  inputs: number | undefined,
): readonly number[] {
  const { names } = sample;
  if (names) {
    const lower = names.map((name) => name.toLowerCase());
    const named = LABELS.map((label) => lower.indexOf(label)).find((column) => column >= 0);
    if (named !== undefined) return [named];
    const oneHot = columns.filter((column) => ONE_HOT.test(names[column] ?? ""));
    if (oneHot.length >= 2 && oneHot.length < columns.length && sample.isOneHot(oneHot)) return oneHot;
  }
  if (columns.length === inputs) return [];
  const oneHot = oneHotColumns(sample, columns);
  if (oneHot.length > 0) return oneHot;
  const texts = columns.filter((column) => sample.isText(column));
  if (texts.length === 1) return texts;
  if (!names) return [firstOrLast(sample, columns)];
  const others = columns.filter((column) => !NUMBERED.test(names[column] ?? ""));
  // Numbered columns alone are an image's pixels, but plain numbers may number the labels' column, too.
  const arePlain = columns.every((column) => /^\d*$/.test(names[column] ?? ""));
  if (others.length === 0 && (!arePlain || Number.isInteger(Math.sqrt(columns.length)))) return [];
  return others.length === 1 ? others : [firstOrLast(sample, columns)];
}

/**
 * How the columns of a file are laid out, by its header, where there is one, and its first rows.
 * @throws DigitrainError where there is nothing to learn from; OptionError for a column of labels that isn't there.
 */
export function layoutOf(
  records: readonly (readonly string[])[],
  name: string,
  { inputs, labelColumn }: LayoutOptions,
): Layout {
  const sample = new Sample(records);
  const { first, names, rows } = sample;
  if (first.length === 1)
    throw new DigitrainError(
      `${name}: the first line has no commas, semicolons or tabs, which separate a CSV file's columns`,
    );
  if (first.length > MOST_COLUMNS)
    throw new DigitrainError(
      `${name}: the first line has ${first.length} columns, but at most ${MOST_COLUMNS} are read`,
    );
  if (rows.length === 0) throw new DigitrainError(`${name}: there are no rows under the header`);
  const all = range(0, first.length - (sample.isEmpty(first.length - 1) ? 1 : 0));
  const isIndex = (column: number) =>
    names
      ? INDEX.test(names[column] ?? "")
      : column === 0 && first.length !== inputs && sample.countsRows(column);
  const named = labelColumn === undefined ? undefined : findNamed(labelColumn, sample, all, name);
  const indexes = all.filter((column) => column !== named && isIndex(column));
  const kept = all.filter((column) => !indexes.includes(column));
  const labels = named === undefined ? findLabels(sample, kept, inputs) : [named];
  // File names, or a column that says what a row is for.
  const isText = (column: number) =>
    rows.length >= TELLING_ROWS && names && !NUMBERED.test(names[column] ?? "") && sample.isText(column);
  const texts = kept.filter((column) => !labels.includes(column) && isText(column));
  const values = kept.filter((column) => !labels.includes(column) && !texts.includes(column));
  if (values.length === 0) throw new DigitrainError(`${name}: there is no column beside the labels`);
  const roles = new Uint8Array(first.length).fill(Role.LeftOut);
  for (const column of values) roles[column] = Role.Value;
  for (const column of labels) roles[column] = Role.Label;
  const remarks: Remark[] = [];
  const leftOut = [...indexes, ...texts];
  if (leftOut.length > 0) {
    const shown = leftOut.slice(0, 5).map((column) => quoted(names?.[column] ?? String(column + 1)));
    const list = `${shown.join(", ")}${leftOut.length > 5 ? ", ..." : ""}`;
    const [which, are] =
      leftOut.length === 1
        ? [`column ${list}, which numbers or names`, "is"]
        : [`columns ${list}, which number or name`, "are"];
    const text = `${name}: the ${which} the rows, ${are} left out`;
    remarks.push({ kind: "left out", text });
  }
  const [label = 0] = labels;
  if (labels.length === 1 && named === undefined && !LABELS.includes(names?.[label]?.toLowerCase() ?? "")) {
    if (label !== kept[0] || (names && !/^\d*$/.test(names[label] ?? ""))) {
      const which = names ? `the column ${quoted(names[label] ?? "")} is` : "the last column is";
      remarks.push({
        kind: "converted",
        text: `${name}: ${which} taken for the labels; name another with --label (labelColumn)`,
      });
    }
  }
  if (labels.length > 1)
    remarks.push({
      kind: "converted",
      text: `${name}: the ${labels.length} columns from ${quoted(names?.[label] ?? String(label + 1))} are taken for one-hot labels, a 1 in the column of the class`,
    });
  return { roles, values: values.length, labels: labels.length, hasHeader: names !== undefined, remarks };
}
