import { DigitrainError } from "../base/errors.js";
import { availableCores, environment } from "../base/environment.js";
import { hasLanes } from "./features.js";
import { MAX_THREADS } from "./limits.js";
import { givenModules, isOffered } from "./given.js";
import { VARIANTS_ARE_FETCHED } from "./modules.js";

const VARIANTS = ["simd", "relaxed", "simd-threads", "relaxed-threads"] as const;

/** A build of the core: for WebAssembly's 128-bit SIMD, or for relaxed SIMD too, which is faster; with threads or not. */
export type Variant = (typeof VARIANTS)[number];

/** How many threads: `"auto"` takes as many as are worth using. */
export type Threads = number | "auto";

/** The most that `"auto"` takes: a layer of 256 units has no more than eight panels to share. */
const MOST_AUTOMATIC_THREADS = 8;

/** What the arithmetic runs on. */
export interface Runtime {
  variant: Variant;
  /** How many threads share the work. */
  threads: number;
  /** In words: why this variant, and why not more threads. */
  why: string;
}

/** What decides on the runtime. */
export interface RuntimeOptions {
  /** Whether to give the same bits on every machine and engine. Default false. */
  deterministic?: boolean;
  /** Default `"auto"`. */
  threads?: Threads;
}

/** The variant that DIGITRAIN_VARIANT asks for. */
function forcedVariant(): Variant | undefined {
  const asked = environment("DIGITRAIN_VARIANT");
  if (asked === undefined) return undefined;
  const variant = VARIANTS.find((name) => name === asked);
  if (variant !== undefined) return variant;
  const names = VARIANTS.map((name) => `"${name}"`);
  throw new DigitrainError(`DIGITRAIN_VARIANT takes ${names.join(" or ")}, got "${asked}"`);
}

function chooseLanes(deterministic: boolean, forced: Variant | undefined) {
  // A promise about results comes before a wish about speed.
  if (deterministic) return { lanes: "simd", why: "deterministic was asked for" } as const;
  if (forced) {
    const lanes = forced.startsWith("simd") ? "simd" : "relaxed";
    return { lanes, why: "DIGITRAIN_VARIANT asks for it" } as const;
  }
  if (!isOffered("relaxed") && !isOffered("relaxed-threads"))
    return { lanes: "simd", why: "init was given no other" } as const;
  if (hasLanes("relaxed")) return { lanes: "relaxed", why: "this engine has it" } as const;
  const why = "this engine has no relaxed SIMD (Node 20 has it behind --experimental-wasm-relaxed-simd)";
  return { lanes: "simd", why } as const;
}

/** Why there can be no second thread; undefined where there can. */
function whyAlone(variant: Variant): string | undefined {
  if (!isOffered(variant)) return "init was given no variant with threads";
  if ("crossOriginIsolated" in globalThis && !globalThis.crossOriginIsolated)
    return "the page is not cross-origin isolated, so that it has no memory to share";
  if (typeof SharedArrayBuffer === "undefined") return "without SharedArrayBuffer there are no more";
  return undefined;
}

function chooseThreads(
  asked: Threads,
  forced: Variant | undefined,
  alone: string | undefined,
): { threads: number; why: string } {
  if (forced && !forced.endsWith("-threads"))
    return { threads: 1, why: `the variant "${forced}" that DIGITRAIN_VARIANT asks for has no more` };
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
  if (cores > MOST_AUTOMATIC_THREADS)
    return { threads: MOST_AUTOMATIC_THREADS, why: `more than so many of the ${cores} cores gain little` };
  return { threads: cores, why: cores === 1 ? "there is one core" : "one for each core" };
}

/** A runtime in words. */
export function describeThreads(threads: number, why: string): string {
  return `${threads === 1 ? "one thread" : `${threads} threads`}: ${why}`;
}

/**
 * What a run would compute with, here and now. The environment variables DIGITRAIN_VARIANT and DIGITRAIN_THREADS force
 * a variant, except where `deterministic` asks for the lanes that give the same bits everywhere, and a number of threads
 * in place of `"auto"`.
 * @throws DigitrainError where this engine can't run the variant, or one of the variables has a value it doesn't take.
 */
export function currentRuntime(options: RuntimeOptions = {}): Runtime {
  const forced = forcedVariant();
  const { lanes, why } = chooseLanes(options.deterministic ?? false, forced);
  const alone = whyAlone(`${lanes}-threads`);
  const { threads, why: whyThreads } = chooseThreads(options.threads ?? "auto", forced, alone);
  // What shares its memory does for one thread, too, so that a page need not fetch a second variant.
  const shares = threads > 1 || forced?.endsWith("-threads");
  const variant: Variant =
    shares || (VARIANTS_ARE_FETCHED && alone === undefined) || !isOffered(lanes) ? `${lanes}-threads` : lanes;
  checkVariant(variant, lanes, why);
  const name = lanes === "relaxed" ? "relaxed simd" : "simd";
  return { variant, threads, why: `${name}: ${why}; ${describeThreads(threads, whyThreads)}` };
}

function checkVariant(variant: Variant, lanes: "simd" | "relaxed", why: string): void {
  if (!isOffered(variant)) {
    const names = [...givenModules().keys()].map((name) => `"${name}"`).join(" and ");
    throw new DigitrainError(`the lanes "${lanes}" are needed, as ${why}, but init was given ${names} alone`);
  }
  if (!hasLanes(lanes)) {
    const what = lanes === "relaxed" ? "relaxed SIMD" : "WebAssembly SIMD";
    throw new DigitrainError(`the variant "${variant}" can't run: ${why}, but this engine has no ${what}`);
  }
  if (variant !== lanes && typeof SharedArrayBuffer === "undefined") {
    throw new DigitrainError(
      `the variant "${variant}" can't run, as there is no SharedArrayBuffer here; give init "${lanes}"`,
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
