import { DigitrainError } from "../../base/errors.js";
import type { Examples } from "../dataset.js";

/** The usual magic numbers: unsigned bytes (0x08), and how many dimensions there are. */
const MAGIC = { images: 0x0803, labels: 0x0801 };
/** More than 256 classes take labels of 16 or 32 bits, signed and with the highest byte first. */
const WIDE_LABELS: Record<number, { bytes: number; read: (view: DataView, offset: number) => number }> = {
  0x0b01: { bytes: 2, read: (view, offset) => view.getInt16(offset) },
  0x0c01: { bytes: 4, read: (view, offset) => view.getInt32(offset) },
};

/** What an IDX file holds: its sizes, [count, rows, columns] or [count], and its numbers. */
export interface Idx<Values> {
  readonly sizes: readonly number[];
  readonly values: Values;
}

function hexadecimal(magic: number): string {
  const known = Object.entries(MAGIC).find(([, value]) => value === magic);
  return `0x${magic.toString(16).padStart(8, "0")}${known ? ` (${known[0]})` : ""}`;
}

function isOfKind(magic: number, kind: keyof typeof MAGIC): boolean {
  // Images are unsigned bytes in up to 4 dimensions behind their number: rows, columns, colours.
  if (kind === "images") return magic >= 0x0802 && magic <= 0x0805;
  return magic === MAGIC.labels || magic in WIDE_LABELS;
}

/** Reads an IDX file's header, and finds where its numbers are. */
function readIdx(bytes: Uint8Array, kind: keyof typeof MAGIC, name: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length < 4 ? MAGIC[kind] : view.getUint32(0);
  if (!isOfKind(magic, kind)) {
    throw new DigitrainError(
      `${name}: the magic number is ${hexadecimal(magic)}, expected ${hexadecimal(MAGIC[kind])}`,
    );
  }
  const headerLength = 4 + 4 * (magic & 0xff);
  if (bytes.length < headerLength) {
    throw new DigitrainError(
      `${name}: an IDX file of ${kind} has a header of ${headerLength} bytes, but the file holds ${bytes.length}; download it again`,
    );
  }
  const sizes: number[] = [];
  for (let offset = 4; offset < headerLength; offset += 4) sizes.push(view.getUint32(offset));
  const wide = WIDE_LABELS[magic];
  const length = sizes.reduce((product, size) => product * size, wide?.bytes ?? 1);
  if (bytes.length !== headerLength + length) {
    const [count, ...shape] = sizes;
    const what = kind === "images" ? `images of ${shape.join("x")}` : "labels";
    throw new DigitrainError(
      `${name}: the header says ${count ?? 0} ${what} (${headerLength + length} bytes), but the file holds ${bytes.length}; download it again`,
    );
  }
  return { sizes, view, wide, numbers: bytes.subarray(headerLength) };
}

/**
 * Parses an IDX file of images (magic number 0x00000803, or of another number of dimensions), without copying them.
 * @param name the file's name, for error messages
 * @throws DigitrainError for another magic number, or a file that is shorter or longer than its header says.
 */
export function parseIdxImages(bytes: Uint8Array, name: string): Idx<Uint8Array> {
  const { sizes, numbers } = readIdx(bytes, "images", name);
  return { sizes, values: numbers };
}

/**
 * Parses an IDX file of labels: bytes (magic number 0x00000801), or for many classes 16-bit (0x00000b01) or 32-bit
 * numbers (0x00000c01).
 * @param name the file's name, for error messages
 * @throws DigitrainError as {@link parseIdxImages}
 */
export function parseIdxLabels(bytes: Uint8Array, name: string): Idx<Uint8Array | Int32Array> {
  const { sizes, view, wide, numbers } = readIdx(bytes, "labels", name);
  if (!wide) return { sizes, values: numbers };
  const { bytes: width, read } = wide;
  return { sizes, values: Int32Array.from({ length: sizes[0] ?? 0 }, (_, i) => read(view, 8 + i * width)) };
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
