import { type GreyImage, type Model } from "../index.js";
import { contextOf, element, percent } from "./element.js";

/** So many bars; of more classes those of the largest scores are shown. */
const BARS = 10;

/** What is before the network: what it computes with, and how that looks. */
export interface Seen {
  input: Uint8Array | Float32Array;
  image: GreyImage | undefined;
  /** What the image is, where that is known. */
  label?: number;
}

interface Bar {
  row: HTMLElement;
  name: HTMLElement;
  bar: HTMLElement;
  value: HTMLElement;
}

/** What the network makes of what it sees: the class, and a bar for each. */
export class Scores {
  readonly #list = element("scores", HTMLElement);
  readonly #verdict = element("verdict", HTMLElement);
  readonly #certainty = element("certainty", HTMLElement);
  readonly #canvas = element("seen", HTMLCanvasElement);
  readonly #bars = Array.from({ length: BARS }, () => makeBar());

  constructor() {
    this.#list.append(...this.#bars.map(({ row }) => row));
  }

  /**
   * Shows the scores, and tells of them in a sentence.
   * @param nothing what to say where there are none
   */
  show(model: Model, seen: Seen | undefined, nothing: string): string {
    const nameOf = (label: number) => model.classNames?.[label] ?? String(label);
    const classes = model.layers.at(-1) ?? 0;
    const shares = seen && sharesOf(model, seen.input);
    this.#showBars(nameOf, shares ?? new Float32Array(classes), seen !== undefined);
    this.#showSeen(seen?.image);
    const best = shares ? shares.indexOf(Math.max(...shares)) : -1;
    this.#verdict.textContent = best < 0 ? "–" : nameOf(best);
    this.#verdict.classList.toggle("word", nameOf(Math.max(0, best)).length > 2);
    const sentence = !shares ? nothing : verdictOn(shares[best] ?? 0, model, seen.label, best, nameOf);
    this.#certainty.textContent = sentence;
    return best < 0 ? sentence : `${nameOf(best)}: ${sentence}`;
  }

  #showBars(nameOf: (label: number) => string, shares: Float32Array, isSeen: boolean): void {
    const all = Array.from(shares.keys());
    const most = shares.reduce((one, other) => Math.max(one, other), 0);
    const labels =
      all.length <= BARS ? all : all.sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0)).slice(0, BARS);
    this.#list.classList.toggle(
      "named",
      all.some((label) => nameOf(label).length > 2),
    );
    this.#bars.forEach(({ row, name, bar, value }, i) => {
      const label = labels[i];
      row.hidden = label === undefined;
      if (label === undefined) return;
      const share = shares[label] ?? 0;
      name.textContent = nameOf(label);
      bar.style.transform = `scaleX(${share.toFixed(4)})`;
      value.textContent = isSeen ? percent(share) : "";
      row.classList.toggle("best", isSeen && share === most && share > 0);
    });
  }

  #showSeen(image: GreyImage | undefined): void {
    const [width, height] = image ? [image.width, image.height] : [28, 28];
    Object.assign(this.#canvas, { width, height });
    if (!image) return;
    const data = new ImageData(width, height);
    image.pixels.forEach((ink, i) => {
      data.data.set([ink, ink, ink, 255], 4 * i);
    });
    contextOf(this.#canvas).putImageData(data, 0, 0);
  }
}

function verdictOn(
  share: number,
  { loss }: Model,
  label: number | undefined,
  best: number,
  nameOf: (label: number) => string,
): string {
  const sure = loss === "cross-entropy" ? `${percent(share)} sure` : `score ${share.toFixed(2)} of 1`;
  if (label === undefined) return sure;
  return label === best ? `${sure}, and it is one` : `${sure}, but it is ${nameOf(label)}`;
}

/** Probabilities where the network was trained for such, else its scores where they lie within 0..1. */
function sharesOf(model: Model, input: Uint8Array | Float32Array): Float32Array {
  const { scores } = model.classify(input);
  if (model.loss === "mse") return scores.map((score) => Math.min(1, Math.max(0, score)));
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function makeBar(): Bar {
  const [row, name, track, bar, value] = ["li", "span", "span", "div", "span"].map((tag) =>
    document.createElement(tag),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  track.className = "track";
  bar.className = "bar";
  track.append(bar);
  row.append(name, track, value);
  return { row, name, bar, value };
}
