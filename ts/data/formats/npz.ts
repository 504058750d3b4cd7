import { DigitrainError } from "../../base/errors.js";
import type { Dataset } from "../dataset.js";
import { nameOf } from "../files.js";
import { arraysIn, fromArrays } from "./arrays.js";
import { ZipArchive } from "./zip.js";

/** What else is a zip archive, by the files in it. */
const OTHERS: readonly [RegExp, string][] = [
  [
    /(^|\/)data\.pkl$/,
    "this is a PyTorch file, which isn't read; save its tensors with numpy.savez_compressed",
  ],
  [
    /(^|\/)config\.json$/,
    "this is a Keras model, not data; evaluate and predict take models that train saved",
  ],
  [/^xl\//, "this is an Excel file, which isn't read; save its sheet as CSV"],
  [/./, "this is an archive without arrays (.npy); unpack it, and name the directory that comes out"],
];

/**
 * Reads keras's `mnist.npz` or one like it, as {@link fromArrays}.
 * @param bytes the file's, which become part of the data set
 * @param path the file's path: it names the data set, and stands in error messages
 * @throws DigitrainError where it is damaged, or an array is missing or unfit.
 */
export async function readNpz(bytes: Uint8Array, path: string, signal?: AbortSignal): Promise<Dataset> {
  const arrays = arraysIn(bytes, path, signal);
  if (arrays.length === 0) {
    const { names } = new ZipArchive(bytes, path);
    const other = OTHERS.find(([pattern]) => names.some((name) => pattern.test(name)));
    if (other) throw new DigitrainError(`${path}: ${other[1]}`);
  }
  return fromArrays({ path, name: nameOf(path), arrays }, signal);
}
