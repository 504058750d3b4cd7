import { type Examples, imageOf, type Mistake } from "../index.js";
import { contextOf, element, onColourScheme } from "./element.js";
import { drawImage } from "./pad.js";

/** Shown at so many pixels each way. */
const SIDE = 56;

/** The images that the model is most wrong about. */
export class Worst {
  readonly #box = element("worst", HTMLElement);
  readonly #choose: (example: number) => void;
  #redraw: () => void = () => undefined;

  constructor(choose: (example: number) => void) {
    this.#choose = choose;
    onColourScheme(() => {
      this.#redraw();
    });
  }

  show(mistakes: readonly Mistake[], test: Examples, classNames?: readonly string[]): void {
    const nameOf = (label: number) => classNames?.[label] ?? String(label);
    const focused = [...this.#box.children].indexOf(document.activeElement ?? this.#box);
    const draw: (() => void)[] = [];
    const buttons = mistakes.map(({ example, label, predicted }) => {
      const button = document.createElement("button");
      button.type = "button";
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = SIDE;
      const image = imageOf(test, example);
      draw.push(() => {
        const context = contextOf(canvas);
        context.clearRect(0, 0, SIDE, SIDE);
        if (image) drawImage(context, image, SIDE);
      });
      const text = `${nameOf(label)} as ${nameOf(predicted)}`;
      button.append(canvas, text);
      button.title = `Test image ${example}: ${nameOf(label)}, taken for ${nameOf(predicted)}`;
      button.addEventListener("click", () => {
        this.#choose(example);
      });
      return button;
    });
    this.#redraw = () => {
      for (const one of draw) one();
    };
    this.#redraw();
    this.#box.replaceChildren(...buttons);
    if (focused >= 0) (buttons[focused] ?? buttons.at(-1))?.focus();
  }

  clear(): void {
    this.#redraw = () => undefined;
    this.#box.replaceChildren();
  }
}
