import type { KnownInk } from "../data/dataset.js";
import { DigitrainError } from "../base/errors.js";
import type { EpochRecord } from "./events.js";
import { type Hyperparameters, momentCount } from "./hyperparameters.js";
import { concatenate } from "../base/concatenate.js";
import { type Description, parseDescription } from "./checkpoint-schema.js";
import { DIGEST_LENGTH, digestOf } from "./digest.js";
import { LENGTH_BYTES, read, type Tensor, write } from "../model/safetensors.js";
import type { Training } from "../model/training.js";
import { namedParameters, parametersOf, weightsMetadata, weightsOf } from "../model/weights.js";

/** How far a run has come. */
export interface Progress {
  /** The epoch that it is in; the number of epochs after the last one. */
  epoch: number;
  /** The steps done in this epoch. */
  step: number;
  /** The seconds that training took in this epoch. */
  seconds: number;
  /** Of all steps since the run began. */
  losses: Float32Array;
  /** Of the epochs that have ended. */
  epochs: EpochRecord[];
}

/** What a checkpoint must have in common with the run that resumes from it. */
export interface Identity {
  layers: number[];
  options: Hyperparameters;
  data: { name: string; digest: string };
  /** Which lanes computed: these decide about the last bits. */
  lanes: string;
  stepsPerEpoch: number;
}

/** A run as it stands between two steps. */
export interface Checkpoint extends Identity {
  progress: Progress;
  parameters: Float32Array;
  /** What the optimizer has gathered, of the parameters and in their order: momentum, or Adam's two moments. */
  moments: readonly Float32Array[];
  /** The parameters after the best epoch so far, where they are kept. */
  best?: Float32Array | undefined;
  classNames?: readonly string[] | undefined;
  ink?: KnownInk | undefined;
  temperature?: number | undefined;
  training?: Training | undefined;
}

/** A checkpoint that couldn't be used, and why. */
export interface SkippedCheckpoint {
  file: string;
  why: string;
}

/** The newest checkpoint that is good, and those after it that are not. */
export interface FoundCheckpoint {
  file: string;
  checkpoint: Checkpoint;
  skipped: SkippedCheckpoint[];
}

/** The metadata that marks a checkpoint, and holds its description. */
const DESCRIPTION = "checkpoint";
/** The tensor beside those of parameters. */
const LOSSES = "losses";
/** What a checkpoint begins with, behind the header's length; the digest of all the rest of the file follows. */
const BEGINNING = '{"__metadata__":{"digest":"';
const DIGEST_START = LENGTH_BYTES + BEGINNING.length;
const DIGEST_END = DIGEST_START + DIGEST_LENGTH;

/** Whether a checkpoint holds the parameters after the best epoch so far. */
function holdsBest({ options, progress }: Description): boolean {
  return options.keepBest && progress.epochs.length > 0;
}

/** Before the names of the best parameters' tensors. */
const BEST = "best.";

/** Before the names of a moment's tensors. */
function momentPrefix(moment: number): string {
  return `moment${moment + 1}.`;
}

/** The digest of a checkpoint's file: of every byte but the digest's own. */
function fileDigest(bytes: Uint8Array): Promise<string> {
  return digestOf(bytes.subarray(0, DIGEST_START), bytes.subarray(DIGEST_END));
}

/** Writes a checkpoint as a safetensors file, which holds a model too: whatever reads models reads it. */
export async function writeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array> {
  const { layers, options, data, lanes, stepsPerEpoch, progress, parameters, moments, best } = checkpoint;
  const { losses, ...rest } = progress;
  const tensors = new Map<string, Tensor>();
  const add = (prefix: string, values: Float32Array) => {
    for (const [name, tensor] of namedParameters(layers, values)) tensors.set(prefix + name, tensor);
  };
  add("", parameters);
  moments.forEach((values, i) => {
    add(momentPrefix(i), values);
  });
  if (best) add(BEST, best);
  tensors.set(LOSSES, { shape: [losses.length], values: losses });
  const described: Identity & { progress: Omit<Progress, "losses"> } = {
    layers,
    options,
    data,
    lanes,
    stepsPerEpoch,
    progress: rest,
  };
  const { classNames, ink, temperature, training } = checkpoint;
  const metadata = new Map([
    ["digest", "0".repeat(DIGEST_LENGTH)],
    ...weightsMetadata({ ...options, classNames, ink, temperature, training }),
    [DESCRIPTION, JSON.stringify(described)],
  ]);
  const bytes = write(tensors, metadata);
  new TextEncoder().encodeInto(await fileDigest(bytes), bytes.subarray(DIGEST_START, DIGEST_END));
  return bytes;
}

/**
 * Reads a checkpoint. Whatever it says is checked, as its digest tells of accidents alone.
 * @param name what error messages call the file
 * @throws DigitrainError where it is damaged, or no checkpoint.
 */
export async function readCheckpoint(bytes: Uint8Array, name: string): Promise<Checkpoint> {
  const fail = (what: string): never => {
    throw new DigitrainError(`${name}: ${what}`);
  };
  const textAt = (start: number, end: number) => new TextDecoder("latin1").decode(bytes.subarray(start, end));
  if (textAt(LENGTH_BYTES, DIGEST_START) !== BEGINNING) {
    const isFirstFormat = read(bytes, name).metadata.has(DESCRIPTION);
    fail(
      isFirstFormat
        ? "this is a checkpoint of digitrain 0.1, which alone can resume it"
        : "this is no checkpoint",
    );
  }
  if ((await fileDigest(bytes)) !== textAt(DIGEST_START, DIGEST_END))
    fail("the checkpoint is damaged: its contents don't have the digest it names");
  const file = read(bytes, name);
  const described = parseDescription(file.metadata.get(DESCRIPTION) ?? "", fail);
  const { layers, values, classNames, ink, temperature, training } = weightsOf(file, name);
  if (layers.join() !== described.layers.join())
    fail(`its layers are [${layers.join(", ")}], but should be [${described.layers.join(", ")}]`);
  const { stepsPerEpoch, options, progress } = described;
  const numbersOf = (prefix: string) =>
    concatenate(Float32Array, parametersOf(file.tensors, layers, name, prefix));
  const moments = Array.from({ length: momentCount(options) }, (_, i) => numbersOf(momentPrefix(i)));
  const best = holdsBest(described) ? numbersOf(BEST) : undefined;
  const steps = progress.epoch * stepsPerEpoch + progress.step;
  const losses = file.tensors.get(LOSSES)?.values;
  if (losses?.length !== steps || !losses.every((loss) => Number.isFinite(loss)))
    return fail(`its tensor "${LOSSES}" should hold the finite losses of ${steps} steps`);
  if (file.tensors.size !== (1 + moments.length + (best ? 1 : 0)) * 2 * (layers.length - 1) + 1)
    fail("it holds tensors that a checkpoint of its options has no use for");
  return {
    ...described,
    // The run that resumes has the same, or refuses the checkpoint.
    options: options as unknown as Hyperparameters,
    progress: { ...progress, losses },
    parameters: values,
    moments,
    best,
    classNames,
    ink,
    temperature,
    training,
  };
}
