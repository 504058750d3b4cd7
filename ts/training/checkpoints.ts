import { type Dataset, type Examples, firstOf } from "../data/dataset.js";
import { toPath } from "../base/path.js";
import { DigitrainError, OptionError } from "../base/errors.js";
import { type FoundCheckpoint, type Identity, type Progress, writeCheckpoint } from "./checkpoint.js";
import { CheckpointDirectory } from "./checkpoint-directory.js";
import { digestOf } from "./digest.js";
import { trainingOptions } from "./hyperparameters.js";
import type { Hyperparameters } from "./hyperparameters.js";
import type { CheckpointOptions, TrainOptions } from "./options.js";
import type { Run } from "./run.js";

type CheckpointOption = NonNullable<TrainOptions["checkpoint"]>;

function detailed(option: CheckpointOption): CheckpointOptions {
  return typeof option === "string" || option instanceof URL ? { directory: option } : option;
}

/**
 * Opens the directory that a run is to be saved in, for that run alone until it is closed.
 * @throws OptionError where it holds another run's checkpoints; DigitrainError where it can't be written to.
 */
export async function openDirectory(option: CheckpointOption): Promise<CheckpointDirectory> {
  const { directory: named, keep = 3, resume = false } = detailed(option);
  const path = toPath(named);
  const directory = await CheckpointDirectory.open(path, keep);
  if (resume || (await directory.isEmpty())) return directory;
  await directory.close();
  throw new OptionError(
    `checkpoint takes an empty directory, or resume (--resume) to continue from what is there; ${path} holds checkpoints`,
  );
}

/** Saves a run as it goes, and finds where an earlier one stood. */
export class Checkpoints {
  readonly #directory: CheckpointDirectory;
  readonly #options: CheckpointOptions;
  readonly #run: Run;
  readonly #identity: Identity;
  /** When the last checkpoint was made. */
  #savedAt = performance.now();

  private constructor(
    directory: CheckpointDirectory,
    options: CheckpointOptions,
    run: Run,
    identity: Identity,
  ) {
    this.#directory = directory;
    this.#options = options;
    this.#run = run;
    this.#identity = identity;
  }

  /** @param directory of {@link openDirectory} */
  static async of(
    directory: CheckpointDirectory,
    option: CheckpointOption,
    run: Run,
    lanes: string,
    data: Dataset,
    hyperparameters: Hyperparameters,
  ): Promise<Checkpoints> {
    const identity: Identity = {
      layers: [...run.layers],
      options: hyperparameters,
      data: { name: data.name, digest: await dataDigest(data, hyperparameters.limit) },
      lanes,
      stepsPerEpoch: run.stepsPerEpoch,
    };
    return new Checkpoints(directory, detailed(option), run, identity);
  }

  /**
   * Brings the run to where the newest good checkpoint stood, if the run is to resume and there is one.
   * @throws DigitrainError where that is another run's, or all checkpoints are damaged.
   */
  async resume(): Promise<FoundCheckpoint | undefined> {
    const found = this.#options.resume ? await this.#directory.newest() : undefined;
    if (!found) return undefined;
    const { file, checkpoint } = found;
    const difference = differenceOf(checkpoint, this.#identity);
    if (difference) {
      throw new DigitrainError(
        `${file}: this checkpoint is of another run: ${difference}; resume with the options that run began with, or train anew in another directory`,
      );
    }
    this.#run.restore(checkpoint);
    return found;
  }

  /** Saves the run as it stands, unless no step has been done. */
  async save(progress: Progress): Promise<void> {
    const steps = progress.losses.length;
    if (steps === 0) return;
    const state = this.#run.state(progress.epoch);
    const bytes = await writeCheckpoint({ ...this.#identity, ...state, progress });
    await this.#directory.save(steps, bytes);
    this.#savedAt = performance.now();
  }

  /** A checkpoint is due after each multiple of so many steps since the run began. */
  get everySteps(): number {
    return this.#options.everySteps ?? Infinity;
  }

  /** Whether a checkpoint is due in the middle of an epoch, after so many steps since the run began. */
  isDue(steps: number): boolean {
    const { everySeconds = Infinity } = this.#options;
    const seconds = (performance.now() - this.#savedAt) / 1000;
    return steps % this.everySteps === 0 || seconds >= everySeconds;
  }
}

async function dataDigest({ train, validation, test }: Dataset, limit: number | null): Promise<string> {
  const parts = (examples: Examples, most: number) => {
    const { images, labels } = firstOf(examples, most);
    return [images, labels];
  };
  const whole = (examples?: Examples) => (examples?.count ? parts(examples, Infinity) : []);
  return digestOf(...parts(train, limit ?? Infinity), ...whole(test), ...whole(validation));
}

/** The first difference between a checkpoint's run and this one, in words. */
function differenceOf(there: Identity, here: Identity): string | undefined {
  // What has no effect on the weights may change, and the recipe is but a name for the others.
  for (const [name, value] of Object.entries(trainingOptions(here.options))) {
    const other: unknown = (there.options as unknown as Record<string, unknown>)[name];
    if (name === "recipe" || JSON.stringify(other) === JSON.stringify(value)) continue;
    return `${name} is ${JSON.stringify(other)} there and ${JSON.stringify(value)} here`;
  }
  if (there.layers.join() !== here.layers.join()) {
    return `its layers are [${there.layers.join(", ")}], here [${here.layers.join(", ")}]`;
  }
  if (there.data.digest !== here.data.digest) {
    const names = there.data.name === here.data.name ? "" : ` (${there.data.name}, here ${here.data.name})`;
    return `it was trained or tested on other data${names}`;
  }
  if (there.lanes !== here.lanes) {
    return `it was computed by the variant ${there.lanes}, here it is ${here.lanes}, whose last bits differ`;
  }
  return undefined;
}
