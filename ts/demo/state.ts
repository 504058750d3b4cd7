import { computed, signal } from "@preact/signals";
import type { Dataset, Hyperparameters, Model, Point, Recipe, Runtime, Stopped } from "../index.js";
import { type Columns, NO_LOSSES } from "./curve.js";
import type { Film } from "./film.js";
import { createInside } from "./inside-state.js";
import type { Cell, Examination } from "./examine.js";
import { type Changed, chosenFrom } from "./fields.js";
import { readingOf, seenOf, type TestImage } from "./reading.js";
import type { OneStep } from "./lesson/one-step.js";
import { learntFrom, type OwnDigit, readOwn, unlearntOf } from "./own-digits.js";
import type { Phase } from "./session.js";
import type { Language, Words } from "./words/index.js";

export type Tab = "play" | "lesson";

/** The test accuracy at some time, in epochs. */
export interface Accuracy {
  readonly at: number;
  readonly accuracy: number;
}

/** What a run is, or the model that was opened in its place. */
export interface RunRecord {
  readonly options: Hyperparameters;
  readonly data: string;
  readonly layers: readonly number[];
  readonly stepsPerEpoch: number;
  /** How many images an epoch has. */
  readonly images: number;
  /** Those of the user's own digits that it learns from. */
  readonly own: readonly OwnDigit[];
  /** The name of a file that the model is from, where no run made it. */
  readonly file?: string;
}

/** How far a run has come. */
export interface Figures {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  /** Training images seen, counted once an epoch each. */
  readonly images: number;
  /** The time that it has been training, without pauses. */
  readonly seconds: number;
  readonly stepsPerSecond?: number;
}

/** After how many epochs of a run its model is as it is now; undefined where it is no epoch's last. */
export function lastEpochOf(
  run: RunRecord | undefined,
  figures: Figures | undefined,
  outcome: Outcome | undefined,
): number | undefined {
  const isLast = run !== undefined && figures !== undefined && figures.step + 1 === run.stepsPerEpoch;
  return isLast && !outcome ? figures.epoch + 1 : undefined;
}

/** How many epochs of a run are over. */
export function epochsOver(run: RunRecord | undefined, figures: Figures | undefined): number {
  if (!run || !figures) return 0;
  return figures.step + 1 < run.stepsPerEpoch ? figures.epoch : figures.epoch + 1;
}

/** How a run ended, where that isn't all there is to say of it. */
export interface Outcome {
  readonly why: Stopped["why"];
  /** The epoch in which it ended, from 0. */
  readonly epoch: number;
  /** The epoch whose model was kept, from 0, where that isn't the last one. */
  readonly keptEpoch: number | undefined;
}

/** One thing to choose as the data. */
export interface Offer {
  readonly name: string;
  readonly title: string;
}

/** What a run of the walk-through's program reached, with what was changed of it. */
export interface Trial {
  readonly data: string;
  readonly changed: Changed;
  readonly accuracy: number;
}

export type Speed = "full" | "slow" | "slower";

/** What is wrong or worth knowing about the data. */
export interface DataRemark {
  readonly kind: "failed" | "stand-in" | "remark";
  readonly text: (say: Words) => string;
}

/** Everything that the page shows is a function of these. */
export type State = ReturnType<typeof createState>;

export function createState(language: Language, words: Words) {
  /** What is chosen for the next run: a recipe, and the fields that say something else, as they were typed. */
  const recipe = signal<Recipe>("fast");
  const changed = signal<Changed>({});
  const model = signal<Model | undefined>(undefined);
  /** The model that the run started from. */
  const startModel = signal<Model | undefined>(undefined);
  /** What is on the pad: strokes in parts of the pad, or an image of the test examples. */
  const strokes = signal<readonly (readonly Point[])[]>([]);
  const testImage = signal<TestImage | undefined>(undefined);
  /** What the drawing is, where the one who drew it has said so. */
  const drawnLabel = signal<number | undefined>(undefined);
  /** What the drawing is taken to be, to see what follows from that. */
  const supposedLabel = signal<number | undefined>(undefined);
  /** Drawings that the user has said what they are. */
  const ownDigits = signal<readonly OwnDigit[]>([]);
  const data = signal<Dataset | undefined>(undefined);
  const dataRemark = signal<DataRemark | undefined>(undefined);
  const shownWords = signal(words);
  const run = signal<RunRecord | undefined>(undefined);
  const chosen = computed(() => chosenFrom(recipe.value, changed.value));
  const problem = signal("");
  const isRefused = signal(false);
  const seen = computed(() => seenOf(strokes.value, drawnLabel.value, testImage.value));
  return {
    language: signal(language),
    words: shownWords,
    tab: signal<Tab>("play"),
    /** From 0. */
    chapter: signal(0),
    recipe,
    changed,
    chosen,
    startsFrom: signal<"random" | "model">("random"),
    offers: signal<readonly Offer[]>([]),
    dataName: signal(""),
    data,
    /** The part of a download that is there, while there is one. */
    downloaded: signal<number | undefined>(undefined),
    dataRemark,
    /** The page can train, or says why not: what isn't needed for that may be fetched. */
    isReady: computed(() => data.value !== undefined || dataRemark.value?.kind === "failed"),
    runtime: signal<Runtime | undefined>(undefined),
    phase: signal<Phase>("idle"),
    speed: signal<Speed>("full"),
    /** The run whose model is shown; undefined while the model is one that never learnt. */
    run,
    figures: signal<Figures | undefined>(undefined),
    losses: signal<Columns>(NO_LOSSES),
    /** The point of the losses' curve below the pointer. */
    pointedLoss: signal<readonly [at: number, loss: number] | undefined>(undefined),
    accuracies: signal<readonly Accuracy[]>([]),
    outcome: signal<Outcome | undefined>(undefined),
    /** A reload has ended the run. */
    wasCut: signal(false),
    model,
    startModel,
    examination: signal<Examination | undefined>(undefined),
    strokes,
    drawnLabel,
    supposedLabel,
    isDrawing: signal(false),
    /** The drawing is the page's own example. */
    isExample: signal(false),
    film: signal<Film>([]),
    testImage,
    seen,
    reading: computed(() => readingOf(model.value, seen.value)),
    ownDigits,
    ownReading: computed(() => readOwn(model.value, ownDigits.value)),
    /** How the user's digits differ from those that the run shown has learnt; undefined while there is no data. */
    ownChange: computed(() => {
      if (!data.value) return undefined;
      const [now, then] = [learntFrom(ownDigits.value, data.value), run.value?.own ?? []];
      return { isMore: unlearntOf(now, then).length > 0, isLess: unlearntOf(then, now).length > 0 };
    }),
    /** The cell of the confusion matrix whose images are shown. */
    openCell: signal<Cell | undefined>(undefined),
    /** What the walk-through's program reached, with what was changed of it. */
    trials: signal<readonly Trial[]>([]),
    /** One step, as the lesson takes it. */
    oneStep: signal<OneStep | undefined>(undefined),
    ...createInside(model, startModel, seen),
    /** An error that belongs to no field. */
    problem,
    /** A run was to begin while a setting was wrong, and one still is. */
    isRefused,
    /** What is said of all this. */
    complaint: computed(() => problem.value || (isRefused.value ? shownWords.value.settingIsWrong : "")),
    /** What a screen reader is told. */
    announcement: signal(""),
    isDragging: signal(false),
  };
}
