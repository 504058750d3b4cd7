import { mkdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Command } from "commander";
import { encode } from "fast-png";
import {
  DigitrainError,
  encodeIdx,
  type Examples,
  OptionError,
  syntheticDigits,
  type TrainOptions,
} from "../index.js";
import { showAugmented } from "./augmented.js";
import { type DataFlags, loadData } from "./data.js";
import { systemReason } from "../base/errors.js";
import { writeFileAtomically } from "./files.js";
import { augmentation, cacheOption, labelOption, wholeNumber } from "./flags.js";
import { counted, thousands } from "../base/format.js";
import { drawInBraille } from "./picture.js";
import { Screen } from "./screen.js";

interface DigitsFlags extends DataFlags {
  save?: string;
  count?: number;
  seed?: number;
  augmented?: TrainOptions["augment"];
}

/** Where digits go: how many without --count, and how many at most. */
const terminal = { count: 10, most: 1_000 };
const sheet = { count: 400, most: 10_000 };
const directory = { count: 60_000, most: 1_000_000 };

/** Adds `digitrain digits`. */
export function addDigits(program: Command, signal: AbortSignal): void {
  program
    .command("digits")
    .description("make digits that look handwritten, and show or save them")
    .option("--save <path>", "a .png file: one sheet of them; a directory: MNIST's four files")
    .addOption(
      wholeNumber(
        "--count <number>",
        `of digits (default: ${terminal.count}; a sheet ${sheet.count}; a directory ${directory.count})`,
      ),
    )
    .addOption(wholeNumber("--seed <number>", "decides the digits (default: 0)"))
    .addOption(
      augmentation(
        "--augmented [amounts]",
        "instead, training images of --data, each as it is and as nine epochs of train --augment see it",
      ),
    )
    .option("--data <source>", "of those images, as train takes it (default: auto)")
    .addOption(labelOption())
    .addOption(cacheOption())
    .addHelpText(
      "after",
      `
A directory also gets test digits, a sixth of the count. With --data synthetic, train makes the digits of seed 0 itself.

Examples:
  digitrain digits
  digitrain digits --save sheet.png --count 100 --seed 7
  digitrain digits --augmented rotation=30 --data mnist --save sheet.png
  digitrain digits --save my-digits/ && digitrain train --data my-digits/`,
    )
    .action((flags: DigitsFlags) => run(flags, signal));
}

async function run(flags: DigitsFlags, signal: AbortSignal): Promise<void> {
  const { save, count: asked, seed = 0, augmented: augment, ...source } = flags;
  const screen = new Screen({ quiet: false });
  if (augment !== undefined) {
    await showAugmented(
      await loadData(source, screen, signal),
      { save, count: asked, seed, augment },
      screen,
      signal,
    );
    return;
  }
  const [unused] = Object.keys(source);
  if (unused !== undefined)
    throw new OptionError(`--${unused} takes effect with --augmented only; add it, too`);
  const target = save === undefined ? terminal : await targetOf(save);
  const count = asked ?? target.count;
  if (count < 1 || count > target.most) {
    const here = save === undefined ? "" : ` for ${save}`;
    throw new OptionError(
      `--count takes a whole number from 1 to ${thousands(target.most)}${here}, got ${count}`,
    );
  }
  const test = target === directory ? Math.ceil(count / 6) : 0;
  const data = await syntheticDigits({ seed, train: count, test, signal });
  if (save === undefined) {
    screen.print(inRows(data.train, process.stdout.columns || 80));
    return;
  }
  if (target === sheet) await writeFileAtomically(save, sheetOf(data.train), "the sheet", signal);
  else await writeDirectory(save, { train: data.train, ...(data.test && { t10k: data.test }) }, signal);
  screen.note(
    `saved ${counted(count, "digit")}${test ? ` and ${thousands(test)} for tests` : ""} in ${save}`,
  );
}

async function targetOf(path: string): Promise<typeof sheet> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return directory;
  const extension = extname(path).toLowerCase();
  if (extension === ".png") return sheet;
  if (found === undefined && extension === "") return directory;
  throw new OptionError(`--save takes a file that ends in .png, or a directory, got "${path}"`);
}

/** Dark digits on white paper, as many rows as columns. */
function sheetOf({ images, count, shape: [height = 0, width = 0] }: Examples): Uint8Array {
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const data = new Uint8Array(columns * width * rows * height).fill(255);
  for (let y = 0; y < count * height; y++) {
    const digit = Math.floor(y / height);
    const line = Math.floor(digit / columns) * height + (y % height);
    const paper = images.subarray(y * width, (y + 1) * width).map((ink) => 255 - ink);
    data.set(paper, (line * columns + (digit % columns)) * width);
  }
  return encode({ width: columns * width, height: rows * height, data, depth: 8, channels: 1 });
}

/** Digits side by side, as many as fit the terminal's width, their labels below. */
function inRows(
  { images, labels, count, shape: [height = 0, width = 0] }: Examples,
  columns: number,
): string {
  const lines: string[] = [];
  const perRow = Math.max(1, Math.floor(columns / (width / 2)));
  for (let start = 0; start < count; start += perRow) {
    const pictures: string[][] = [];
    for (let digit = start; digit < Math.min(count, start + perRow); digit++) {
      const pixels = images.subarray(digit * height * width, (digit + 1) * height * width);
      const label = String(labels[digit]).padStart(width / 4);
      pictures.push([...drawInBraille(Uint8Array.from(pixels), width), label.padEnd(width / 2)]);
    }
    pictures[0]?.forEach((_, line) =>
      lines.push(
        pictures
          .map((picture) => picture[line])
          .join("")
          .trimEnd(),
      ),
    );
  }
  return lines.join("\n");
}

/** Writes MNIST's four files, compressed. */
async function writeDirectory(
  path: string,
  parts: Record<string, Examples>,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new DigitrainError(`${path}: the directory cannot be made: ${systemReason(error)}`);
  });
  const files = Object.entries(parts).flatMap(([part, examples]) => {
    const { images, labels } = encodeIdx(examples);
    return [
      { name: `${part}-images-idx3-ubyte.gz`, bytes: images },
      { name: `${part}-labels-idx1-ubyte.gz`, bytes: labels },
    ];
  });
  const compressed = await Promise.all(files.map(({ bytes }) => promisify(gzip)(bytes)));
  // From here on the four are written, which belong together.
  signal.throwIfAborted();
  for (const [i, { name }] of files.entries())
    await writeFileAtomically(join(path, name), compressed[i] ?? new Uint8Array(), "the digits", signal);
}
