import { DigitrainError } from "../base/errors.js";
import type { EpochRecord } from "./events.js";
import type { Hyperparameters } from "./hyperparameters.js";
import { concatenate } from "../base/concatenate.js";
import { read, type Tensor, write } from "../model/safetensors.js";
import type { Training } from "../model/training.js";
import { namedParameters, readWeights, weightsMetadata } from "../model/weights.js";

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

/** What a checkpoint must have in common with the run that goes on from it. */
export interface Identity {
  /** Of the layout of what a checkpoint says. */
  version: number;
  layers: number[];
  options: Hyperparameters;
  data: { name: string; digest: string };
  /** Which lanes computed: these decide about the last bits. */
  lanes: string;
}

/** A run as it stands between two steps. */
export interface Checkpoint extends Identity {
  progress: Progress;
  parameters: Float32Array;
  /** Of the parameters, in their order; empty without momentum. */
  velocities: Float32Array;
  classNames?: readonly string[] | undefined;
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

/** What the metadata "checkpoint" holds as JSON: all but the numbers that are tensors. */
type Description = Identity & { progress: Omit<Progress, "losses"> };

export const CHECKPOINT_VERSION = 1;
/** The tensors beside the model's own. */
const VELOCITY = "velocity.";
const LOSSES = "losses";

/** The SHA-256 of some bytes, in hexadecimal. */
export async function digestOf(...parts: readonly ArrayBufferView[]): Promise<string> {
  const digests: Uint8Array[] = [];
  // In parts of 16 MiB, as each is copied before it is digested elsewhere.
  const most = 1 << 24;
  for (const { buffer, byteOffset, byteLength } of parts) {
    for (let start = 0; start < byteLength; start += most) {
      const part = new Uint8Array(
        buffer as ArrayBuffer,
        byteOffset + start,
        Math.min(most, byteLength - start),
      );
      digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", part)));
    }
  }
  const whole = await crypto.subtle.digest("SHA-256", await new Blob(digests as BlobPart[]).arrayBuffer());
  return [...new Uint8Array(whole)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function contentDigest(description: string, tensors: ReadonlyMap<string, Tensor>): Promise<string> {
  return digestOf(
    new TextEncoder().encode(description),
    ...[...tensors.values()].map(({ values }) => values),
  );
}

/** Writes a checkpoint as a safetensors file, which holds a model too: whatever reads models reads it. */
export async function writeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array> {
  const { version, layers, options, data, lanes, progress, parameters, velocities } = checkpoint;
  const { losses, ...rest } = progress;
  const tensors = new Map(namedParameters(layers, parameters));
  if (velocities.length > 0) {
    for (const [name, tensor] of namedParameters(layers, velocities)) tensors.set(VELOCITY + name, tensor);
  }
  tensors.set(LOSSES, { shape: [losses.length], values: losses });
  const described: Description = { version, layers, options, data, lanes, progress: rest };
  const description = JSON.stringify(described);
  const metadata = weightsMetadata({
    ...options,
    classNames: checkpoint.classNames,
    training: checkpoint.training,
  });
  metadata.set("checkpoint", description);
  metadata.set("digest", await contentDigest(description, tensors));
  return write(tensors, metadata);
}

/**
 * Reads a checkpoint.
 * @param name what error messages call the file
 * @throws DigitrainError where it is damaged, or no checkpoint.
 */
export async function readCheckpoint(bytes: Uint8Array, name: string): Promise<Checkpoint> {
  const { tensors, metadata } = read(bytes, name);
  const description = metadata.get("checkpoint");
  if (description === undefined) throw new DigitrainError(`${name}: this is no checkpoint`);
  if ((await contentDigest(description, tensors)) !== metadata.get("digest")) {
    throw new DigitrainError(
      `${name}: the checkpoint is damaged: its contents don't have the digest it names`,
    );
  }
  // What has its digest is as it was written.
  const described = JSON.parse(description) as Description;
  const { layers, values, classNames, training } = readWeights(bytes, name);
  const velocities = [...namedParameters(layers, values).keys()]
    .map((parameter) => tensors.get(VELOCITY + parameter)?.values)
    .filter((found) => found !== undefined);
  const losses = tensors.get(LOSSES)?.values ?? new Float32Array(0);
  return {
    ...described,
    progress: { ...described.progress, losses },
    parameters: values,
    velocities: concatenate(velocities),
    classNames,
    training,
  };
}
