import { zipSync } from "fflate";
import type { Tensor } from "../index.js";

/** The length of a .npy file's magic string, version and header's length; what follows must end at a multiple of 64. */
const PREFIX_LENGTH = 10;

/** Float32 arrays as numpy.savez writes them: an uncompressed zip archive of .npy files. */
export function writeNpz(arrays: ReadonlyMap<string, Tensor>): Uint8Array {
  const files = [...arrays].map(([name, array]): [string, Uint8Array] => [`${name}.npy`, writeNpy(array)]);
  // Zip archives hold a time; a fixed one makes the same file of the same arrays.
  return zipSync(Object.fromEntries(files), { level: 0, mtime: new Date(1980, 0, 1) });
}

function writeNpy({ shape, values }: Tensor): Uint8Array {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((PREFIX_LENGTH + header.length + 1) / 64) * 64;
  const text = `\x93NUMPY\x01\0${String.fromCharCode((length - PREFIX_LENGTH) % 256, (length - PREFIX_LENGTH) >> 8)}${header.padEnd(length - PREFIX_LENGTH - 1)}\n`;
  return Buffer.concat([
    Buffer.from(text, "latin1"),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ]);
}
