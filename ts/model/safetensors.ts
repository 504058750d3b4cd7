import { DigitrainError } from "../base/errors.js";
import { fromHalf } from "../base/half.js";

/** An array of float32 numbers, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a safetensors file holds. */
export interface Tensors {
  /** In the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A file begins with its header's length, in so many bytes. */
export const LENGTH_BYTES = 8;
const LARGEST_HEADER = 100_000_000;
const OPENING_BRACE = 0x7b;
const METADATA = "__metadata__";

/** How many bytes a number of a type takes, and how it is read. */
interface NumberType {
  readonly bytes: number;
  readonly at: (view: DataView, offset: number) => number;
}

const FLOAT32: NumberType = { bytes: 4, at: (view, offset) => view.getFloat32(offset, true) };
const TYPES = new Map<string, NumberType>([
  ["F32", FLOAT32],
  ["F64", { bytes: 8, at: (view, offset) => view.getFloat64(offset, true) }],
  ["F16", { bytes: 2, at: (view, offset) => fromHalf(view.getUint16(offset, true)) }],
  ["BF16", { bytes: 2, at: (view, offset) => fromBrain(view.getUint16(offset, true)) }],
]);

const word = new DataView(new ArrayBuffer(4));

/** The number whose 16 bits are the upper ones of a float32: a bfloat16. */
function fromBrain(bits: number): number {
  word.setUint16(0, bits);
  return word.getFloat32(0);
}

/** One tensor's entry in the header. */
interface Entry {
  name: string;
  type: NumberType;
  shape: number[];
  start: number;
  end: number;
}

/** A tensor's numbers, as float32. */
function valuesOf({ type, start, end }: Entry, data: Uint8Array): Float32Array {
  const values = new Float32Array((end - start) / type.bytes);
  if (type === FLOAT32) {
    // Copied, as the bytes need not begin where a Float32Array could.
    new Uint8Array(values.buffer).set(data.subarray(start, end));
    return values;
  }
  const view = new DataView(data.buffer, data.byteOffset + start, end - start);
  return values.map((_, i) => type.at(view, i * type.bytes));
}

/**
 * Reads a safetensors file, strictly: each byte after the header belongs to exactly one tensor. Floating-point numbers of
 * 16 and 64 bits become float32.
 * @param name what error messages call the file
 * @throws DigitrainError where the file is damaged, or a tensor is not of floating-point numbers.
 */
export function read(bytes: Uint8Array, name: string): Tensors {
  const fail = (what: string): never => {
    throw new DigitrainError(`${name}: ${what}`);
  };
  const { header, dataStart } = readHeader(bytes, fail);
  const { [METADATA]: metadata = {}, ...tensors } = header;
  const entries = Object.entries(tensors).map(([tensor, value]) => readEntry(tensor, value, fail));
  // An empty tensor comes before the one that begins where it lies.
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  checkOffsets(entries, bytes.length - dataStart, fail);
  return {
    tensors: new Map(
      entries.map((entry) => {
        const values = valuesOf(entry, bytes.subarray(dataStart));
        return [entry.name, { shape: entry.shape, values }];
      }),
    ),
    metadata: readMetadata(metadata, fail),
  };
}

/** Whether a header begins where a safetensors file's does. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[LENGTH_BYTES] === OPENING_BRACE;
}

type Fail = (what: string) => never;

function readHeader(bytes: Uint8Array, fail: Fail): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) {
    fail(
      `a safetensors file begins with the 8 bytes of its header's length, but this one holds ${bytes.length}`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > LARGEST_HEADER) {
    if (!isSafetensors(bytes)) fail("this is no safetensors file: no header begins behind its first 8 bytes");
    fail(`the header is said to hold ${length} bytes, more than the 100000000 allowed`);
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > bytes.length) {
    fail(`the header is said to hold ${length} bytes, but only ${bytes.length - LENGTH_BYTES} follow`);
  }
  const { text, value: header } = parseJson(bytes.subarray(LENGTH_BYTES, dataStart), fail);
  if (!isObject(header)) fail("the header is not a JSON object of tensors");
  const twice = repeatedName(text);
  if (twice !== undefined) fail(`the header names "${twice}" twice`);
  return { header, dataStart };
}

function parseJson(header: Uint8Array, fail: Fail): { text: string; value: unknown } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
    return { text, value: JSON.parse(text) };
  } catch {
    return fail("the header is not JSON in UTF-8; this is no safetensors file, or a damaged one");
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first name that an object in this JSON text holds twice: JSON.parse would silently keep the last. */
function repeatedName(json: string): string | undefined {
  const objects: Set<string>[] = [];
  const colon = /\s*:/y;
  let stringStart: number | undefined;
  for (const { 0: token, index } of json.matchAll(/\\.|["{}]/g)) {
    if (stringStart === undefined) {
      if (token === '"') stringStart = index;
      else if (token === "{") objects.push(new Set());
      else objects.pop();
    } else if (token === '"') {
      colon.lastIndex = index + 1;
      if (colon.test(json)) {
        const name = JSON.parse(json.slice(stringStart, index + 1)) as string;
        if (objects.at(-1)?.has(name)) return name;
        objects.at(-1)?.add(name);
      }
      stringStart = undefined;
    }
  }
  return undefined;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function readEntry(name: string, value: unknown, fail: Fail): Entry {
  const entry = isObject(value) ? value : {};
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Array.isArray(shape) || !shape.every(isSize)) {
    fail(`the header's entry for "${name}" has no valid dtype and shape`);
  }
  const type =
    TYPES.get(dtype) ??
    fail(`the tensor "${name}" is of ${dtype}, but only ${[...TYPES.keys()].join(", ")} can be read`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    fail(`the header's entry for "${name}" has no valid data_offsets`);
  }
  const [start = 0, end = 0] = offsets;
  const size = shape.reduce((product, side) => product * side, type.bytes);
  if (end - start !== size) {
    fail(
      `the tensor "${name}" of shape [${shape.join(", ")}] takes ${size} bytes, but its offsets say ${end - start}`,
    );
  }
  return { name, type, shape, start, end };
}

/** Entries, sorted by their offsets, must lie one after another and fill the data. */
function checkOffsets(entries: readonly Entry[], dataLength: number, fail: Fail): void {
  let expected = 0;
  for (const { name, start, end } of entries) {
    if (start !== expected) {
      const what = start < expected ? "overlaps the tensor before it" : "leaves a gap before it";
      fail(`the tensor "${name}" ${what}: it begins at byte ${start} of the data, not ${expected}`);
    }
    if (end > dataLength)
      fail(`the tensor "${name}" ends at byte ${end} of the data, which has only ${dataLength}`);
    expected = end;
  }
  if (expected !== dataLength)
    fail(`${dataLength - expected} bytes follow the last tensor; there should be none`);
}

function readMetadata(value: unknown, fail: Fail): Map<string, string> {
  const metadata = new Map<string, string>();
  if (!isObject(value)) fail(`the header's ${METADATA} is not an object of strings`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") fail(`the header's ${METADATA} "${key}" is not a string`);
    metadata.set(key, text);
  }
  return metadata;
}

/**
 * Writes a safetensors file of float32 tensors, in the map's order.
 * @param tensors each one's values fill its shape
 */
export function write(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const header: [string, unknown][] = [];
  if (metadata.size > 0) header.push([METADATA, Object.fromEntries(metadata)]);
  let dataLength = 0;
  for (const [name, { shape, values }] of tensors) {
    const start = dataLength;
    dataLength += values.byteLength;
    header.push([name, { dtype: "F32", shape, data_offsets: [start, dataLength] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON bring the data to a multiple of 8 bytes, where a reader can map it.
  const dataStart = Math.ceil((LENGTH_BYTES + json.length) / 8) * 8;
  const bytes = new Uint8Array(dataStart + dataLength).fill(0x20, LENGTH_BYTES, dataStart);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  bytes.set(json, LENGTH_BYTES);
  let offset = dataStart;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return bytes;
}
