import type { Command } from "commander";
import { type Dataset, DigitrainError, type Model } from "../index.js";
import { type DataFlags, loadData } from "./data.js";
import { readModel } from "./files.js";
import { cacheOption, dataHelp, dataOption, testFractionOption } from "./flags.js";
import { counted, percent } from "./format.js";
import { Screen } from "./screen.js";

interface EvaluateFlags extends DataFlags {
  json?: boolean;
}

/** Adds `digitrain evaluate`. */
export function addEvaluate(program: Command, signal: AbortSignal): void {
  program
    .command("evaluate")
    .description("test a network: loss, accuracy, confusion matrix")
    .argument("<model>", "a safetensors file that train saved")
    .addOption(dataOption())
    .addOption(testFractionOption())
    .addOption(cacheOption())
    .option("--json", "print one JSON object: loss, accuracy, confusion[true][predicted]")
    .addHelpText(
      "after",
      `${dataHelp}

Examples:
  digitrain evaluate model.safetensors
  digitrain evaluate model.safetensors --data my-digits/ --json
  digitrain evaluate model.safetensors --data test.csv`,
    )
    .action((path: string, flags: EvaluateFlags) => run(path, flags, signal));
}

async function run(path: string, { json = false, ...flags }: EvaluateFlags, signal: AbortSignal) {
  const model = await readModel(path);
  const screen = new Screen({ quiet: json });
  const data = await loadData(flags, screen, signal);
  checkClassNames(model, data, path, screen);
  if (!data.test) {
    const all = counted(data.train.count, "image");
    screen.warn(`digitrain: ${data.name} has no test images; these are the results on all of its ${all}`);
  }
  const { loss, accuracy, confusion } = model.evaluate(data.test ?? data.train);
  const { classNames } = model;
  if (json) {
    process.stdout.write(`${JSON.stringify({ loss, accuracy, confusion, classNames })}\n`);
    return;
  }
  screen.print(`loss      ${loss}`);
  screen.print(`accuracy  ${percent(accuracy)}`);
  screen.print(`\n${confusionTable(confusion, classNames)}`);
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

/** The confusion matrix, a row for each true class and a column for each predicted one. */
function confusionTable(confusion: readonly (readonly number[])[], names: readonly string[] = []): string {
  const width = 2 + Math.max(...confusion.flat(), confusion.length - 1).toString().length;
  const row = (head: string, cells: readonly number[]) =>
    head.padStart(6) + cells.map((cell) => cell.toString().padStart(width)).join("");
  return [
    `${" ".repeat(6 + width - 1)}predicted`,
    row("true", [...confusion.keys()]),
    ...confusion.map((cells, label) =>
      [row(label.toString(), cells), ...names.slice(label, label + 1)].join("  "),
    ),
  ].join("\n");
}
