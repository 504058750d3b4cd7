import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Dataset, Examples } from "../../../../ts/data/dataset.js";
import { loadDataset } from "../../../../ts/data/load.js";
import type { LoadOptions } from "../../../../ts/data/load-options.js";
import type { RemarkKind } from "../../../../ts/data/remark.js";
import { syntheticDigits } from "../../../../ts/data/synthetic.js";
import { withDirectory } from "../made.js";

/** A few digits for training and for tests, of which each form of data is made. */
export interface Digits {
  readonly train: Examples;
  readonly test: Examples;
}

/** 30 training digits and 20 test digits, each class among both. */
export async function makeDigits(): Promise<Digits> {
  const { train, test } = await syntheticDigits({ train: 30, test: 20 });
  if (!test) throw new Error("there are no test digits");
  return { train, test };
}

/** What people bring: files by their paths. */
export type Files = Record<string, string | Uint8Array>;

/** The pixels of one example. */
export function pixelsOf({ images }: Examples, example: number): number[] {
  return [...images.subarray(784 * example, 784 * (example + 1))];
}

/** Images of 28x28 with their rows for columns, as EMNIST has them. */
export function onTheirSide(examples: Examples): Examples {
  const place = (i: number) => {
    const pixel = i % 784;
    return i - pixel + 28 * (pixel % 28) + Math.floor(pixel / 28);
  };
  return { ...examples, images: examples.images.map((_, i) => examples.images[place(i)] ?? 0) };
}

/** A line for each example, made of its label and pixels. */
export function lines(
  examples: Examples,
  line: (label: number, pixels: number[], i: number) => string,
): string[] {
  return [...examples.labels].map((label, i) => line(label, pixelsOf(examples, i), i));
}

/** Writes files into a directory called `data`, loads it or one of its files, and gives the data set or its error. */
export function load(files: Files, path = "", options: LoadOptions = {}): Promise<Dataset> {
  return withDirectory(async (parent) => {
    const directory = join(parent, "data");
    for (const [name, contents] of Object.entries(files)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), contents);
    }
    return loadDataset(join(directory, path), options).catch((error: unknown) => {
      throw error instanceof Error ? new Error(error.message.replaceAll(directory, "~")) : error;
    });
  });
}

/** The kinds of remarks that a data set came with. */
export function kindsOf(data: Dataset): string[] {
  return (data.remarks ?? []).map(({ kind }) => kind);
}

/** A form in which people have their data, which a test makes and docs/data.md lists. */
export interface Form {
  /** What they have. */
  readonly what: string;
  /** What is done with it. */
  readonly done: string;
  readonly files: (digits: Digits) => Files;
  /** What is named: the directory of the files, or one of them. */
  readonly path?: string;
  readonly options?: LoadOptions;
  /** What becomes of it, where that is not the digits themselves. */
  readonly data?: (digits: Digits) => object;
  /** What is remarked: kinds, and a part of what the last one says. */
  readonly remarks?: readonly RemarkKind[];
  readonly remark?: string;
  /** How it is refused: `~` is the directory. */
  readonly error?: string;
}
