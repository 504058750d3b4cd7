import { batch } from "@preact/signals";
import { Model, type Point, type Recipe, type train } from "../index.js";
import { addressOf, readAddress } from "./address.js";
import { DataActions } from "./data-actions.js";
import { EXAMPLE, type Example } from "./example.js";
import { type Cell, keyOf } from "./examine.js";
import { type Changed, type FieldName, withField } from "./fields.js";
import type { Unit } from "./inside.js";
import { Keeping } from "./keeping.js";
import { messageOf } from "./message.js";
import { type OwnDigit, withDigit } from "./own-digits.js";
import { RunActions } from "./run-actions.js";
import type { Served, Sources } from "./sources.js";
import type { Speed, State, Tab } from "./state.js";
import type { Store } from "./store.js";
import { spoken, verdictOf } from "./verdict.js";
import { watchFilm } from "./watch-film.js";
import { type Language, wordsOf } from "./words/index.js";

/** What the page stands on; a test has its own. */
export interface Surroundings {
  readonly train: typeof train;
  readonly sources: Sources;
  /** What the page's server has. */
  readonly served: () => Promise<Served>;
  readonly store: Store;
}

export const CHAPTER_COUNT = 8;
/** From one point of the example to the next. */
const REPLAY_MS = 30;

/** What a user can do. */
export class Actions {
  readonly state: State;
  readonly data: DataActions;
  readonly run: RunActions;
  readonly train: typeof train;
  readonly #keeping: Keeping;
  readonly #served: Surroundings["served"];

  constructor(state: State, { train, sources, served, store }: Surroundings) {
    this.state = state;
    this.#keeping = new Keeping(state, store);
    this.#served = served;
    this.data = new DataActions(state, sources);
    this.train = train;
    this.run = new RunActions(state, train, this.data, this.#keeping);
  }

  /**
   * Begins with what the address says and what is kept from before; the data is yet to be loaded.
   * @param hash what the address has behind its page, with or without #
   * @param isMoving whether the example is drawn before one's eyes
   */
  async begin(hash: string, isMoving = false): Promise<void> {
    const [kept, digits, served] = await Promise.all([
      this.#keeping.read(),
      this.#keeping.readDigits(),
      this.#served(),
    ]);
    this.state.ownDigits.value = digits;
    const said = hash.replace(/^#/, "");
    this.goTo(said === "" ? (kept?.address ?? "") : said);
    if (kept) this.run.restore(kept);
    else this.replay(EXAMPLE, isMoving);
    watchFilm(this.state);
    this.data.list(served, kept?.dataName);
    this.run.watch();
  }

  /** Shows what an address says. */
  goTo(address: string): void {
    const { tab, chapter, recipe, changed } = readAddress(address, CHAPTER_COUNT);
    batch(() => {
      this.state.tab.value = tab;
      this.state.chapter.value = chapter;
      this.state.recipe.value = recipe;
      this.state.changed.value = changed;
    });
  }

  get address(): string {
    return addressOf(this.state);
  }

  show(tab: Tab): void {
    this.state.tab.value = tab;
  }

  turnTo(chapter: number): void {
    this.state.chapter.value = Math.min(CHAPTER_COUNT - 1, Math.max(0, chapter));
  }

  async speak(language: Language): Promise<void> {
    try {
      const words = await wordsOf(language);
      batch(() => {
        this.state.language.value = language;
        this.state.words.value = words;
      });
    } catch (error) {
      this.fail(error);
    }
  }

  /** Another recipe: what was changed of the one before no longer holds, but for what belongs to no recipe. */
  choose(recipe: Recipe): void {
    const { seed, limit, threads, deterministic } = this.state.changed.value;
    const lasting = Object.entries({ seed, limit, threads, deterministic });
    batch(() => {
      this.state.recipe.value = recipe;
      this.state.changed.value = Object.fromEntries(lasting.filter(([, text]) => text !== undefined));
    });
  }

  /** Begins a run of a recipe with what is changed of it, at full speed. */
  tryOut(recipe: Recipe, changed: Changed): void {
    this.setSpeed("full");
    batch(() => {
      this.choose(recipe);
      this.state.changed.value = { ...this.state.changed.value, ...changed };
      this.state.startsFrom.value = "random";
    });
    this.run.startAnew();
  }

  change(name: FieldName, text: string): void {
    this.state.changed.value = withField(this.state.recipe.value, this.state.changed.value, name, text);
  }

  /** What the recipe says, for one option. */
  restore(name: FieldName): void {
    const { changed } = this.state;
    changed.value = Object.fromEntries(Object.entries(changed.value).filter(([other]) => other !== name));
  }

  startFrom(what: "random" | "model"): void {
    this.state.startsFrom.value = what;
  }

  setSpeed(speed: Speed): void {
    this.state.speed.value = speed;
    this.run.setSpeed(speed);
  }

  /** The pen goes down. The page's example gives way to one's own drawing, and a drawing that is kept to the next. */
  beginStroke(points: readonly Point[]): void {
    const { testImage, isDrawing, isExample, strokes, drawnLabel, supposedLabel, ownDigits } = this.state;
    const isOver = isExample.value || ownDigits.value.some((digit) => digit.strokes === strokes.value);
    batch(() => {
      testImage.value = undefined;
      isDrawing.value = true;
      strokes.value = [...(isOver ? [] : strokes.value), points];
      drawnLabel.value = undefined;
      supposedLabel.value = undefined;
      isExample.value = false;
    });
  }

  /** Draws the example, little by little, until somebody draws, a run begins or all is drawn. */
  replay({ strokes, label }: Example, isMoving: boolean): void {
    const { state } = this;
    const show = (shown: Example["strokes"], isAll: boolean) => {
      batch(() => {
        state.isExample.value = true;
        state.strokes.value = shown;
        state.drawnLabel.value = isAll ? label : undefined;
      });
    };
    const total = strokes.flat().length;
    const draw = (drawn: number) => {
      let left = drawn;
      const shown = strokes.map((stroke) => {
        const part = stroke.slice(0, Math.max(0, left));
        left -= stroke.length;
        return part;
      });
      show(
        shown.filter((stroke) => stroke.length > 0),
        drawn >= total,
      );
      if (drawn === total) return;
      setTimeout(() => {
        // A run that has begun reads the whole of it.
        if (state.isExample.value) draw(state.phase.value === "idle" ? drawn + 1 : total);
      }, REPLAY_MS);
    };
    draw(isMoving ? 1 : total);
  }

  extendStroke(points: readonly Point[]): void {
    const { strokes } = this.state;
    strokes.value = [...strokes.value.slice(0, -1), [...(strokes.value.at(-1) ?? []), ...points]];
  }

  /** The pen goes up. */
  endStroke(): void {
    this.state.isDrawing.value = false;
    this.#tellVerdict();
  }

  /** Says what the drawing is; one's own drawing is kept with that. */
  say(label: number): void {
    const { drawnLabel, supposedLabel, strokes, isExample, ownDigits } = this.state;
    batch(() => {
      drawnLabel.value = label;
      supposedLabel.value = undefined;
      if (isExample.value || strokes.value.length === 0) return;
      ownDigits.value = withDigit(ownDigits.value, strokes.value, label);
    });
    void this.#keeping.writeDigits(ownDigits.value);
  }

  /** Supposes that the drawing is a digit, to see what follows from that: nothing is kept, and nothing learnt of it. */
  suppose(label: number): void {
    this.state.supposedLabel.value = label;
  }

  forgetDigit(digit: OwnDigit): void {
    const { ownDigits, strokes, drawnLabel } = this.state;
    batch(() => {
      ownDigits.value = ownDigits.value.filter((other) => other !== digit);
      if (digit.strokes === strokes.value) drawnLabel.value = undefined;
    });
    void this.#keeping.writeDigits(ownDigits.value);
  }

  /** Opens a cell of the confusion matrix, or closes it again. */
  openCell(cell: Cell | undefined): void {
    const { openCell } = this.state;
    const isSame = cell && openCell.value && keyOf(cell) === keyOf(openCell.value);
    openCell.value = isSame ? undefined : cell;
  }

  /** Asks why the answer isn't this class, or no longer. */
  compareWith(label: number): void {
    const { rival, pinnedUnit } = this.state;
    batch(() => {
      pinnedUnit.value = undefined;
      rival.value = rival.value === label ? undefined : label;
    });
  }

  undo(): void {
    this.#redraw(this.state.strokes.value.slice(0, -1));
  }

  clear(): void {
    this.#redraw([]);
  }

  #redraw(strokes: State["strokes"]["value"]): void {
    batch(() => {
      this.state.testImage.value = undefined;
      this.state.isExample.value = false;
      this.state.drawnLabel.value = undefined;
      this.state.supposedLabel.value = undefined;
      this.state.strokes.value = strokes;
    });
  }

  /** Puts a test image on the pad: a given one, or any. */
  showTestImage(example?: number): void {
    const { testImage, examination, data } = this.state;
    const test = example === undefined ? data.value?.test : examination.value?.data.test;
    if (!test?.count) return;
    this.clear();
    batch(() => {
      testImage.value = { test, example: example ?? Math.floor(Math.random() * test.count) };
    });
    this.#tellVerdict();
  }

  /** The pointer is over a unit, or over none. */
  pointAt(unit: Unit | undefined): void {
    const before = this.state.pointedUnit.peek();
    if (before?.layer === unit?.layer && before?.place === unit?.place) return;
    this.state.pointedUnit.value = unit;
  }

  /** A unit that was tapped stays shown until it is tapped again. */
  pin(unit: Unit | undefined): void {
    const { pinnedUnit, pointedUnit } = this.state;
    const before = pinnedUnit.peek();
    const isSame = before?.layer === unit?.layer && before?.place === unit?.place;
    batch(() => {
      pointedUnit.value = undefined;
      pinnedUnit.value = isSame ? undefined : unit;
    });
  }

  showUnitsBy(what: "weights" | "change"): void {
    this.state.unitsBy.value = what;
  }

  #tellVerdict(): void {
    this.state.announcement.value = spoken(verdictOf(this.state));
  }

  /** Takes files that were chosen or dropped: a model, or data. */
  async useFiles(files: readonly File[]): Promise<void> {
    const [first] = files;
    if (first && files.length === 1 && first.name.endsWith(".safetensors")) await this.openModel(first);
    else if (files.length > 0) await this.data.useFiles(files);
  }

  async openModel(file: File): Promise<void> {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      this.run.open(Model.fromSafetensors(bytes, file.name), file.name);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.state.problem.value = messageOf(error);
  }
}
