import { join } from "node:path";
import type { Command } from "commander";
import {
  type CheckpointOptions,
  currentRuntime,
  OptionError,
  reportPage,
  resolveOptions,
  train,
  type TrainOptions,
} from "../index.js";
import { type DataFlags, loadData, tellOf } from "./data.js";
import {
  assertWritable,
  isFile,
  isSameFile,
  makeDirectory,
  readModel,
  writeFileAtomically,
} from "./files.js";
import {
  augmentation,
  cacheOption,
  dataHelp,
  dataOption,
  decimalNumber,
  epochsOrNone,
  inkOption,
  labelOption,
  layerSizes,
  limitOption,
  testFractionOption,
  threads,
  wholeNumber,
} from "./flags.js";
import { jsonReport, type Log, TextReport } from "./report.js";
import { Screen } from "./screen.js";

/** The flags as commander hands them over: options of the API, and the command's own. */
interface TrainFlags
  extends
    DataFlags,
    Omit<
      TrainOptions,
      | "data"
      | "ink"
      | "initial"
      | "earlyStopping"
      | "checkpoint"
      | "signal"
      | "onStart"
      | "onStep"
      | "onEpoch"
    > {
  initial?: string;
  earlyStopping?: number | "none";
  checkpoint?: string;
  resume?: boolean;
  checkpointEverySteps?: number;
  checkpointEverySeconds?: number;
  checkpointKeep?: number;
  save?: string;
  report?: string;
  json?: boolean;
  quiet?: boolean;
}

/** Adds `digitrain train`. */
export function addTrain(program: Command, signal: AbortSignal): void {
  program
    .command("train")
    .description("train a network and print its losses")
    .optionsGroup("Data:")
    .addOption(dataOption())
    .addOption(limitOption())
    .addOption(
      decimalNumber(
        "--validation-fraction <fraction>",
        "of the training images set aside to judge each epoch by, always the same ones (default: 0)",
      ),
    )
    .addOption(labelOption())
    .addOption(inkOption())
    .addOption(testFractionOption())
    .addOption(cacheOption())
    .optionsGroup("Network:")
    .addOption(
      layerSizes("--hidden <sizes>", "of the hidden layers; none: the linear model (default: 256,128)"),
    )
    .option("--output-activation <linear|relu>", "of the last layer (default: linear)")
    .option("--initialization <truncated-normal|he>", "of the random weights (default: truncated-normal)")
    .addOption(decimalNumber("--initial-standard-deviation <number>", "of truncated-normal (default: 0.1)"))
    .option("--initial <file>", "continue from the weights in this .safetensors or .onnx file")
    .optionsGroup("Training:")
    .option(
      "--recipe <tutorial|fast|accurate|robust>",
      "a set of options, to be overridden one by one (default: tutorial)",
    )
    .addOption(wholeNumber("--epochs <count>", "passes over the training images (default: 10)"))
    .addOption(wholeNumber("--batch-size <count>", "images a step (default: 128)"))
    .option("--loss <mse|cross-entropy>", "what is minimised (default: mse)")
    .option("--optimizer <sgd|adam>", "how gradients change weights (default: sgd)")
    .addOption(decimalNumber("--learning-rate <number>", "or a one-cycle schedule's peak (default: 0.001)"))
    .option("--schedule <constant|one-cycle>", "of the learning rate (default: constant)")
    .addOption(decimalNumber("--momentum <number>", "of SGD (default: 0)"))
    .addOption(decimalNumber("--weight-decay <number>", "of all parameters (default: 0)"))
    .addOption(
      decimalNumber("--dropout <fraction>", "of the hidden outputs, dropped in training (default: 0)"),
    )
    .addOption(
      augmentation("--augment [amounts]", "change the images anew each epoch, see below (default: none)"),
    )
    .option("--no-augment", "leave the images as they are (default)")
    .option("--shuffle", "a new order of the images each epoch")
    .option("--no-shuffle", "the images in file order (default)")
    .addOption(wholeNumber("--seed <number>", "decides the random weights and the order (default: 0)"))
    .addOption(threads("--threads <count>", "auto, or 1 to 64 (default: auto)"))
    .option("--deterministic", "the same bits on every machine, at some cost in speed")
    .optionsGroup("Stopping and resuming:")
    .addOption(
      epochsOrNone(
        "--early-stopping <epochs>",
        "end the run after so many epochs without a lower validation loss, or without validation a lower mean loss; none: do all epochs (default)",
      ),
    )
    .option("--keep-best", "end with the network of the best epoch, judged likewise")
    .option("--no-keep-best", "end with the network of the last epoch (default)")
    .option("--checkpoint <directory>", "save the run there after each epoch, and when it is interrupted")
    .option(
      "--resume",
      "continue from the newest checkpoint, if there is one, with the options that the run began with",
    )
    .addOption(wholeNumber("--checkpoint-every-steps <count>", "save it after so many steps, too"))
    .addOption(decimalNumber("--checkpoint-every-seconds <number>", "save it after so many seconds, too"))
    .addOption(wholeNumber("--checkpoint-keep <count>", "how many checkpoints are kept (default: 3)"))
    .optionsGroup("Output:")
    .option("--save <file>", "save the trained network as safetensors")
    .option("--report <directory>", "write a page about the run there: report.html")
    .addOption(wholeNumber("--log-every <steps>", "print every so many steps' loss (default: 100)"))
    .addOption(wholeNumber("--evaluate-every <epochs>", "test every so many epochs; 0: never (default: 1)"))
    .option("--json", "print JSON Lines on stdout, and nothing else")
    .option("--quiet", "print errors only, and notices such as that synthetic digits stand in")
    .addHelpText(
      "after",
      `${dataHelp}

--augment alone is rotation=15,scale=0.18,shear=0.2,shift=1.5,elastic=1.5,thickness=0.7: at most so many degrees, fractions
of the size and the height, and pixels. Of amounts that are named, the others are 0.

The defaults are those of the recipe tutorial: the classic walk-through's program.

Examples:
  digitrain train
  digitrain train --recipe fast --save model.safetensors
  digitrain train --initial model.safetensors --epochs 1 --learning-rate 0.01
  digitrain train --recipe accurate --checkpoint run/ --resume
  digitrain train --recipe robust --save model.safetensors
  digitrain train --optimizer adam --epochs 100 --validation-fraction 0.1 --early-stopping 5 --keep-best
  digitrain train --hidden none --data my-digits/
  digitrain train --data letters.csv --test-fraction 0.2
  digitrain train --json > run.jsonl`,
    )
    .action((flags: TrainFlags) => run(flags, signal));
}

async function run(flags: TrainFlags, signal: AbortSignal): Promise<void> {
  const { data: source, cache, testFraction, label, ink, ...others } = flags;
  const { initial, earlyStopping, save, report: directory, json = false, quiet = false, ...rest } = others;
  const { checkpoint, given } = takeCheckpoint(rest);
  const options = {
    ...given,
    ...(checkpoint && { checkpoint }),
    ...(earlyStopping !== undefined && { earlyStopping: earlyStopping === "none" ? null : earlyStopping }),
    ...(initial !== undefined && { initial: await readModel(initial) }),
  };
  const hyperparameters = resolveOptions(options);
  // What is wrong with the runtime is told of before anything is downloaded.
  currentRuntime(hyperparameters);
  const { logEvery } = hyperparameters;
  const page = directory === undefined ? undefined : join(directory, "report.html");
  if (save !== undefined && page !== undefined && (await isSameFile(save, page)))
    throw new OptionError(
      `--save and --report both write ${page}; name another file for the model, such as model.safetensors`,
    );
  if (save !== undefined) {
    for (const data of source === undefined ? [] : [source, ...source.split(",")])
      if ((await isFile(data)) && (await isSameFile(save, data)))
        throw new OptionError(`--save would overwrite the data, ${data}; name another file for the model`);
    await assertWritable(save);
  }
  if (directory !== undefined) await makeDirectory(directory);
  if (page !== undefined) await assertWritable(page, "the report");

  const screen = new Screen({ quiet: quiet || json });
  const asked = hyperparameters.recipe === "tutorial" || given.logEvery !== undefined;
  const log: Log = asked ? { stepsBetweenLines: logEvery } : "epochs";
  const report = json ? jsonReport(logEvery) : new TextReport(screen, log, flags);
  // A run that has failed waits for no download.
  const over = new AbortController();
  try {
    const whileNeeded = AbortSignal.any([signal, over.signal]);
    const data = loadData({ data: source, cache, testFraction, label, ink }, screen, whileNeeded);
    const result = await train({
      ...options,
      data,
      signal,
      // The progress bar moves with every step; the report picks the steps to print.
      logEvery: 1,
      onStart: (event) => {
        if (!quiet) tellOf(event.remarks, screen);
        report.start(event);
      },
      onStep: report.step,
      onEpoch: report.epoch,
    });
    const { model, history, runtime, stopped, bestEpoch, testAccuracy } = result;
    if (save !== undefined) await writeFileAtomically(save, model.toSafetensors(), "the model", signal);
    if (page !== undefined) {
      const html = reportPage({ ...result, data: await data, options: hyperparameters });
      await writeFileAtomically(page, new TextEncoder().encode(html), "the report", signal);
    }
    report.end({
      seconds: history.epochs.reduce((sum, { seconds }) => sum + seconds, 0),
      ...(testAccuracy !== undefined && { testAccuracy }),
      stopped,
      ...(bestEpoch !== undefined && { bestEpoch }),
      ...(save === undefined ? {} : { saved: save }),
      ...(page === undefined ? {} : { report: page }),
      runtime,
    });
  } catch (error) {
    if (signal.aborted && error === signal.reason) report.interrupted();
    throw error;
  } finally {
    over.abort();
    screen.endProgress();
  }
}

type CheckpointFlags = Pick<
  TrainFlags,
  "checkpoint" | "resume" | "checkpointEverySteps" | "checkpointEverySeconds" | "checkpointKeep"
>;

/** Makes one option of the API of the flags about checkpoints. */
function takeCheckpoint<T extends CheckpointFlags>(
  flags: T,
): { checkpoint?: CheckpointOptions; given: Omit<T, keyof CheckpointFlags> } {
  const { checkpoint, resume, checkpointEverySteps, checkpointEverySeconds, checkpointKeep, ...given } =
    flags;
  const details = {
    ...(resume !== undefined && { resume }),
    ...(checkpointEverySteps !== undefined && { everySteps: checkpointEverySteps }),
    ...(checkpointEverySeconds !== undefined && { everySeconds: checkpointEverySeconds }),
    ...(checkpointKeep !== undefined && { keep: checkpointKeep }),
  };
  if (checkpoint !== undefined) return { checkpoint: { directory: checkpoint, ...details }, given };
  const [name] = Object.keys(details);
  if (name === undefined) return { given };
  const flag = {
    resume: "--resume",
    everySteps: "--checkpoint-every-steps",
    everySeconds: "--checkpoint-every-seconds",
    keep: "--checkpoint-keep",
  }[name];
  throw new OptionError(
    `${flag ?? name} takes effect with --checkpoint DIRECTORY only; name the directory, too`,
  );
}
