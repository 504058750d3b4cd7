import { DigitrainError, OptionError } from "../base/errors.js";
import { availableCores, environment } from "../base/environment.js";
import { checkIsOptions, show } from "../base/options.js";
import { MAX_THREADS } from "./limits.js";
import { givenModules, isOffered } from "./given.js";
import { variantsAreFetched } from "./modules.js";
import {
  hasLanes,
  type Lanes,
  nameOf,
  roundsOnce,
  type Variant,
  type VariantName,
  VARIANTS,
} from "./variant.js";

/** How many threads: `"auto"` takes as many as are worth using. */
export type Threads = number | "auto";

/** The most that `"auto"` takes: a layer of 256 units has no more than eight panels to share. */
const MOST_AUTOMATIC_THREADS = 8;

/** What the arithmetic runs on. */
export interface Runtime {
  /** The build of the core. */
  variant: VariantName;
  /** How many threads share the work. */
  threads: number;
  /** In words: why this variant, and why not more threads. */
  why: string;
}

/** What {@link Threads} are, in words. */
export const THREADS_TAKE = `"auto" or a whole number from 1 to ${MAX_THREADS}`;

export function areThreads(value: unknown): value is Threads {
  return value === "auto" || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_THREADS);
}

/** What decides on the runtime. */
export interface RuntimeOptions {
  /** Whether to give the same bits on every machine and engine. Default false. */
  deterministic?: boolean;
  /** Default `"auto"`. */
  threads?: Threads;
}

/** A runtime as the program uses it. */
export interface RuntimePlan {
  variant: Variant;
  threads: number;
  /** Whether the number of threads is nobody's wish. */
  isChosenHere: boolean;
  whyLanes: string;
  whyThreads: string;
}

/** The variant that DIGITRAIN_VARIANT asks for. */
function forcedVariant(): Variant | undefined {
  const asked = environment("DIGITRAIN_VARIANT");
  if (asked === undefined) return undefined;
  const variant = VARIANTS.get(asked);
  if (variant !== undefined) return variant;
  const names = [...VARIANTS.keys()].map((name) => `"${name}"`);
  throw new DigitrainError(`DIGITRAIN_VARIANT takes ${names.join(" or ")}, got "${asked}"`);
}

function chooseLanes(deterministic: boolean, forced: Variant | undefined): { lanes: Lanes; why: string } {
  // A promise about results comes before a wish about speed.
  if (deterministic) return { lanes: "simd", why: "deterministic was asked for" };
  if (forced) return { lanes: forced.lanes, why: "DIGITRAIN_VARIANT asks for it" };
  const offers = (lanes: Lanes) => isOffered(lanes) || isOffered(`${lanes}-threads`);
  if (!offers("relaxed")) return { lanes: "simd", why: "init was given no other" };
  if (hasLanes("relaxed")) {
    if (roundsOnce() || !offers("simd")) return { lanes: "relaxed", why: "this engine has it" };
    return { lanes: "simd", why: "relaxed SIMD gives the same bits as plain SIMD here" };
  }
  const why = "this engine has no relaxed SIMD (Node 20 has it behind --experimental-wasm-relaxed-simd)";
  return { lanes: "simd", why };
}

/** Why there can be no second thread; undefined where there can. */
function whyOneThread(lanes: Lanes): string | undefined {
  if (!isOffered(`${lanes}-threads`)) return "init was given no variant with threads";
  if ("crossOriginIsolated" in globalThis && !globalThis.crossOriginIsolated)
    return "the page is not cross-origin isolated, so that it has no memory to share";
  if (!canShareMemory()) return "this engine has no memory to share";
  return undefined;
}

/** WebKit shares memory although it has no global SharedArrayBuffer. */
function canShareMemory(): boolean {
  try {
    new WebAssembly.Memory({ initial: 0, maximum: 0, shared: true });
    return true;
  } catch {
    return false;
  }
}

function chooseThreads(
  asked: Threads,
  forced: Variant | undefined,
  alone: string | undefined,
): { threads: number; why: string; isChosenHere?: boolean } {
  if (forced && !forced.threads)
    return { threads: 1, why: `the variant "${nameOf(forced)}" that DIGITRAIN_VARIANT asks for has no more` };
  if (alone !== undefined) return { threads: 1, why: alone };
  if (asked !== "auto") return { threads: asked, why: "as asked for" };
  const wanted = environment("DIGITRAIN_THREADS");
  if (wanted !== undefined) {
    const threads = Number(wanted);
    if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS)
      throw new DigitrainError(
        `DIGITRAIN_THREADS takes a whole number from 1 to ${MAX_THREADS}, got "${wanted}"`,
      );
    return { threads, why: "DIGITRAIN_THREADS asks for it" };
  }
  const cores = availableCores();
  const isChosenHere = true;
  if (cores > MOST_AUTOMATIC_THREADS) {
    const why = `more gain little, although there are ${cores} cores`;
    return { threads: MOST_AUTOMATIC_THREADS, why, isChosenHere };
  }
  return { threads: cores, why: cores === 1 ? "there is one core" : "one for each core", isChosenHere };
}

/**
 * What a run would compute with, here and now. The environment variables DIGITRAIN_VARIANT and DIGITRAIN_THREADS force
 * a variant, except where `deterministic` asks for the lanes that give the same bits everywhere, and a number of threads
 * in place of `"auto"`.
 * @throws OptionError for threads that are none; DigitrainError where this engine can't run the variant, or one of the
 * variables has a value it doesn't take.
 */
export function currentRuntime(options: RuntimeOptions = {}): Runtime {
  checkIsOptions(options, "currentRuntime", "threads: 2");
  const { threads = "auto" } = options;
  if (!areThreads(threads)) throw new OptionError(`threads takes ${THREADS_TAKE}, got ${show(threads)}`);
  return describeRuntime(planRuntime(options));
}

/**
 * As {@link currentRuntime}, for the program's own use.
 * @throws DigitrainError as {@link currentRuntime}
 */
export function planRuntime(options: RuntimeOptions = {}): RuntimePlan {
  const forced = forcedVariant();
  const { lanes, why: whyLanes } = chooseLanes(options.deterministic ?? false, forced);
  const alone = whyOneThread(lanes);
  const {
    threads,
    why: whyThreads,
    isChosenHere = false,
  } = chooseThreads(options.threads ?? "auto", forced, alone);
  const variant = variantFor(lanes, threads);
  checkVariant(variant, whyLanes);
  return { variant, threads, isChosenHere, whyLanes, whyThreads };
}

/** The same lanes on the calling thread alone, and why there are no more threads. */
export function onOneThread(plan: RuntimePlan, why: string): RuntimePlan {
  return { ...plan, variant: variantFor(plan.variant.lanes, 1), threads: 1, whyThreads: why };
}

/** The same with fewer threads, and why there are no more; or with as many. */
export function withThreads(plan: RuntimePlan, threads: number, why: string): RuntimePlan {
  return threads === plan.threads ? plan : { ...plan, threads, whyThreads: why };
}

/** The build for so many threads. One with threads serves a single one, too, so that a page need not fetch a second. */
function variantFor(lanes: Lanes, threads: number): Variant {
  const isForced = forcedVariant()?.threads === true;
  const isFetched = variantsAreFetched() && whyOneThread(lanes) === undefined;
  return { lanes, threads: threads > 1 || isForced || isFetched || !isOffered(lanes) };
}

/** A runtime as callers are told of it. */
export function describeRuntime({ variant, threads, whyLanes, whyThreads }: RuntimePlan): Runtime {
  const lanes = variant.lanes === "relaxed" ? "relaxed simd" : "simd";
  const count = threads === 1 ? "one thread" : `${threads} threads`;
  return { variant: nameOf(variant), threads, why: `${lanes}: ${whyLanes}; ${count}: ${whyThreads}` };
}

function checkVariant(variant: Variant, why: string): void {
  const { lanes, threads } = variant;
  const name = nameOf(variant);
  if (!isOffered(name)) {
    const names = [...givenModules().keys()].map((given) => `"${given}"`).join(" and ");
    throw new DigitrainError(`the lanes "${lanes}" are needed, as ${why}, but init was given ${names} alone`);
  }
  if (!hasLanes(lanes)) {
    const what = lanes === "relaxed" ? "relaxed SIMD" : "WebAssembly SIMD";
    throw new DigitrainError(`the variant "${name}" can't run: ${why}, but this engine has no ${what}`);
  }
  if (threads && !canShareMemory()) {
    throw new DigitrainError(
      `the variant "${name}" can't run, as this engine has no memory to share; give init "${lanes}"`,
    );
  }
}

/**
 * Whether a step of so many examples and parameters is so short that sharing it takes longer than it saves: some 100
 * microseconds, measured on x64.
 */
export function tooSmallForThreads(threads: Threads, batchSize: number, parameters: number): boolean {
  const chosenHere = threads === "auto" && environment("DIGITRAIN_THREADS") === undefined;
  return chosenHere && batchSize * parameters < 4e6;
}
