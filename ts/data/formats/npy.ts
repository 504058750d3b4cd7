import { fromHalf } from "../../base/half.js";
import { DigitrainError } from "../../base/errors.js";

/** An array of numbers or texts as numpy saved it. Positions are row-major (C order), 0 up to length - 1. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Unsigned or signed integers, floating point, booleans, texts. */
  readonly kind: "u" | "i" | "f" | "b" | "U" | "S";
  readonly length: number;
  /** The numbers' bytes, row-major; undefined where they are in another order. */
  readonly bytes: Uint8Array | undefined;
  /** Whether each number is what a Float32Array on this machine holds. */
  readonly isNativeFloat32: boolean;
  /** The number at a position; NaN for a text. Integers beyond 2^53 are rounded. */
  readonly at: (position: number) => number;
  /** The text at a position; a number's is that of its digits. */
  readonly textAt: (position: number) => string;
}

const READERS: Record<string, (view: DataView, offset: number, littleEndian: boolean) => number> = {
  b1: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1),
  u1: (view, offset) => view.getUint8(offset),
  i1: (view, offset) => view.getInt8(offset),
  u2: (view, offset, little) => view.getUint16(offset, little),
  i2: (view, offset, little) => view.getInt16(offset, little),
  u4: (view, offset, little) => view.getUint32(offset, little),
  i4: (view, offset, little) => view.getInt32(offset, little),
  // Two halves: 64-bit reads would make a BigInt of each number.
  u8: (view, offset, little) =>
    view.getUint32(offset + (little ? 4 : 0), little) * 2 ** 32 +
    view.getUint32(offset + (little ? 0 : 4), little),
  i8: (view, offset, little) =>
    view.getInt32(offset + (little ? 4 : 0), little) * 2 ** 32 +
    view.getUint32(offset + (little ? 0 : 4), little),
  f2: (view, offset, little) => fromHalf(view.getUint16(offset, little)),
  f4: (view, offset, little) => view.getFloat32(offset, little),
  f8: (view, offset, little) => view.getFloat64(offset, little),
};

const NATIVE_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** In characters: numpy itself writes some hundred. */
const LONGEST_HEADER = 65_536;

interface Header {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** One entry of the header's dict: a key, and a string, a truth value or a tuple of whole numbers, with a comma. */
const ENTRY =
  /\s*'(\w+)'\s*:\s*(?:'([^'\\]*)'|(True|False)|\(((?:\s*\d+L?\s*(?:,|(?=\))))*)\s*\))\s*(?:,|(?=\}))/y;

/** Reads the header's Python dict of exactly 'descr', 'fortran_order' and 'shape'; undefined where it isn't one. */
function parseHeader(text: string): Header | undefined {
  const opening = /^\s*\{/.exec(text);
  if (!opening) return undefined;
  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: number[] | undefined;
  let position = opening[0].length;
  for (let entry: RegExpExecArray | null; ; position += entry[0].length) {
    ENTRY.lastIndex = position;
    entry = ENTRY.exec(text);
    if (!entry) break;
    const [, key, string, truth, tuple] = entry;
    if (key === "descr" && string !== undefined) descr = string;
    else if (key === "fortran_order" && truth !== undefined) fortranOrder = truth === "True";
    else if (key === "shape" && tuple !== undefined) shape = (tuple.match(/\d+/g) ?? []).map(Number);
    else return undefined;
  }
  if (!/^\s*\}\s*$/.test(text.slice(position))) return undefined;
  if (descr === undefined || fortranOrder === undefined || shape === undefined) return undefined;
  return { descr, fortranOrder, shape };
}

/** The header's text, and where the numbers begin; undefined where the file ends before that. */
function readHeader(bytes: Uint8Array): { text: string; end: number } | undefined {
  // Version 1 has a 16-bit length of header, later ones a 32-bit one; version 3's header is UTF-8.
  const start = bytes[6] === 1 ? 10 : 12;
  if (bytes.length < start) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = start + (start === 10 ? view.getUint16(8, true) : view.getUint32(8, true));
  return end > bytes.length ? undefined : { text: new TextDecoder().decode(bytes.subarray(start, end)), end };
}

/** Where in the file each position's item is: column-major (Fortran order), or as it stands. */
function placesOf(shape: readonly number[], fortranOrder: boolean): (position: number) => number {
  if (!fortranOrder || shape.length < 2) return (position) => position;
  let stride = 1;
  const axes = shape.map((size) => ({ size, stride: (stride *= size) / size })).reverse();
  return (position) => {
    let rest = position;
    let place = 0;
    for (const { size, stride } of axes) {
      place += (rest % size) * stride;
      rest = Math.floor(rest / size);
    }
    return place;
  };
}

/** A text of fixed length, filled up with zeros: UTF-32 or bytes. */
function readerOfText(kind: "U" | "S", length: number, littleEndian: boolean) {
  return (view: DataView, offset: number) => {
    const codes = Array.from({ length }, (_, i) =>
      kind === "U" ? view.getUint32(offset + 4 * i, littleEndian) : view.getUint8(offset + i),
    );
    const end = codes.indexOf(0);
    const valid = (end < 0 ? codes : codes.slice(0, end)).map((code) => (code > 0x10ffff ? 0xfffd : code));
    return String.fromCodePoint(...valid);
  };
}

/** A type of item: how many bytes it has, and how it is read. */
function itemOf(type: string | undefined, littleEndian: boolean) {
  const [, kind, digits = ""] = /^([US])([1-9]\d{0,3})$/.exec(type ?? "") ?? [];
  if (kind === "U" || kind === "S") {
    const length = Number(digits);
    return {
      size: (kind === "U" ? 4 : 1) * length,
      read: () => NaN,
      readText: readerOfText(kind, length, littleEndian),
    };
  }
  const read = type !== undefined && Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (!read) return undefined;
  const number = (view: DataView, offset: number) => read(view, offset, littleEndian);
  return {
    size: Number(type?.[1]),
    read: number,
    readText: (view: DataView, offset: number) => String(number(view, offset)),
  };
}

/**
 * Parses a .npy file, versions 1 to 3, of numbers of up to 64 bits, booleans or texts, in any order.
 * @param name what error messages call the array
 * @throws DigitrainError where it is none of these, or is damaged.
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  if (String.fromCharCode(...bytes.subarray(0, 6)) !== "\x93NUMPY")
    throw new DigitrainError(`${name}: not an array in numpy's format: it doesn't start with \\x93NUMPY`);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3)
    throw new DigitrainError(
      `${name}: version ${version} of numpy's format can't be read; versions 1 to 3 can`,
    );
  const raw = readHeader(bytes);
  if (!raw) throw new DigitrainError(`${name}: the file ends within its header; make or download it again`);
  const header = raw.text.length > LONGEST_HEADER ? undefined : parseHeader(raw.text);
  if (!header)
    throw new DigitrainError(`${name}: the header can't be understood: ${shorten(raw.text.trim())}`);
  const { descr, fortranOrder, shape } = header;
  const [, order, type] = /^([<>|=])(\w+)$/.exec(descr) ?? [];
  const littleEndian = order !== ">";
  const item = itemOf(type, littleEndian);
  if (!type || !item) {
    throw new DigitrainError(
      `${name}: arrays of dtype '${shorten(descr)}' can't be read; save it as one of integers, float32, float64 or bool, such as with astype("uint8")`,
    );
  }
  const length = shape.reduce((product, size) => product * size, 1);
  const data = bytes.subarray(raw.end);
  if (data.length !== length * item.size) {
    throw new DigitrainError(
      `${name}: the header says ${length} numbers of ${item.size} bytes (${length * item.size} bytes), but there are ${data.length}; make or download it again`,
    );
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const place = placesOf(shape, fortranOrder);
  const isRowMajor = !fortranOrder || shape.length < 2;
  return {
    shape,
    kind: type[0] as NpyArray["kind"],
    length,
    bytes: isRowMajor ? data : undefined,
    isNativeFloat32: type === "f4" && littleEndian === NATIVE_LITTLE_ENDIAN && isRowMajor,
    at: (position) => item.read(view, place(position) * item.size),
    textAt: (position) => item.readText(view, place(position) * item.size),
  };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
