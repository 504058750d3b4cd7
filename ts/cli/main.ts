#!/usr/bin/env node
import "./relaxed-simd.js";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { DigitrainError, OptionError } from "../index.js";
import { systemReason } from "../base/errors.js";
import { visible } from "../base/format.js";
import { errorText, exitStatus } from "./errors.js";
import { addBench } from "./bench.js";
import { addDemo } from "./demo.js";
import { addDigits } from "./digits.js";
import { addEvaluate } from "./evaluate.js";
import { addExport } from "./export.js";
import { addInfo, version } from "./info.js";
import { addPredict } from "./predict.js";
import { addTrain } from "./train.js";

const interruption = new AbortController();

/** By the first signal that interrupted the command. */
let interruptedStatus: number | undefined;

/** Which Windows knows no number of. */
const SIGPIPE = 13;

// Windows sends SIGBREAK at Ctrl+Break, SIGHUP when its window is closed, and no SIGTERM.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const) {
  process.on(name, () => {
    if (interruptedStatus !== undefined) process.exit(interruptedStatus);
    interruptedStatus = 128 + constants.signals[name];
    interruption.abort();
  });
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has gone (`digitrain train | head`) ends the program quietly, as it ends any other.
    if (error.code === "EPIPE") process.exit(128 + SIGPIPE);
    // A run that is under way saves its checkpoint before it ends.
    const name = stream === process.stdout ? "stdout" : "stderr";
    interruption.abort(new DigitrainError(`${name} can't be written to: ${systemReason(error)}`));
  });
}

const program = new Command("digitrain")
  .description("Train the classic MNIST perceptron.")
  .version(version)
  .exitOverride()
  .configureOutput({
    // Commander puts its suggestion on a line of its own; an error here is one line.
    outputError: (message, write) => {
      write(
        `${visible(
          message
            .trimEnd()
            .replace(/^error: /, "digitrain: ")
            .replaceAll("\n", " "),
        )}\n`,
      );
    },
  })
  .addHelpText(
    "after",
    `
Examples:
  digitrain train
  digitrain train --recipe fast --save model.safetensors
  digitrain evaluate model.safetensors
  digitrain predict model.safetensors seven.png
  digitrain demo --open`,
  );
addTrain(program, interruption.signal);
addEvaluate(program, interruption.signal);
addPredict(program, interruption.signal);
addDigits(program, interruption.signal);
addExport(program, interruption.signal);
addBench(program, interruption.signal);
addDemo(program, interruption.signal);
addInfo(program, interruption.signal);
program
  .command("report", { hidden: true })
  .allowUnknownOption()
  .allowExcessArguments()
  .action(() => {
    throw new OptionError("there is no report without a run: train --report DIRECTORY writes one of its own");
  });

program.hook("preAction", (_, command) => {
  refuseEmpty(command);
});

try {
  await program.parseAsync(process.argv.map(fromFileUrl));
  // What can't be stopped in its middle has been done, but nobody waits for it.
  interruption.signal.throwIfAborted();
} catch (error) {
  process.exitCode = report(error);
}

/** An empty text is what a shell makes of a variable that isn't set. */
function refuseEmpty(command: Command): void {
  const { args, options } = command;
  const empty = options.find((option) => command.getOptionValue(option.attributeName()) === "");
  const what = empty?.long ?? (args.includes("") ? `each argument of ${command.name()}` : undefined);
  if (what !== undefined) throw new OptionError(`${what} takes a name or value, got ""`);
}

/** A path that was given as a file: URL, as some shells and file managers do. */
function fromFileUrl(argument: string): string {
  if (!/^file:\/\//i.test(argument)) return argument;
  try {
    return fileURLToPath(argument);
  } catch (error) {
    throw new OptionError(`${argument} is not the URL of a file on this machine: ${systemReason(error)}`);
  }
}

/** Tells the user what went wrong, unless commander has done so, and returns the exit status. */
function report(thrown: unknown): number {
  const { signal } = interruption;
  const error: unknown = signal.aborted && signal.reason instanceof DigitrainError ? signal.reason : thrown;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.success : exitStatus.usage;
  // What failed while an interrupted run was saved is an error of its own.
  if (interruptedStatus !== undefined && !(error instanceof DigitrainError)) {
    process.stderr.write("digitrain: interrupted\n");
    return interruptedStatus;
  }
  process.stderr.write(`digitrain: ${errorText(error)}\n`);
  return error instanceof OptionError ? exitStatus.usage : exitStatus.failure;
}
