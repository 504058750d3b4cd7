import { type Model, type Tensor, weightsImage } from "../index.js";
import { colourOf, contextOf, element, oncePerFrame, onColourScheme } from "./element.js";
import type { Seen } from "./scores.js";

const COLUMNS = 20;
const MOST = 260;
/** So many of the units that answer strongest are framed. */
const FRAMED = 8;

/** The first layer's weights as images, with frames around the units that answer strongest to what is seen. */
export class Weights {
  readonly #canvas = element("weights", HTMLCanvasElement);
  readonly #draw = oncePerFrame(() => {
    this.#redraw();
  });
  #model: Model | undefined;
  #size = { width: 28, height: 28 };
  #seen: Seen | undefined;
  /** The weights as they were last drawn, so that a change of the drawing alone is cheap. */
  #sheet: { model: Model; image: ImageData } | undefined;

  constructor() {
    onColourScheme(this.#draw);
  }

  /** @param size of the images that the model takes */
  show(model: Model, size: { width: number; height: number } | undefined, seen: Seen | undefined): void {
    this.#model = model;
    if (size) this.#size = size;
    this.#seen = seen;
    this.#draw();
  }

  #redraw(): void {
    const weights = this.#model?.parameters.get("w1");
    const { width, height } = this.#size;
    if (!this.#model || weights?.shape[0] !== width * height) return;
    if (this.#sheet?.model !== this.#model) {
      const { data, ...sheet } = weightsImage(weights, this.#size, MOST, COLUMNS);
      this.#sheet = { model: this.#model, image: new ImageData(data, sheet.width, sheet.height) };
    }
    const { image } = this.#sheet;
    const canvas = this.#canvas;
    if (canvas.width !== image.width || canvas.height !== image.height)
      Object.assign(canvas, { width: image.width, height: image.height });
    const context = contextOf(canvas);
    context.putImageData(image, 0, 0);
    context.strokeStyle = colourOf("text");
    context.lineWidth = 1.5;
    for (const unit of this.#excited(weights)) {
      const [x, y] = [(unit % COLUMNS) * (width + 1), Math.floor(unit / COLUMNS) * (height + 1)];
      context.strokeRect(x + 0.25, y + 0.25, width - 0.5, height - 0.5);
    }
  }

  /** The units whose sums are largest for what is seen. */
  #excited(weights: Tensor): number[] {
    const input = this.#seen?.input;
    const bias = this.#model?.parameters.get("b1")?.values;
    const [inputs = 0, units = 0] = weights.shape;
    if (input?.length !== inputs || !bias) return [];
    const sums = Float32Array.from(bias);
    const scale = input instanceof Uint8Array ? 1 / 255 : 1;
    input.forEach((pixel, i) => {
      if (pixel === 0) return;
      for (let unit = 0; unit < units; unit++)
        sums[unit] = (sums[unit] ?? 0) + pixel * scale * (weights.values[i * units + unit] ?? 0);
    });
    const shown = Array.from({ length: Math.min(units, MOST) }, (_, unit) => unit);
    const byStrength = shown.sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0)).slice(0, FRAMED);
    return byStrength.filter((unit) => (sums[unit] ?? 0) > 0);
  }
}
