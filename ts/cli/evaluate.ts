import type { Command } from "commander";
import { DigitrainError } from "../index.js";
import { loadData } from "./data.js";
import { readModel } from "./files.js";
import { cacheOption, dataOption } from "./flags.js";
import { percent } from "./format.js";
import { Screen } from "./screen.js";

interface EvaluateFlags {
  data?: string;
  cache?: string;
  json?: boolean;
}

/** Adds `digitrain evaluate`. */
export function addEvaluate(program: Command, signal: AbortSignal): void {
  program
    .command("evaluate")
    .description("test a network: loss, accuracy, confusion matrix")
    .argument("<model>", "a safetensors file that train saved")
    .addOption(dataOption())
    .addOption(cacheOption())
    .option("--json", "print one JSON object: loss, accuracy, confusion[true][predicted]")
    .addHelpText(
      "after",
      `
Examples:
  digitrain evaluate model.safetensors
  digitrain evaluate model.safetensors --data my-digits/ --json`,
    )
    .action((path: string, flags: EvaluateFlags) => run(path, flags, signal));
}

async function run(path: string, { data: source, cache, json = false }: EvaluateFlags, signal: AbortSignal) {
  const model = await readModel(path);
  const screen = new Screen({ quiet: json });
  const data = await loadData(source, cache, screen, signal);
  if (!data.test) throw new DigitrainError(`${data.name}: there are no test images to evaluate the model on`);
  const { loss, accuracy, confusion } = model.evaluate(data.test);
  if (json) {
    process.stdout.write(`${JSON.stringify({ loss, accuracy, confusion })}\n`);
    return;
  }
  screen.print(`loss      ${loss}`);
  screen.print(`accuracy  ${percent(accuracy)}`);
  screen.print(`\n${confusionTable(confusion)}`);
}

/** The confusion matrix, a row for each true class and a column for each predicted one. */
function confusionTable(confusion: readonly (readonly number[])[]): string {
  const width = 2 + Math.max(...confusion.flat(), confusion.length - 1).toString().length;
  const row = (head: string, cells: readonly number[]) =>
    head.padStart(6) + cells.map((cell) => cell.toString().padStart(width)).join("");
  return [
    `${" ".repeat(6 + width - 1)}predicted`,
    row("true", [...confusion.keys()]),
    ...confusion.map((cells, label) => row(label.toString(), cells)),
  ].join("\n");
}
