import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DigitrainError, systemReason } from "../base/errors.js";
import { readWholeFile } from "../base/read-file.js";
import { replaceFile } from "../base/replace-file.js";
import { lockDirectory } from "./directory-lock.js";
import { type FoundCheckpoint, readCheckpoint, type SkippedCheckpoint } from "./checkpoint.js";

/** Ten digits for the step, so that the names sort as the steps do; a run has fewer than 2^32. */
const NAME = /^checkpoint-\d{10}\.safetensors$/;
const TEMPORARY = /^\.?checkpoint-\d{10}\.safetensors\..+\.tmp$/;

/** The checkpoints of one run, in a directory on disk. */
export class CheckpointDirectory {
  readonly #path: string;
  readonly #keep: number;
  #unlock: () => Promise<void> = () => Promise.resolve();

  private constructor(path: string, keep: number) {
    this.#path = path;
    this.#keep = keep;
  }

  /**
   * Opens a directory, which is made if need be, for one run at a time.
   * @param keep how many of the newest checkpoints are kept
   */
  static async open(path: string, keep: number): Promise<CheckpointDirectory> {
    const directory = new CheckpointDirectory(path, keep);
    await directory.#trying("made", () => mkdir(path, { recursive: true }));
    directory.#unlock = await directory.#trying("written", () => lockDirectory(path));
    // What a killed run was writing when it died.
    for (const name of await directory.#list(TEMPORARY)) await rm(join(path, name), { force: true });
    return directory;
  }

  /** Leaves the directory to other runs. */
  close(): Promise<void> {
    return this.#unlock();
  }

  /** Whether there is any checkpoint, be it good or damaged. */
  async isEmpty(): Promise<boolean> {
    return (await this.#list(NAME)).length === 0;
  }

  /**
   * The newest checkpoint that is good; undefined where there is none at all.
   * @throws DigitrainError where there are some, but all of them are damaged.
   */
  async newest(): Promise<FoundCheckpoint | undefined> {
    const skipped: SkippedCheckpoint[] = [];
    for (const name of (await this.#list(NAME)).reverse()) {
      const file = join(this.#path, name);
      try {
        return { file, checkpoint: await readCheckpoint(await readWholeFile(file), file), skipped };
      } catch (error) {
        const why =
          error instanceof DigitrainError ? error.message.slice(file.length + 2) : systemReason(error);
        skipped.push({ file, why });
      }
    }
    const [last] = skipped;
    if (!last) return undefined;
    const which = skipped.length === 1 ? "its only checkpoint" : `none of its ${skipped.length} checkpoints`;
    throw new DigitrainError(
      `${this.#path}: ${which} ${skipped.length === 1 ? "cannot be read" : "can be read"}, the newest because ${last.why}; train anew in another directory`,
    );
  }

  /**
   * Saves a checkpoint so that a crash, even of the machine, leaves it whole or not there; then removes the oldest, and
   * those of later steps: the run would have resumed from these, if they weren't damaged.
   */
  async save(step: number, bytes: Uint8Array): Promise<void> {
    const saved = `checkpoint-${String(step).padStart(10, "0")}.safetensors`;
    await this.#trying("written", async () => {
      await replaceFile(join(this.#path, saved), bytes);
      const names = await this.#list(NAME);
      const kept = names.slice(0, names.indexOf(saved) + 1).slice(-this.#keep);
      for (const name of names.filter((one) => !kept.includes(one)))
        await rm(join(this.#path, name), { force: true });
    });
  }

  async #list(pattern: RegExp): Promise<string[]> {
    const names = await this.#trying("read", () => readdir(this.#path));
    return names.filter((name) => pattern.test(name)).sort();
  }

  async #trying<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DigitrainError) throw error;
      throw new DigitrainError(`${this.#path}: checkpoints cannot be ${what} here: ${systemReason(error)}`, {
        cause: error,
      });
    }
  }
}
