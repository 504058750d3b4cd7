import type { Command } from "commander";
import {
  classMetrics,
  type Dataset,
  DigitrainError,
  type Examples,
  imageOf,
  lightOnDark,
  type Mistake,
  type Model,
  OptionError,
} from "../index.js";
import { type DataFlags, loadData, tellOf } from "./data.js";
import { assertWritable, readModel, writeFileAtomically } from "./files.js";
import {
  cacheOption,
  dataHelp,
  dataOption,
  inkOption,
  labelOption,
  MODEL_HELP,
  testFractionOption,
  wholeNumber,
} from "./flags.js";
import { counted, jsonLine, percent, visible } from "../base/format.js";
import { seenOf } from "../view/contents.js";
import { colour, dim, green, Screen, yellow } from "./screen.js";
import { drawInRows, sheet } from "./sheet.js";

interface EvaluateFlags extends DataFlags {
  worst?: number;
  sheet?: string;
  json?: boolean;
}

/** Tables of more are too wide for any terminal. */
const MOST_CLASSES = 64;

/** Adds `digitrain evaluate`. */
export function addEvaluate(program: Command, signal: AbortSignal): void {
  program
    .command("evaluate")
    .description("test a network: loss, accuracy, precision and recall of each class, confusion matrix")
    .argument("<model>", MODEL_HELP)
    .addOption(dataOption())
    .addOption(labelOption())
    .addOption(inkOption())
    .addOption(testFractionOption())
    .addOption(cacheOption())
    .addOption(wholeNumber("--worst <count>", "draw the images that it got most wrong"))
    .option("--sheet <file>", "write those images to this .png, too")
    .option(
      "--json",
      "print one JSON object: loss, accuracy, confusion[true][predicted], and worst if asked for",
    )
    .addHelpText(
      "after",
      `${dataHelp}

Examples:
  digitrain evaluate model.safetensors
  digitrain evaluate model.safetensors --worst 12 --sheet worst.png
  digitrain evaluate model.safetensors --data my-digits/ --json
  digitrain evaluate model.safetensors --data test.csv`,
    )
    .action((path: string, flags: EvaluateFlags) => run(path, flags, signal));
}

async function run(path: string, flags: EvaluateFlags, signal: AbortSignal): Promise<void> {
  const { worst: count, sheet: sheetPath, json = false, ...source } = flags;
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
  const data = await loadData(source, screen, signal);
  tellOf(data.remarks, screen);
  checkClassNames(model, data, path, screen);
  if (!data.test) {
    const all = counted(data.train.count, "image");
    screen.warn(`digitrain: ${data.name} has no test images; these are the results on all of its ${all}`);
  }
  const examples = asLearned(model, data, screen);
  const { loss, accuracy, confusion } = model.evaluate(examples, { ink: "light" });
  const { classNames } = model;
  const names = classNames?.map(visible);
  const worst = count === undefined ? undefined : model.worst(examples, count, { ink: "light" });
  if (sheetPath !== undefined && worst) await writeSheet(sheetPath, data.name, examples, worst, signal);
  if (json) {
    process.stdout.write(jsonLine({ loss, accuracy, confusion, classNames, worst }));
    return;
  }
  screen.print(`loss      ${loss.toPrecision(4)}`);
  screen.print(`accuracy  ${percent(accuracy)}`);
  if (confusion.length <= MOST_CLASSES) {
    screen.print(`\n${metricsTable(confusion, names)}`);
    screen.printColoured(`\n${confusionTable(confusion, names)}`);
  } else screen.print(`The tables of ${confusion.length} classes are too large to print; --json has them.`);
  if (worst) screen.print(`\n${mostWrong(worst, examples, names)}`);
  if (sheetPath !== undefined) screen.note(`wrote ${sheetPath}`);
}

/** The images to test on, turned as those that the model learned from were where a look at them decided nothing. */
function asLearned(model: Model, data: Dataset, screen: Screen): Examples {
  const examples = data.test ?? data.train;
  const seen = lightOnDark(examples, { ...seenOf(data), otherwise: model.ink });
  if (seen !== examples)
    screen.warn(
      `digitrain: ${data.name}: the images are turned, as those that the model learned from were dark on light; --ink light leaves them as they are`,
    );
  return seen;
}

/** The same number stands for the same class only where the names agree. */
function checkClassNames(model: Model, data: Dataset, path: string, screen: Screen): void {
  const textOf = (names?: readonly string[]) => names?.join(", ") ?? "numbers";
  const [known, given] = [textOf(model.classNames), textOf(data.classNames)];
  if (known === given) return;
  const differ = `the model's classes are ${known}, but those of ${data.name} are ${given}`;
  if (model.classNames && data.classNames) throw new DigitrainError(`${path}: ${differ}`);
  screen.warn(`digitrain: ${differ}; they are taken to be in the same order`);
}

/** Precision and recall of each class, and its name where it has one. */
function metricsTable(confusion: readonly (readonly number[])[], names: readonly string[] = []): string {
  const cells = classMetrics(confusion).map(({ count, precision, recall }, label) => [
    `${label}`,
    `${count}`,
    ...[precision, recall].map((fraction) => (fraction === undefined ? "-" : percent(fraction))),
    ...names.slice(label, label + 1).map((name) => `  ${name}`),
  ]);
  const widths = [6, 10, 11, 10, 0];
  return [["class", "images", "precision", "recall"], ...cells]
    .map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join(""))
    .join("\n");
}

/**
 * The confusion matrix, a row for each true class and a column for each predicted one; a dot stands for 0. On a terminal
 * what is right is green, and mistakes are yellow.
 */
function confusionTable(confusion: readonly (readonly number[])[], names: readonly string[] = []): string {
  const width = 2 + Math.max(...confusion.flat(), confusion.length - 1).toString().length;
  const tint = (cell: string, code: string) => colour(process.stdout, code, cell);
  const head = (text: string) => text.padStart(6);
  const rows = confusion.map((cells, label) => {
    const tinted = cells.map((cell, predicted) => {
      if (cell === 0) return tint("·".padStart(width), dim);
      return tint(String(cell).padStart(width), predicted === label ? green : yellow);
    });
    return (
      head(String(label)) +
      tinted.join("") +
      names
        .slice(label, label + 1)
        .map((name) => `  ${name}`)
        .join("")
    );
  });
  const labels = [...confusion.keys()].map((label) => String(label).padStart(width));
  return [`${" ".repeat(6 + width - 1)}predicted`, head("true") + labels.join(""), ...rows].join("\n");
}

/** The images that the model got most wrong, or where they are no images, which examples. */
function mostWrong(worst: readonly Mistake[], examples: Examples, names: readonly string[] = []): string {
  const nameOf = (label: number) => names[label] ?? String(label);
  if (worst.length === 0) return "all images are classified correctly";
  const captioned = worst.flatMap(({ example, label, predicted }) => {
    const image = imageOf(examples, example);
    return image ? [{ image, caption: `${nameOf(label)} as ${nameOf(predicted)}` }] : [];
  });
  const list = worst.map(({ example, label, predicted, loss }) => {
    return `example ${example}: ${nameOf(label)} taken for ${nameOf(predicted)}, loss ${loss.toPrecision(4)}`;
  });
  const drawn = captioned.length === 0 ? "" : `${drawInRows(captioned, process.stdout.columns || 80)}\n\n`;
  return `most wrong, by loss:\n\n${drawn}${list.join("\n")}`;
}

/** Writes the images in rows of ten. */
async function writeSheet(
  path: string,
  name: string,
  examples: Examples,
  worst: readonly Mistake[],
  signal: AbortSignal,
): Promise<void> {
  const images = worst.flatMap(({ example }) => imageOf(examples, example) ?? []);
  if (images.length === 0) {
    const why = worst.length === 0 ? "all are classified correctly" : "its examples are no grey images";
    throw new DigitrainError(`${name}: there are no images to write to ${path}: ${why}`);
  }
  await writeFileAtomically(path, sheet(images, { columns: 10 }), "the sheet", signal);
}
