import type { train } from "../../index.js";
import { messageOf } from "../message.js";
import type { State } from "../state.js";
import { firstBatch, type OneStep, prepare, stepped } from "./one-step.js";

/** What can be done in the lesson alone. */
export class LessonActions {
  readonly #state: State;
  readonly #train: typeof train;
  #latest = Promise.resolve();

  constructor(state: State, run: typeof train) {
    this.#state = state;
    this.#train = run;
  }

  /** Prepares the walk-through's first step. */
  prepareStep(): void {
    this.#inTurn(async () => {
      const data = this.#state.data.value;
      return data && prepare(this.#train, data, firstBatch(data), undefined);
    });
  }

  /** Takes the step, and prepares the next. */
  takeStep(rate: number): void {
    this.#inTurn(async () => {
      const step = this.#state.oneStep.value;
      if (!step) return undefined;
      const from = { ...step, values: stepped(step, rate), steps: step.steps + 1 };
      return prepare(this.#train, step.data, step.batch, from);
    });
  }

  /** Each begins where the one before has ended, however quickly they are asked for. */
  #inTurn(work: () => Promise<OneStep | undefined>): void {
    this.#latest = this.#latest.then(async () => {
      this.#state.problem.value = "";
      try {
        this.#state.oneStep.value = await work();
      } catch (error) {
        this.#state.problem.value = messageOf(error);
      }
    });
  }
}
