import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Dataset, Examples } from "../../../ts/data/dataset.js";
import { type LoadOptions, loadDataset } from "../../../ts/data/load.js";
import { syntheticDigits } from "../../../ts/data/synthetic.js";
import { withDirectory } from "./made.js";

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
