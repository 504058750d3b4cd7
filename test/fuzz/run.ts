// What a fuzzing thread does: reads changed files of one kind, one after another, and tells of those that do harm.
import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";
import { DigitrainError } from "../../ts/base/errors.js";
import { type Target, targets } from "./parsers.js";

/** What to do, and where to show what is being done. */
export interface Work {
  readonly target: string;
  readonly seed: number;
  /** How many inputs there are at most, and for how many milliseconds. */
  readonly inputs: number;
  readonly milliseconds: number;
  /** How many inputs have been begun, and the length of the one that is being read; its bytes follow. */
  readonly current: SharedArrayBuffer;
}

export interface Finding {
  readonly what: string;
  readonly input: Uint8Array;
}

/** What it says at the end. */
export interface Counts {
  readonly inputs: number;
  /** Those that were read, not refused. */
  readonly read: number;
  readonly seconds: number;
}

/** So many inputs are made at a time. */
const ROUND = 100;
/** What reading a file of at most a megabyte may take: seconds of all threads, and bytes beyond the most so far. */
const MOST_SECONDS = 4;
const MOST_BYTES = 300e6;
/** More is no sentence. */
const LONGEST_MESSAGE = 1000;

/** What is wrong with how a file was refused; undefined where it was by a sentence of the project's own. */
function faultOf(error: unknown): string | undefined {
  if (!(error instanceof DigitrainError)) return error instanceof Error ? error.stack : String(error);
  const { message } = error;
  if (message.length > LONGEST_MESSAGE)
    return `a message of ${message.length} characters: ${message.slice(0, 200)}`;
  const isSentence =
    message !== "" && !/\n|\bundefined\b|\[object /.test(message.replace(/got undefined$/, ""));
  return isSentence ? undefined : `no sentence: ${message}`;
}

/** Reads an input: "read" or "refused", or what is wrong with what came of it. */
async function outcomeOf(
  { read, check }: Target,
  input: Uint8Array,
): Promise<"read" | "refused" | { fault: string }> {
  let result: unknown;
  try {
    result = await read(input.slice());
  } catch (error) {
    const fault = faultOf(error);
    return fault === undefined ? "refused" : { fault };
  }
  try {
    await check?.(result, input);
    return "read";
  } catch (error) {
    return {
      fault: `read wrongly: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    };
  }
}

/** The seconds that all threads have computed, and the most bytes that the process has had. */
function used(): { seconds: number; bytes: number } {
  const { user, system } = process.cpuUsage();
  return { seconds: (user + system) / 1e6, bytes: 1024 * process.resourceUsage().maxRSS };
}

async function run({ target: name, seed, inputs, milliseconds, current }: Work): Promise<Counts> {
  const target = targets.find((one) => one.name === name);
  if (!target) throw new Error(`there is no target ${name}`);
  const [state, shown] = [new Int32Array(current, 0, 2), new Uint8Array(current, 8)];
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  let [done, read] = [0, 0];
  for (let round = 0; done < inputs && 1000 * seconds() < milliseconds; round++) {
    const numRuns = Math.min(ROUND, inputs - done);
    for (const input of fc.sample(target.inputs, { seed: seed + round, numRuns })) {
      shown.set(input.subarray(0, shown.length));
      Atomics.store(state, 1, input.length);
      Atomics.store(state, 0, ++done);
      const before = used();
      const outcome = await outcomeOf(target, input);
      const after = used();
      if (outcome === "read") read++;
      const tell = (what: string) => parentPort?.postMessage({ what, input } satisfies Finding);
      if (typeof outcome === "object") tell(outcome.fault);
      if (after.seconds - before.seconds > MOST_SECONDS)
        tell(`it took ${(after.seconds - before.seconds).toFixed(1)} s`);
      if (after.bytes - before.bytes > MOST_BYTES)
        tell(`it took ${Math.round((after.bytes - before.bytes) / 1e6)} MB more than any before it`);
    }
  }
  return { inputs: done, read, seconds: seconds() };
}

if (workerData === null) parentPort?.postMessage(targets.map(({ name }) => name));
else parentPort?.postMessage(await run(workerData as Work));
