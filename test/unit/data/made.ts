import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";

/** An IDX file of images. */
export function idxImages(count: number, rows: number, columns: number, pixels: Uint8Array): Uint8Array {
  return idx(0x0803, [count, rows, columns], pixels);
}

/** An IDX file of labels. */
export function idxLabels(labels: readonly number[]): Uint8Array {
  return idx(0x0801, [labels.length], Uint8Array.from(labels));
}

function idx(magic: number, sizes: readonly number[], values: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + values.length);
  const view = new DataView(bytes.buffer);
  [magic, ...sizes].forEach((number, i) => {
    view.setUint32(4 * i, number);
  });
  bytes.set(values, 4 + 4 * sizes.length);
  return bytes;
}

const WRITERS: Record<string, (view: DataView, offset: number, value: number, little: boolean) => void> = {
  b1: (view, offset, value) => {
    view.setUint8(offset, value);
  },
  u1: (view, offset, value) => {
    view.setUint8(offset, value);
  },
  i1: (view, offset, value) => {
    view.setInt8(offset, value);
  },
  u2: (view, offset, value, little) => {
    view.setUint16(offset, value, little);
  },
  i2: (view, offset, value, little) => {
    view.setInt16(offset, value, little);
  },
  u4: (view, offset, value, little) => {
    view.setUint32(offset, value, little);
  },
  i4: (view, offset, value, little) => {
    view.setInt32(offset, value, little);
  },
  u8: (view, offset, value, little) => {
    view.setBigUint64(offset, BigInt(value), little);
  },
  i8: (view, offset, value, little) => {
    view.setBigInt64(offset, BigInt(value), little);
  },
  f4: (view, offset, value, little) => {
    view.setFloat32(offset, value, little);
  },
  f8: (view, offset, value, little) => {
    view.setFloat64(offset, value, little);
  },
};

/** The dtypes that {@link npy} writes, without their byte order. */
export const TYPES = Object.keys(WRITERS);

/** A .npy file around a header's text, which is padded as numpy does. */
export function npyOf(header: string, data: Uint8Array, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const text = new TextEncoder().encode(header);
  const end = Math.ceil((start + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(end + data.length).fill(0x20, start, end);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, end - start, true);
  else view.setUint32(8, end - start, true);
  bytes.set(text, start);
  bytes[end - 1] = 0x0a;
  bytes.set(data, end);
  return bytes;
}

/** A .npy file as numpy saves an array of a dtype such as "<f4" or "|u1". */
export function npy(
  dtype: string,
  shape: readonly number[],
  values: ArrayLike<number>,
  version = 1,
): Uint8Array {
  const type = dtype.slice(1);
  const size = Number(type.slice(1));
  const data = new Uint8Array(size * values.length);
  const view = new DataView(data.buffer);
  for (let i = 0; i < values.length; i++)
    WRITERS[type]?.(view, i * size, values[i] ?? NaN, !dtype.startsWith(">"));
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  return npyOf(`{'descr': '${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`, data, version);
}

/** An .npz file, stored (level 0) or deflated. */
export function npz(arrays: Record<string, Uint8Array>, level: 0 | 6 = 0): Uint8Array {
  const files = Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes] as const);
  return zipSync(Object.fromEntries(files), { level, mtime: "2020-01-01" });
}

/** Runs something with a directory of its own, which is removed afterwards. */
export async function withDirectory<T>(run: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "digitrain-test-"));
  try {
    return await run(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a promise is rejected with; fails where it isn't. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("the promise was not rejected");
    },
    (error: unknown) => error,
  );
}

/** What a function throws; fails where it doesn't. */
export function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
