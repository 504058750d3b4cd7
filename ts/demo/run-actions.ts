import { batch, effect } from "@preact/signals";
import {
  type Dataset,
  type EpochEvent,
  type Model,
  type StartEvent,
  type StepEvent,
  train,
  type TrainResult,
} from "../index.js";
import { Curve, NO_LOSSES } from "./curve.js";
import type { DataActions } from "./data-actions.js";
import { examine } from "./examine.js";
import type { Changed } from "./fields.js";
import type { KeptRun, Keeping } from "./keeping.js";
import { messageOf } from "./message.js";
import { learntFrom, withOwnDigits } from "./own-digits.js";
import { type Phase, Session } from "./session.js";
import { type Figures, lastEpochOf, type RunRecord, type Speed, type State, type Trial } from "./state.js";
import { Stopwatch } from "./stopwatch.js";

const STEP_MS: Record<Speed, number> = { full: 0, slow: 100, slower: 1000 };

/** These make the walk-through's program no other. */
const NEUTRAL: readonly string[] = ["seed", "threads", "deterministic"] satisfies (keyof Changed)[];

/** There is nothing to learn from; why is said beside the choice of data. */
class NoData extends Error {}

/** Training: a run and its model, from Start to the last epoch. */
export class RunActions {
  readonly state: State;
  readonly #train: typeof train;
  readonly #data: DataActions;
  readonly #keeping: Keeping;
  readonly #session: Session;
  readonly #stopwatch = new Stopwatch();
  #curve = new Curve();
  /** What the run learns from. */
  #learnt: Dataset | undefined;
  #last: StepEvent | undefined;
  /** What was changed of the recipe when the run began; undefined where it goes on from a model. */
  #changed: Changed | undefined;
  /** Those of the user's digits that the run learns from. */
  #own: RunRecord["own"] = [];
  #examination: AbortController | undefined;
  /** What is to be examined next. */
  #unexamined: { model: Model; data: Dataset; epochs?: number } | undefined;
  /** Networks are made anew with each choice; the last one counts. */
  #untrained = 0;

  constructor(state: State, run: typeof train, data: DataActions, keeping: Keeping) {
    this.state = state;
    this.#train = run;
    this.#data = data;
    this.#keeping = keeping;
    this.#session = new Session(run, {
      phase: (phase) => {
        this.#enter(phase);
      },
      started: (event, model) => this.#begin(event, model),
      stepped: (event) => {
        this.#stepped(event);
      },
      epochEnded: (event) => {
        this.#epochEnded(event);
      },
      model: (model) => {
        batch(() => {
          this.#showFigures();
          state.model.value = model;
        });
      },
      ended: (result) => {
        this.#end(result);
      },
      failed: (error) => {
        void this.#keeping.write(!state.wasCut.value);
        if (!(error instanceof NoData)) state.problem.value = messageOf(error);
      },
    });
  }

  /** While there is no run, the network shown is the one that the choices would begin with; a model at rest is examined on what is chosen. */
  watch(): void {
    const { chosen, data, run, phase, model, figures, outcome, isRefused } = this.state;
    effect(() => {
      if (run.value || phase.value !== "idle") return;
      void this.#showUntrained(chosen.value.options, data.value);
    });
    effect(() => {
      if (!data.value || !run.peek() || !model.peek()) return;
      if (phase.peek() === "idle" || phase.peek() === "finished")
        void this.#examine(model.peek(), data.value, lastEpochOf(run.peek(), figures.peek(), outcome.peek()));
    });
    effect(() => {
      if (Object.keys(chosen.value.problems).length === 0) isRefused.value = false;
    });
  }

  /** Start, Pause and Continue are one button. */
  toggle(): void {
    if (this.#session.phase === "running") this.#session.pause();
    else if (this.#session.phase === "paused") this.#session.continue();
    else if (this.#session.phase !== "starting") this.#start(false);
  }

  /** Begins a run with what is chosen, whatever was under way. */
  startAnew(): void {
    this.#start(false);
  }

  /** One step; the first begins a run. */
  step(): void {
    if (this.#session.phase === "running") this.#session.pause();
    else if (this.#session.phase === "paused") this.#session.step();
    else if (this.#session.phase !== "starting") this.#start(true);
  }

  /** Ends the run and keeps what it learnt. */
  finish(): void {
    this.#session.finish();
  }

  /** Ends the run and forgets what it learnt. */
  reset(): void {
    this.#session.stop();
    const { run, startsFrom, announcement, words } = this.state;
    batch(() => {
      this.#clear();
      run.value = undefined;
      startsFrom.value = "random";
      announcement.value = words.value.isReset;
    });
    void this.#keeping.forget();
  }

  setSpeed(speed: Speed): void {
    this.#session.stepMs = STEP_MS[speed];
  }

  /** Shows a model from a file in the place of a run's. */
  open(model: Model, file: string): void {
    this.#session.stop();
    const { run, model: shown, startsFrom, chosen, data, announcement, words } = this.state;
    batch(() => {
      this.#clear();
      const { training, loss, outputActivation } = model;
      run.value = {
        options: { ...chosen.value.resolved, loss, outputActivation, ...training?.options },
        data: training?.data ?? "",
        layers: model.layers,
        stepsPerEpoch: 0,
        images: 0,
        own: [],
        file,
      };
      shown.value = model;
      startsFrom.value = "model";
      announcement.value = words.value.isOpen(file);
    });
    void this.#keeping.write(true);
    void this.#examine(model, data.value);
  }

  /** Shows the run of an earlier visit. */
  restore({ record, figures, losses, accuracies, outcome, model, startModel, isOver }: KeptRun): void {
    const { state } = this;
    batch(() => {
      state.run.value = record;
      state.figures.value = figures;
      state.losses.value = losses;
      state.accuracies.value = accuracies;
      state.outcome.value = outcome;
      state.model.value = model;
      state.startModel.value = startModel;
      state.wasCut.value = !isOver;
    });
  }

  #start(isHeld: boolean): void {
    const { chosen, changed, startsFrom, model, problem, isRefused, ownDigits } = this.state;
    isRefused.value = Object.keys(chosen.value.problems).length > 0;
    if (isRefused.value) return;
    problem.value = "";
    const { hidden, ...others } = chosen.value.options;
    const initial = startsFrom.value === "model" ? model.value : undefined;
    const options = initial ? { ...others, initial } : { ...others, ...(hidden && { hidden }) };
    this.#changed = initial ? undefined : changed.value;
    const prepare = async () => {
      const data = await this.#data.load().catch(() => {
        throw new NoData();
      });
      this.#own = learntFrom(ownDigits.value, data);
      return { ...options, data: withOwnDigits(data, ownDigits.value) };
    };
    void this.#session.start(prepare, isHeld);
  }

  #enter(phase: Phase): void {
    const { phase: shown, announcement, words } = this.state;
    if (phase === "running") this.#stopwatch.start();
    else this.#stopwatch.stop();
    batch(() => {
      shown.value = phase;
      const said = words.value.phases[phase];
      if (said !== "") announcement.value = said;
    });
    if (phase === "finished") this.#recordTrial();
    if (phase === "paused" || phase === "finished") void this.#keeping.write(phase === "finished");
  }

  /** What the walk-through's program reached is compared with what it reached before. */
  #recordTrial(): void {
    const { run, trials, accuracies, outcome } = this.state;
    const last = accuracies.value.at(-1);
    if (run.value?.options.recipe !== "tutorial" || !last || outcome.value || !this.#changed) return;
    const changed: Changed = Object.fromEntries(
      Object.entries(this.#changed).filter(([name]) => !NEUTRAL.includes(name)),
    );
    const { data } = run.value;
    const isOther = (other: Trial) =>
      other.data !== data || JSON.stringify(other.changed) !== JSON.stringify(changed);
    trials.value = [...trials.value.filter(isOther), { data, changed, accuracy: last.accuracy }];
  }

  #clear(): void {
    this.#examination?.abort();
    this.#examination = undefined;
    this.#unexamined = undefined;
    this.#curve = new Curve();
    this.#stopwatch.reset();
    this.#last = undefined;
    const { figures, losses, accuracies, outcome, examination, openCell, startModel, wasCut, problem } =
      this.state;
    openCell.value = undefined;
    figures.value = undefined;
    losses.value = NO_LOSSES;
    accuracies.value = [];
    outcome.value = undefined;
    examination.value = undefined;
    startModel.value = undefined;
    wasCut.value = false;
    problem.value = "";
  }

  #begin(
    { data, counts, network, options, runtime, stepsPerEpoch }: StartEvent,
    first: Model,
  ): Promise<void> {
    const { run, model, startModel, runtime: shownRuntime } = this.state;
    this.#learnt = data;
    batch(() => {
      this.#clear();
      run.value = {
        options,
        data: data.name,
        layers: network,
        stepsPerEpoch,
        images: counts.train,
        own: this.#own,
      };
      model.value = first;
      startModel.value = first;
      shownRuntime.value = runtime;
    });
    // Kept before the first step, so that a reload is told of from there on.
    return this.#keeping.write(false);
  }

  #stepped(event: StepEvent): void {
    const stepsPerEpoch = this.state.run.value?.stepsPerEpoch ?? 1;
    this.#last = event;
    this.#stopwatch.count();
    this.#curve.add(event.epoch + event.step / stepsPerEpoch, event.loss);
  }

  /** Figures and losses are shown as often as the model is, and with it: nobody reads more, and frames would be late. */
  #showFigures(): void {
    const { run, figures, losses } = this.state;
    if (!this.#last || !run.value) return;
    const { images, options } = run.value;
    const { epoch, step, loss } = this.#last;
    const { seconds, rate } = this.#stopwatch.read();
    const shown: Figures = {
      epoch,
      step,
      loss,
      images: epoch * images + Math.min(images, (step + 1) * options.batchSize),
      seconds,
      ...(rate !== undefined && { stepsPerSecond: rate }),
    };
    batch(() => {
      figures.value = shown;
      losses.value = this.#curve.columns();
    });
  }

  #epochEnded({ epoch, testAccuracy, model }: EpochEvent): void {
    const { accuracies, announcement, model: shown, words } = this.state;
    batch(() => {
      this.#showFigures();
      if (testAccuracy !== undefined)
        accuracies.value = [...accuracies.value, { at: epoch + 1, accuracy: testAccuracy }];
      shown.value = model;
      announcement.value = words.value.epochIsOver(epoch + 1, testAccuracy);
    });
    void this.#keeping.write(false);
    void this.#examine(model, this.#learnt, epoch + 1);
  }

  /** The run's model is the last epoch's, unless it was stopped or an earlier one was kept. */
  #end({ model, stopped: { why, epoch, step }, bestEpoch, testAccuracy }: TrainResult): void {
    const { run, model: shown, accuracies, outcome } = this.state;
    const keptEpoch = run.value?.options.keepBest === true && bestEpoch !== epoch ? bestEpoch : undefined;
    const isOwn = why === "stop" && keptEpoch === undefined;
    batch(() => {
      this.#showFigures();
      shown.value = model;
      if (why === "finished" && keptEpoch === undefined) return;
      outcome.value = { why, epoch, keptEpoch };
      const at = epoch + (step + 1) / (run.value?.stepsPerEpoch ?? 1);
      if (isOwn && testAccuracy !== undefined && accuracies.value.at(-1)?.at !== at)
        accuracies.value = [...accuracies.value, { at, accuracy: testAccuracy }];
    });
    if (outcome.value) void this.#examine(model, this.#learnt);
  }

  /**
   * The confusion matrix and the worst images of a model. As epochs may be shorter, one examination is finished before
   * the next is begun; of the models that wait meanwhile the last counts.
   * @param epochs after how many the model is as it is
   */
  async #examine(model: Model | undefined, data: Dataset | undefined, epochs?: number): Promise<void> {
    if (!model || !data) return;
    this.#unexamined = { model, data, ...(epochs !== undefined && { epochs }) };
    if (this.#examination) return;
    const stop = (this.#examination = new AbortController());
    const hasEnded = () => stop.signal.aborted;
    const take = () => {
      const next = this.#unexamined;
      this.#unexamined = undefined;
      return next;
    };
    try {
      while (!hasEnded()) {
        const next = take();
        if (!next) break;
        const found = await examine(next.model, next.data, stop.signal);
        if (!hasEnded()) this.state.examination.value = found && { ...found, epochs: next.epochs };
      }
    } finally {
      if (this.#examination === stop) this.#examination = undefined;
    }
  }

  /** The network as it is before training: it guesses. */
  async #showUntrained(
    options: State["chosen"]["value"]["options"],
    data: Dataset | undefined,
  ): Promise<void> {
    const asked = ++this.#untrained;
    const { run, phase, model, startModel, runtime } = this.state;
    const { shape, images, count } = data?.train ?? {
      shape: [28, 28],
      images: new Uint8Array(784),
      count: 1,
    };
    // Blank images of two classes: nothing is learnt from them.
    const blank = { images: new Uint8Array((2 * images.length) / count), labels: [0, 1], shape };
    const classes = data?.classes ?? 10;
    const names = data?.classNames && { classNames: data.classNames };
    const nothing = { data: { train: blank, classes, ...names }, epochs: 0, limit: 2, validationFraction: 0 };
    const result = await this.#train({ ...options, ...nothing }).catch((error: unknown) => {
      this.state.problem.value = messageOf(error);
    });
    if (!result || run.value || phase.value !== "idle" || asked !== this.#untrained) return;
    batch(() => {
      model.value = result.model;
      startModel.value = result.model;
      runtime.value = result.runtime;
    });
  }
}
