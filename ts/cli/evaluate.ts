import type { Command } from "commander";
import {
  classMetrics,
  type Dataset,
  DigitrainError,
  type Examples,
  imageOf,
  type Mistake,
  OptionError,
} from "../index.js";
import { loadData } from "./data.js";
import { assertWritable, readModel, writeFileAtomically } from "./files.js";
import { cacheOption, dataOption, wholeNumber } from "./flags.js";
import { percent } from "./format.js";
import { Screen } from "./screen.js";
import { drawInRows, sheet } from "./sheet.js";

interface EvaluateFlags {
  data?: string;
  cache?: string;
  worst?: number;
  sheet?: string;
  json?: boolean;
}

/** Adds `digitrain evaluate`. */
export function addEvaluate(program: Command, signal: AbortSignal): void {
  program
    .command("evaluate")
    .description("test a network: loss, accuracy, precision and recall of each class, confusion matrix")
    .argument("<model>", "a safetensors file that train saved")
    .addOption(dataOption())
    .addOption(cacheOption())
    .addOption(wholeNumber("--worst <count>", "draw the images that it got most wrong"))
    .option("--sheet <file>", "write those images to this .png, too")
    .option(
      "--json",
      "print one JSON object: loss, accuracy, confusion[true][predicted], and worst if asked for",
    )
    .addHelpText(
      "after",
      `
Examples:
  digitrain evaluate model.safetensors
  digitrain evaluate model.safetensors --worst 12 --sheet worst.png
  digitrain evaluate model.safetensors --data my-digits/ --json`,
    )
    .action((path: string, flags: EvaluateFlags) => run(path, flags, signal));
}

async function run(path: string, flags: EvaluateFlags, signal: AbortSignal): Promise<void> {
  const { data: source, cache, worst: count, sheet: sheetPath, json = false } = flags;
  if (count !== undefined && count < 1) {
    throw new OptionError(`--worst takes a whole number of at least 1, got ${count}`);
  }
  if (sheetPath !== undefined) {
    if (count === undefined)
      throw new OptionError("--sheet takes --worst to go with: how many images to write");
    await assertWritable(sheetPath, "the sheet");
  }
  const model = await readModel(path);
  const screen = new Screen({ quiet: json });
  const data = await loadData(source, cache, screen, signal);
  if (!data.test) throw new DigitrainError(`${data.name}: there are no test images to evaluate the model on`);
  const { loss, accuracy, confusion } = model.evaluate(data.test);
  const worst = count === undefined ? undefined : model.worst(data.test, count);
  if (sheetPath !== undefined && worst) await writeSheet(sheetPath, data, worst);
  if (json) {
    process.stdout.write(`${JSON.stringify({ loss, accuracy, confusion, worst })}\n`);
    return;
  }
  screen.print(`loss      ${loss}`);
  screen.print(`accuracy  ${percent(accuracy)}`);
  screen.print(`\n${metricsTable(confusion)}`);
  screen.print(`\n${confusionTable(confusion)}`);
  if (worst) screen.print(`\n${mostWrong(worst, data.test)}`);
  if (sheetPath !== undefined) screen.note(`wrote ${sheetPath}`);
}

/** Precision and recall of each class. */
function metricsTable(confusion: readonly (readonly number[])[]): string {
  const cells = classMetrics(confusion).map(({ count, precision, recall }, label) => [
    `${label}`,
    `${count}`,
    ...[precision, recall].map((fraction) => (fraction === undefined ? "-" : percent(fraction))),
  ]);
  return [["class", "images", "precision", "recall"], ...cells]
    .map((row) => row.map((cell, i) => cell.padStart(i === 0 ? 6 : 10)).join(""))
    .join("\n");
}

/** The confusion matrix, a row for each true class and a column for each predicted one; nothing stands for 0. */
function confusionTable(confusion: readonly (readonly number[])[]): string {
  const width = 2 + Math.max(...confusion.flat(), confusion.length - 1).toString().length;
  const row = (head: string, cells: readonly (number | string)[]) =>
    (head.padStart(6) + cells.map((cell) => String(cell).padStart(width)).join("")).trimEnd();
  return [
    `${" ".repeat(6 + width - 1)}predicted`,
    row("true", [...confusion.keys()]),
    ...confusion.map((cells, label) =>
      row(
        label.toString(),
        cells.map((cell) => cell || "·"),
      ),
    ),
  ].join("\n");
}

/** The images that the model got most wrong, or where they are no images, which examples. */
function mostWrong(worst: readonly Mistake[], examples: Examples): string {
  if (worst.length === 0) return "all images are classified rightly";
  const captioned = worst.flatMap(({ example, label, predicted }) => {
    const image = imageOf(examples, example);
    return image ? [{ image, caption: `${label} as ${predicted}` }] : [];
  });
  const list = worst.map(({ example, label, predicted, loss }) => {
    return `example ${example}: ${label} taken for ${predicted}, loss ${loss.toPrecision(4)}`;
  });
  const drawn = captioned.length === 0 ? "" : `${drawInRows(captioned, process.stdout.columns || 80)}\n\n`;
  return `most wrong, by loss:\n\n${drawn}${list.join("\n")}`;
}

/** Writes the images in rows of ten. */
async function writeSheet(path: string, { name, test }: Dataset, worst: readonly Mistake[]): Promise<void> {
  const images = worst.flatMap(({ example }) => (test && imageOf(test, example)) ?? []);
  if (images.length === 0) {
    const why = worst.length === 0 ? "all are classified rightly" : "its examples are no grey images";
    throw new DigitrainError(`${name}: there are no images to write to ${path}: ${why}`);
  }
  await writeFileAtomically(path, sheet(images, { columns: 10 }), "the sheet");
}
