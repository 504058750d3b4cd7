import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { currentRuntime, type Dataset, OptionError, type Runtime, train } from "../index.js";
import { type DataFlags, loadData } from "./data.js";
import { cacheOption, dataHelp, dataOption, labelOption, wholeNumber } from "./flags.js";
import { counted, jsonLine, thousands } from "../base/format.js";
import { engine } from "./info.js";
import { Screen } from "./screen.js";

interface BenchFlags extends DataFlags {
  rounds: number;
  json?: boolean;
}

/** One way to train here, and how long it took. */
interface Case {
  readonly variant: string;
  readonly threads: number;
  readonly deterministic: boolean;
  /** Of an epoch's training, one for each round. */
  readonly seconds: number[];
}

/** Everybody has it, and it is the same everywhere. */
const USUAL_DATA = "synthetic";

/** Adds `digitrain bench`. */
export function addBench(program: Command, signal: AbortSignal): void {
  program
    .command("bench")
    .description("measure how fast the walk-through's program trains here, in each way that this machine can")
    .addOption(dataOption(USUAL_DATA))
    .addOption(labelOption())
    .addOption(cacheOption())
    .addOption(wholeNumber("--rounds <count>", "of which the median counts").default(3))
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `${dataHelp}

The ways take turns, so that what else the machine does meets them alike. A round trains two epochs, and the second counts.

Examples:
  digitrain bench
  digitrain bench --data mnist --rounds 10 --json`,
    )
    .action((flags: BenchFlags) => run(flags, signal));
}

async function run(flags: BenchFlags, signal: AbortSignal): Promise<void> {
  const { rounds, json = false, ...source } = flags;
  if (rounds < 1) throw new OptionError(`--rounds takes a whole number of at least 1, got ${rounds}`);
  const screen = new Screen({ quiet: json });
  try {
    const data = await loadData({ data: USUAL_DATA, ...source }, screen, signal);
    const cases = waysToTrain();
    for (let round = 0; round < rounds; round++) {
      for (const [i, { threads, deterministic, seconds, variant }] of cases.entries()) {
        screen.showProgress({
          label: `round ${round + 1} of ${rounds}`,
          value: round * cases.length + i,
          total: rounds * cases.length,
          details: () => [`${variant}, ${counted(threads, "thread")}`],
        });
        const { history } = await train({
          data,
          threads,
          deterministic,
          epochs: 2,
          evaluateEvery: 0,
          signal,
        });
        seconds.push(history.epochs[1]?.seconds ?? NaN);
      }
    }
    screen.endProgress();
    const chosen = currentRuntime();
    process.stdout.write(json ? jsonLine(asJson(cases, data, chosen)) : asText(cases, data, chosen));
  } finally {
    screen.endProgress();
  }
}

/** One thread and as many as are worth using, with each kind of SIMD that this engine has. */
function waysToTrain(): Case[] {
  const ways = [false, true].flatMap((deterministic) => {
    const most = currentRuntime({ deterministic }).threads;
    return [...new Set([1, most])].map((threads) => {
      const { variant } = currentRuntime({ deterministic, threads });
      return { variant, threads, deterministic, seconds: [] };
    });
  });
  // Without relaxed SIMD the deterministic way is the only one.
  return ways.filter(
    ({ variant, threads }, i) =>
      ways.findIndex((other) => other.variant === variant && other.threads === threads) === i,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** The walk-through's batches. */
function stepsOf(data: Dataset): number {
  return Math.ceil(data.train.count / 128);
}

function asJson(cases: readonly Case[], data: Dataset, chosen: Runtime) {
  return {
    engine,
    cores: availableParallelism(),
    data: { name: data.name, train: data.train.count },
    stepsPerEpoch: stepsOf(data),
    cases: cases.map(({ variant, threads, seconds }) => {
      return { variant, threads, medianSeconds: median(seconds), seconds };
    }),
    chosen,
  };
}

function asText(cases: readonly Case[], data: Dataset, chosen: Runtime): string {
  const rows = cases.map(({ variant, threads, seconds }) => {
    const time = median(seconds);
    const rate = counted(Math.round(stepsOf(data) / time), "step");
    const cells = [
      variant.padEnd(17),
      counted(threads, "thread").padEnd(11),
      `${time.toFixed(3)} s`.padStart(9),
    ];
    return `${cells.join("")}  ${rate.padStart(13)}/s`;
  });
  return [
    `${engine}, ${counted(availableParallelism(), "core")}`,
    `seconds an epoch, median: ${thousands(data.train.count)} images of ${data.name}, batches of 128, hidden layers of 256 and 128`,
    "",
    ...rows,
    "",
    `train takes ${chosen.variant}, ${counted(chosen.threads, "thread")} (${chosen.why})`,
    "",
  ].join("\n");
}
