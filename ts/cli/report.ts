import { describe, type EpochEvent, type StartEvent, type StepEvent } from "../index.js";
import { counted, duration, percent, roughDuration } from "./format.js";
import type { Screen } from "./screen.js";

/** How a run ended. */
export interface EndEvent {
  /** Training alone, without evaluation. */
  readonly seconds: number;
  /** After the last epoch, where it was evaluated. */
  readonly testAccuracy?: number;
  /** The file that the model was saved in. */
  readonly saved?: string;
  /** The page about the run. */
  readonly report?: string;
}

/** What `train` tells as it goes. It hears of every step, and tells of every `logEvery`-th. */
export interface Report {
  readonly start: (event: StartEvent) => void;
  readonly step: (event: StepEvent) => void;
  readonly epoch: (event: EpochEvent) => void;
  readonly end: (event: EndEvent) => void;
}

/** The walk-through's lines on stdout; what it doesn't print, on stderr. */
export function textReport(screen: Screen, logEvery: number): Report {
  let stepsPerEpoch = 0;
  let totalSteps = 0;
  /** The steps that were done before a checkpoint, which took none of this run's time. */
  let doneBefore = 0;
  return {
    start({ data, network, options, runtime, resumed, ...event }) {
      stepsPerEpoch = event.stepsPerEpoch;
      totalSteps = stepsPerEpoch * options.epochs;
      screen.print(describe(data));
      screen.note(
        `network ${network.join("-")}, WebAssembly variant ${runtime.variant}, ${counted(runtime.threads, "thread")}`,
      );
      if (!resumed) return;
      doneBefore = resumed.epoch * stepsPerEpoch + resumed.step;
      for (const { file, why } of resumed.skipped) screen.note(`skipped ${file}: ${why}`);
      screen.note(`going on at epoch ${resumed.epoch}, step ${resumed.step}, from ${resumed.file}`);
    },
    step({ epoch, step, loss }) {
      if (step % logEvery === 0) screen.print(`epoch:${epoch}, step: ${step}, loss:${loss}`);
      const done = epoch * stepsPerEpoch + step + 1;
      screen.showProgress({
        label: `epoch ${epoch}`,
        value: done,
        total: totalSteps,
        details: (elapsed) => {
          const rate = (done - doneBefore) / elapsed;
          return [
            `${roughDuration((totalSteps - done) / rate)} left`,
            `${counted(Math.round(rate), "step")}/s`,
            `loss ${loss.toPrecision(4)}`,
          ];
        },
      });
    },
    epoch({ epoch, seconds, meanLoss, testLoss, testAccuracy }) {
      const parts = [`mean loss ${meanLoss.toFixed(4)}`];
      if (testLoss !== undefined) parts.push(`test loss ${testLoss.toFixed(4)}`);
      if (testAccuracy !== undefined) parts.push(`test accuracy ${percent(testAccuracy)}`);
      screen.note(`epoch ${epoch}: ${parts.join(", ")}, ${duration(seconds)}`);
    },
    end({ seconds, saved, report }) {
      screen.endProgress();
      screen.note(`trained in ${duration(seconds)}`);
      if (saved !== undefined) screen.note(`saved ${saved}`);
      if (report !== undefined) screen.note(`wrote ${report}`);
    },
  };
}

/** JSON Lines on stdout, for programs. */
export function jsonReport(logEvery: number): Report {
  return {
    start({ data, network, options, runtime, resumed }) {
      emit("start", {
        data: {
          name: data.name,
          train: Math.min(data.train.count, options.limit ?? Infinity),
          test: data.test?.count ?? null,
        },
        network,
        options: { ...options, logEvery },
        runtime,
        resumed,
      });
    },
    step({ epoch, step, loss }) {
      if (step % logEvery === 0) emit("step", { epoch, step, loss });
    },
    epoch({ epoch, seconds, meanLoss, testLoss, testAccuracy }) {
      emit("epoch", { epoch, seconds, meanLoss, testLoss, testAccuracy });
    },
    end(event) {
      emit("end", event);
    },
  };
}

function emit(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}
