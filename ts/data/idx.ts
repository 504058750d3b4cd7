import { DigitrainError } from "../errors.js";
import type { Examples } from "./dataset.js";

/** The magic number says unsigned bytes (0x08) and how many dimensions there are. */
const MAGIC = { images: 0x0803, labels: 0x0801 };

/** What an IDX file holds: its sizes, [count, rows, columns] or [count], and one unsigned byte a number. */
export interface Idx {
  readonly sizes: readonly number[];
  readonly values: Uint8Array;
}

function hexadecimal(magic: number): string {
  const known = Object.entries(MAGIC).find(([, value]) => value === magic);
  return `0x${magic.toString(16).padStart(8, "0")}${known ? ` (${known[0]})` : ""}`;
}

/**
 * Parses an IDX file of images (magic number 0x00000803) or labels (0x00000801), without copying its numbers.
 * @param name the file's name, for error messages
 * @throws DigitrainError for another magic number, or a file that is shorter or longer than its header says.
 */
export function parseIdx(bytes: Uint8Array, kind: keyof typeof MAGIC, name: string): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length < 4 ? undefined : view.getUint32(0);
  if (magic !== undefined && magic !== MAGIC[kind]) {
    throw new DigitrainError(
      `${name}: the magic number is ${hexadecimal(magic)}, expected ${hexadecimal(MAGIC[kind])}`,
    );
  }
  const headerLength = kind === "images" ? 16 : 8;
  if (bytes.length < headerLength) {
    throw new DigitrainError(
      `${name}: an IDX file of ${kind} has a header of ${headerLength} bytes, but the file holds ${bytes.length}; download it again`,
    );
  }
  const sizes: number[] = [];
  for (let offset = 4; offset < headerLength; offset += 4) sizes.push(view.getUint32(offset));
  const length = sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== headerLength + length) {
    const [count, ...shape] = sizes;
    const what = kind === "images" ? `images of ${shape.join("x")}` : "labels";
    throw new DigitrainError(
      `${name}: the header says ${count ?? 0} ${what} (${headerLength + length} bytes), but the file holds ${bytes.length}; download it again`,
    );
  }
  return { sizes, values: bytes.subarray(headerLength) };
}

function encode(kind: keyof typeof MAGIC, sizes: readonly number[], values: ArrayLike<number>): Uint8Array {
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
 * The two IDX files of some examples, not compressed, which {@link parseIdx} reads again.
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
  return { images: encode("images", [count, ...shape], images), labels: encode("labels", [count], labels) };
}
