import { DigitrainError } from "../../base/errors.js";
import type { Examples } from "../dataset.js";

/** The usual magic numbers: unsigned bytes (0x08), and how many dimensions there are. */
const MAGIC = { images: 0x0803, labels: 0x0801 };

/** A type of number, which a magic number's third byte names: the highest byte comes first. */
interface NumberType {
  readonly bytes: number;
  readonly isReal?: boolean;
  readonly read: (view: DataView, offset: number) => number;
}

const UNSIGNED_BYTE = 0x08;
const TYPES: Record<number, NumberType> = {
  [UNSIGNED_BYTE]: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  0x09: { bytes: 1, read: (view, offset) => view.getInt8(offset) },
  0x0b: { bytes: 2, read: (view, offset) => view.getInt16(offset) },
  0x0c: { bytes: 4, read: (view, offset) => view.getInt32(offset) },
  0x0d: { bytes: 4, isReal: true, read: (view, offset) => view.getFloat32(offset) },
  0x0e: { bytes: 8, isReal: true, read: (view, offset) => view.getFloat64(offset) },
};
/** Images are behind their number: rows, columns, colours. Labels may have columns, of which the first tells the class. */
const DIMENSIONS = { images: [2, 5], labels: [1, 2] } as const;

/** What an IDX file holds: its sizes, [count, rows, columns] or [count], and its numbers. */
export interface Idx<Values> {
  readonly sizes: readonly number[];
  readonly values: Values;
}

function hexadecimal(magic: number): string {
  const known = Object.entries(MAGIC).find(([, value]) => value === magic);
  return `0x${magic.toString(16).padStart(8, "0")}${known ? ` (${known[0]})` : ""}`;
}

/** The type that a magic number names; undefined where it is none of a file of this kind. */
function typeOf(magic: number, kind: keyof typeof MAGIC): NumberType | undefined {
  const [fewest, most] = DIMENSIONS[kind];
  const dimensions = magic & 0xff;
  return dimensions >= fewest && dimensions <= most ? TYPES[magic >>> 8] : undefined;
}

/** How many bytes an IDX file has, by how it begins; undefined where it is none. */
export function idxLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const type = typeOf(magic, "images") ?? typeOf(magic, "labels");
  const headerLength = 4 + 4 * (magic & 0xff);
  if (!type || bytes.length < headerLength) return undefined;
  let length = type.bytes;
  for (let offset = 4; offset < headerLength; offset += 4) length *= view.getUint32(offset);
  return headerLength + length;
}

/** Reads an IDX file's header, and finds where its numbers are. */
function readIdx(bytes: Uint8Array, kind: keyof typeof MAGIC, name: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length < 4 ? MAGIC[kind] : view.getUint32(0);
  const type = typeOf(magic, kind);
  if (!type) {
    throw new DigitrainError(
      `${name}: the magic number is ${hexadecimal(magic)}, expected ${hexadecimal(MAGIC[kind])}`,
    );
  }
  const headerLength = 4 + 4 * (magic & 0xff);
  const length = idxLength(bytes);
  if (length === undefined) {
    throw new DigitrainError(
      `${name}: an IDX file of ${kind} has a header of ${headerLength} bytes, but the file holds ${bytes.length}; download it again`,
    );
  }
  const sizes: number[] = [];
  for (let offset = 4; offset < headerLength; offset += 4) sizes.push(view.getUint32(offset));
  // Some tools fill a file up with zeros.
  if (bytes.length < length || bytes.subarray(length).some((byte) => byte !== 0)) {
    const [count, ...shape] = sizes;
    const what = kind === "images" ? `images of ${shape.join("x")}` : "labels";
    throw new DigitrainError(
      `${name}: the header says ${count ?? 0} ${what} (${length} bytes), but the file holds ${bytes.length}; download it again`,
    );
  }
  const isBytes = magic >>> 8 === UNSIGNED_BYTE;
  const at = (i: number) => type.read(view, headerLength + i * type.bytes);
  return {
    sizes,
    at,
    isReal: type.isReal === true,
    bytes: isBytes ? bytes.subarray(headerLength, length) : undefined,
  };
}

/**
 * Parses an IDX file of images (magic number 0x00000803, or of another number of dimensions). Bytes are not copied; other
 * integers must be pixels, 0 to 255; real numbers are used as they are.
 * @param name the file's name, for error messages
 * @throws DigitrainError for another magic number, or a file that is shorter or longer than its header says.
 */
export function parseIdxImages(file: Uint8Array, name: string): Idx<Uint8Array | Float32Array> {
  const { sizes, at, isReal, bytes } = readIdx(file, "images", name);
  if (bytes) return { sizes, values: bytes };
  const length = sizes.reduce((product, size) => product * size, 1);
  const values = isReal ? new Float32Array(length) : new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const value = at(i);
    values[i] = value;
    if (!isReal && values[i] !== value)
      throw new DigitrainError(
        `${name}: number ${i} is ${value}, but integers are pixels from 0 to 255; save other numbers as real ones (0x0d)`,
      );
  }
  return { sizes, values };
}

/**
 * Parses an IDX file of labels: bytes (magic number 0x00000801), or numbers of any other type. Of several columns, as
 * QMNIST's files have them (0x00000c02), the first is the label.
 * @param name the file's name, for error messages
 * @throws DigitrainError as {@link parseIdxImages}
 */
export function parseIdxLabels(file: Uint8Array, name: string): Idx<Uint8Array | Float64Array> {
  const { sizes, at, bytes } = readIdx(file, "labels", name);
  const [count = 0, columns = 1] = sizes;
  if (columns === 0)
    throw new DigitrainError(
      `${name}: the header says ${count} labels of 0 columns, of which the first should be the label`,
    );
  if (bytes && columns === 1) return { sizes, values: bytes };
  return { sizes: [count], values: Float64Array.from({ length: count }, (_, i) => at(i * columns)) };
}

/** An IDX file of bytes: its header, then its numbers. */
export function joinIdx(
  kind: keyof typeof MAGIC,
  sizes: readonly number[],
  values: ArrayLike<number>,
): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  [MAGIC[kind], ...sizes].forEach((number, i) => {
    header.setUint32(4 * i, number);
  });
  const bytes = new Uint8Array(header.byteLength + values.length);
  bytes.set(new Uint8Array(header.buffer));
  bytes.set(values, header.byteLength);
  return bytes;
}

/**
 * The two IDX files of some examples, not compressed, which {@link loadDataset} reads again.
 * @throws DigitrainError where examples are no images [rows, columns] of 8-bit pixels, or a label is above 255.
 */
export function encodeIdx({ images, labels, count, shape }: Examples): {
  images: Uint8Array;
  labels: Uint8Array;
} {
  if (!(images instanceof Uint8Array) || shape.length !== 2) {
    throw new DigitrainError(
      `an IDX file of images takes 8-bit pixels of the shape [rows, columns], got a ${images.constructor.name} of the shape [${shape.join(", ")}]`,
    );
  }
  const wrong = labels.findIndex((label) => label < 0 || label > 255);
  if (wrong >= 0) {
    throw new DigitrainError(
      `an IDX file's labels are 0 to 255, but that of example ${wrong} is ${String(labels[wrong])}`,
    );
  }
  return { images: joinIdx("images", [count, ...shape], images), labels: joinIdx("labels", [count], labels) };
}
