import type { train } from "../../index.js";
import { messageOf } from "../message.js";
import type { State } from "../state.js";
import { firstBatch, type OneStep, prepare, stepped } from "./one-step.js";

/** What can be done in the lesson alone. */
export class LessonActions {
  readonly #state: State;
  readonly #train: typeof train;

  constructor(state: State, run: typeof train) {
    this.#state = state;
    this.#train = run;
  }

  /** Prepares the walk-through's first step. */
  async prepareStep(): Promise<void> {
    const data = this.#state.data.value;
    if (data) await this.#prepare(() => prepare(this.#train, data, firstBatch(data), undefined));
  }

  /** Takes the step, and prepares the next. */
  async takeStep(rate: number): Promise<void> {
    const step = this.#state.oneStep.value;
    const data = this.#state.data.value;
    if (!step || !data) return;
    const from = { ...step, values: stepped(step, rate), steps: step.steps + 1 };
    await this.#prepare(() => prepare(this.#train, data, step.batch, from));
  }

  async #prepare(work: () => Promise<OneStep>): Promise<void> {
    try {
      this.#state.oneStep.value = await work();
    } catch (error) {
      this.#state.problem.value = messageOf(error);
    }
  }
}
