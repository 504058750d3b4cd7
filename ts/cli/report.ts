import {
  describe,
  type EpochEvent,
  type Runtime,
  type StartEvent,
  type StepEvent,
  type Stopped,
} from "../index.js";
import { counted, duration, jsonLine, percent, roughDuration } from "../base/format.js";
import type { DataFlags } from "./data.js";
import type { Screen } from "./screen.js";
import { typed } from "./typed.js";

/** How a run ended. */
export interface EndEvent {
  /** Training alone, without evaluation. */
  readonly seconds: number;
  /** Of the model that was saved, where it was evaluated. */
  readonly testAccuracy?: number;
  readonly stopped: Stopped;
  /** The best epoch, where epochs were judged. */
  readonly bestEpoch?: number;
  /** The file that the model was saved in. */
  readonly saved?: string;
  /** The page about the run. */
  readonly report?: string;
  /** What the run computed with at its end: the number of threads may have changed. */
  readonly runtime: Runtime;
}

/** What `train` prints as it goes. It is told of every step. */
export interface Report {
  readonly start: (event: StartEvent) => void;
  readonly step: (event: StepEvent) => void;
  readonly epoch: (event: EpochEvent) => void;
  readonly end: (event: EndEvent) => void;
  /** The run was interrupted. */
  readonly interrupted: () => void;
}

/** What the text report prints as a run goes: the walk-through's line every so many steps, or a line an epoch. */
export type Log = { readonly stepsBetweenLines: number } | "epochs";

/** What the flags name: the data, and the directory that the run is saved in as it goes. */
interface Places extends DataFlags {
  readonly checkpoint?: string | undefined;
}

/** The log on stdout; what a reader of the log has no use for, on stderr. */
export class TextReport implements Report {
  readonly #screen: Screen;
  readonly #log: Log;
  readonly #places: Places;
  #run: StartEvent | undefined;
  /** The step that has run last. */
  #last: StepEvent | undefined;

  constructor(screen: Screen, log: Log, places: Places) {
    this.#screen = screen;
    this.#log = log;
    this.#places = places;
  }

  start = (event: StartEvent): void => {
    this.#run = event;
    const { data, counts, network, runtime, resumed } = event;
    this.#screen.print(describe(data));
    if (counts.validation !== undefined)
      this.#screen.note(
        `trains on ${counted(counts.train, "image")}, and judges each epoch by ${counted(counts.validation, "validation image")}`,
      );
    this.#screen.note(
      `network ${network.join("-")}, WebAssembly variant ${runtime.variant}, ${counted(runtime.threads, "thread")}`,
    );
    if (!resumed) return;
    for (const { file, why } of resumed.skipped) this.#screen.note(`skipped ${file}: ${why}`);
    this.#screen.note(`resuming at epoch ${resumed.epoch}, step ${resumed.step}, from ${resumed.file}`);
  };

  step = (event: StepEvent): void => {
    this.#last = event;
    if (!this.#run) return;
    const { stepsPerEpoch, options, resumed } = this.#run;
    const { epoch, step, loss } = event;
    if (this.#log !== "epochs" && step % this.#log.stepsBetweenLines === 0)
      this.#screen.print(`epoch:${epoch}, step: ${step}, loss:${loss}`);
    const done = epoch * stepsPerEpoch + step + 1;
    const total = stepsPerEpoch * options.epochs;
    // Those before a checkpoint took none of this run's time.
    const doneBefore = resumed ? resumed.epoch * stepsPerEpoch + resumed.step : 0;
    this.#screen.showProgress({
      label: this.#nameOf(epoch),
      value: done,
      total,
      details: (elapsed) => {
        const rate = (done - doneBefore) / elapsed;
        return [
          `${roughDuration((total - done) / rate)} left`,
          `loss ${loss.toPrecision(4)}`,
          `${counted(Math.round(rate), "step")}/s`,
        ];
      },
    });
  };

  epoch = (event: EpochEvent): void => {
    if (this.#log === "epochs") this.#screen.print(this.#epochLine(event));
    else this.#screen.news(epochSummary(event));
  };

  end = ({ seconds, testAccuracy, stopped, bestEpoch, saved, report, runtime }: EndEvent): void => {
    this.#screen.endProgress();
    if (stopped.why === "early-stopping") this.#screen.news(this.#whyEarly(stopped.epoch));
    if (bestEpoch !== undefined) this.#screen.news(this.#bestSummary(bestEpoch, stopped.epoch));
    const { data } = this.#run ?? {};
    const how = `in ${duration(seconds)} (${counted(runtime.threads, "thread")})`;
    const reached =
      testAccuracy === undefined
        ? `trained ${how}`
        : `${percent(testAccuracy)} of ${counted(data?.test?.count ?? 0, "test image")} ${how}`;
    this.#screen.success(reached);
    if (saved !== undefined) this.#screen.news(`saved ${saved}`);
    if (report !== undefined) this.#screen.news(`wrote ${report}`);
    this.#screen.note(`next: ${nextCommands(saved, this.#run?.options.recipe, this.#places).join(", ")}`);
  };

  interrupted = (): void => {
    this.#screen.endProgress();
    if (!this.#last) return;
    const { epoch, step } = this.#last;
    this.#screen.news(`stopped in ${this.#nameOf(epoch)} after step ${step}`);
    this.#screen.note(
      this.#places.checkpoint === undefined
        ? "nothing was saved; --checkpoint DIRECTORY saves a run as it goes"
        : `saved in ${this.#places.checkpoint}; the same command with --resume continues from there`,
    );
  };

  #whyEarly(epoch: number): string {
    const { options, counts } = this.#run ?? {};
    const patience = counted(options?.earlyStopping?.patience ?? 0, "epoch");
    const loss = counts?.validation === undefined ? "mean loss" : "validation loss";
    return `stopped after ${this.#nameOf(epoch)}: ${patience} without a lower ${loss}`;
  }

  #bestSummary(best: number, last: number): string {
    const name = this.#nameOf(best);
    if (best === last) return `the best was ${name}, the last`;
    const given = this.#run?.options.keepBest ? "the model is" : "--keep-best gives the model";
    return `the best was ${name}; ${given} as it was after it`;
  }

  /** An epoch as the log names it, its number at least so wide. */
  #nameOf(epoch: number, width = 0): string {
    if (this.#log !== "epochs") return `epoch ${epoch}`;
    return `epoch ${String(epoch + 1).padStart(width)}/${this.#epochs}`;
  }

  get #epochs(): number {
    return this.#run?.options.epochs ?? 0;
  }

  /** "epoch 3/20  loss 0.0541  validation 0.0702, 97.80 %  test 97.90 %  0.28 s" */
  #epochLine(event: EpochEvent): string {
    const { epoch, seconds, meanLoss, validationLoss, validationAccuracy = 0, testAccuracy } = event;
    return [
      this.#nameOf(epoch, String(this.#epochs).length),
      `loss ${meanLoss.toFixed(4)}`,
      ...(validationLoss === undefined
        ? []
        : [`validation ${validationLoss.toFixed(4)}, ${percent(validationAccuracy)}`]),
      ...(testAccuracy === undefined ? [] : [`test ${percent(testAccuracy)}`]),
      duration(seconds),
    ].join("  ");
  }
}

/** What the walk-through doesn't print: how an epoch went, and how the test images are read after it. */
function epochSummary(event: EpochEvent): string {
  const { epoch, seconds, meanLoss, validationLoss, validationAccuracy, testLoss, testAccuracy } = event;
  const parts = [`mean loss ${meanLoss.toFixed(4)}`];
  if (validationLoss !== undefined) parts.push(`validation loss ${validationLoss.toFixed(4)}`);
  if (validationAccuracy !== undefined) parts.push(`validation accuracy ${percent(validationAccuracy)}`);
  if (testLoss !== undefined) parts.push(`test loss ${testLoss.toFixed(4)}`);
  if (testAccuracy !== undefined) parts.push(`test accuracy ${percent(testAccuracy)}`);
  return `epoch ${epoch}: ${parts.join(", ")}, ${duration(seconds)}`;
}

/** What to do with a saved model; without one, what reads far more images than the walk-through's program; and the page. */
function nextCommands(
  saved: string | undefined,
  recipe: string | undefined,
  { data, label, ink, testFraction }: DataFlags,
): string[] {
  const flags = { data, label, ink, "test-fraction": testFraction };
  const source = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  const use = saved === undefined ? [] : [typed("predict", saved, "seven.png")];
  const better =
    saved === undefined && recipe === "tutorial" ? [typed("train", ...source, "--recipe", "fast")] : [];
  return [...use, ...better, typed("demo")];
}

/** JSON Lines on stdout, for programs. */
export function jsonReport(logEvery: number): Report {
  return {
    start({ data, counts, network, options, runtime, remarks, resumed }) {
      emit("start", {
        data: { name: data.name, ...counts, test: data.test?.count ?? null },
        network,
        options: { ...options, logEvery },
        runtime,
        remarks,
        resumed,
      });
    },
    step({ epoch, step, loss }) {
      if (step % logEvery === 0) emit("step", { epoch, step, loss });
    },
    epoch({ epoch, seconds, meanLoss, validationLoss, validationAccuracy, testLoss, testAccuracy }) {
      emit("epoch", {
        epoch,
        seconds,
        meanLoss,
        validationLoss,
        validationAccuracy,
        testLoss,
        testAccuracy,
      });
    },
    end(event) {
      emit("end", event);
    },
    interrupted: () => undefined,
  };
}

function emit(event: string, fields: object): void {
  process.stdout.write(jsonLine({ event, ...fields }));
}
