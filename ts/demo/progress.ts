import type { EpochEvent, Hyperparameters, Model, StartEvent, StepEvent } from "../index.js";
import { type Accuracy, Charts } from "./chart.js";
import { Curve } from "./curve.js";
import { counted, element, oncePerFrame, percent } from "./element.js";
import type { State } from "./store.js";

const FIGURES = ["epoch", "loss", "accuracy", "rate"] as const;
/** The rate is that of the last second. */
const RATE_MS = 1000;

/** How far a run has come: its figures, its bar and its charts. */
export class Progress {
  readonly #charts = new Charts();
  readonly #curve = new Curve();
  readonly #bar = element("progress", HTMLProgressElement);
  #accuracies: Accuracy[] = [];
  #epochs = 1;
  #isComparable = false;
  #stepsPerEpoch = 1;
  #last: StepEvent | undefined;
  /** When so many steps had run, in the last second. */
  #marks: [time: number, steps: number][] = [];
  #steps = 0;
  readonly #draw = oncePerFrame(() => {
    this.#charts.draw(this.#curve, this.#accuracies);
    if (this.#last) this.#showStep(this.#last);
  });

  /** A run begins, or will. */
  begin({ epochs, loss, batchSize }: Pick<Hyperparameters, "epochs" | "loss" | "batchSize">): void {
    this.#epochs = epochs;
    this.#isComparable = loss === "mse" && batchSize === 128;
    this.#accuracies = [];
    this.#last = undefined;
    this.#marks = [];
    this.#steps = 0;
    this.#curve.clear();
    for (const id of FIGURES) element(id, HTMLElement).textContent = "–";
    this.#bar.value = 0;
    this.#charts.begin(this.#epochs, this.#isComparable);
    this.#draw();
  }

  started({ stepsPerEpoch }: StartEvent): void {
    this.#stepsPerEpoch = stepsPerEpoch;
    this.#marks = [[performance.now(), 0]];
  }

  stepped(event: StepEvent): void {
    this.#last = event;
    this.#steps++;
    this.#curve.add(event.epoch + event.step / this.#stepsPerEpoch, event.loss);
    this.#draw();
  }

  /** After a pause the rate begins anew. */
  goesOn(): void {
    this.#marks = [[performance.now(), this.#steps]];
  }

  epochEnded({ epoch, testAccuracy }: EpochEvent): void {
    if (testAccuracy === undefined) return;
    this.#accuracies.push({ at: epoch + 1, accuracy: testAccuracy });
    element("accuracy", HTMLElement).textContent = percent(testAccuracy, 2);
    this.#draw();
  }

  /** What to remember of it. */
  state(model: Model): NonNullable<State["run"]> {
    return {
      model: model.toSafetensors(),
      epochs: this.#epochs,
      isComparable: this.#isComparable,
      curve: this.#curve.toJSON(),
      accuracies: this.#accuracies,
      figures: FIGURES.map((id) => element(id, HTMLElement).textContent),
    };
  }

  restore({ epochs, isComparable, curve, accuracies, figures }: NonNullable<State["run"]>): void {
    this.#epochs = epochs;
    this.#isComparable = isComparable;
    this.#curve.restore(curve);
    this.#accuracies = [...accuracies];
    FIGURES.forEach((id, i) => (element(id, HTMLElement).textContent = figures[i] ?? "–"));
    this.#charts.begin(epochs, isComparable);
    this.#draw();
  }

  #showStep({ epoch, step, loss }: StepEvent): void {
    element("epoch", HTMLElement).textContent = `${epoch + 1} of ${this.#epochs}`;
    element("loss", HTMLElement).textContent = loss.toFixed(4);
    this.#bar.value = (epoch + (step + 1) / this.#stepsPerEpoch) / this.#epochs;
    const now = performance.now();
    this.#marks.push([now, this.#steps]);
    while (this.#marks.length > 2 && now - (this.#marks[0]?.[0] ?? now) > RATE_MS) this.#marks.shift();
    const [since, before] = this.#marks[0] ?? [now, this.#steps];
    if (now - since > 200)
      element("rate", HTMLElement).textContent = counted(
        Math.round((1000 * (this.#steps - before)) / (now - since)),
      );
  }
}
