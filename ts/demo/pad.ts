import { digitOf, type GreyImage } from "../index.js";
import { colourOf, contextOf, element, oncePerFrame, onColourScheme } from "./element.js";

/** A place on the pad, 0..1 each way, and how wide the pen is there, in parts of the pad. */
interface Point {
  x: number;
  y: number;
  width: number;
}

const PEN = 0.075;
/** The drawing as the network gets it is taken from a canvas of so many pixels. */
const SIDE = 112;

/** The pad that one draws on; it can show an image of the data in the drawing's place. */
export class Pad {
  readonly #canvas = element("pad", HTMLCanvasElement);
  readonly #context = contextOf(this.#canvas);
  readonly #small = contextOf(squareCanvas(SIDE), { willReadFrequently: true });
  readonly #changed: (pixels: Uint8Array | undefined, isDone: boolean) => void;
  #strokes: Point[][] = [];
  #shown: GreyImage | undefined;
  #pointer: number | undefined;

  /** @param changed told of the drawing in MNIST's form, undefined where there is none, and whether the pen is up */
  constructor(changed: (pixels: Uint8Array | undefined, isDone: boolean) => void) {
    this.#changed = changed;
    const draw = oncePerFrame(() => {
      this.#draw();
    });
    new ResizeObserver(draw).observe(this.#canvas);
    onColourScheme(draw);
    this.#listen(
      oncePerFrame(() => {
        this.#draw();
        this.#tell(this.#pointer === undefined);
      }),
    );
  }

  /** Shows an image, as if it had been drawn. */
  show(image: GreyImage): void {
    this.#strokes = [];
    this.#shown = image;
    this.#draw();
  }

  #listen(update: () => void): void {
    const canvas = this.#canvas;
    const put = (event: PointerEvent) => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const pressure = event.pointerType === "pen" ? 0.5 + event.pressure : 1;
      const point = {
        x: (event.clientX - left) / width,
        y: (event.clientY - top) / height,
        width: PEN * pressure,
      };
      this.#strokes.at(-1)?.push(point);
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (this.#pointer !== undefined || event.button !== 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      this.#pointer = event.pointerId;
      this.#shown = undefined;
      this.#strokes.push([]);
      put(event);
      update();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.#pointer) return;
      const events = event.getCoalescedEvents();
      for (const one of events.length > 0 ? events : [event]) put(one);
      update();
    });
    const end = (event: PointerEvent) => {
      if (event.pointerId !== this.#pointer) return;
      this.#pointer = undefined;
      update();
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    element("undo", HTMLButtonElement).addEventListener("click", () => {
      this.#shown = undefined;
      this.#strokes.pop();
      update();
    });
    element("clear", HTMLButtonElement).addEventListener("click", () => {
      this.#shown = undefined;
      this.#strokes = [];
      update();
    });
  }

  #tell(isDone: boolean): void {
    if (this.#shown) return;
    if (this.#strokes.length === 0) {
      this.#changed(undefined, isDone);
      return;
    }
    const small = this.#small;
    small.clearRect(0, 0, SIDE, SIDE);
    drawStrokes(small, this.#strokes, SIDE, "#000");
    this.#changed(digitOf(small.getImageData(0, 0, SIDE, SIDE)), isDone);
  }

  #draw(): void {
    const canvas = this.#canvas;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = this.#context;
    context.clearRect(0, 0, side, side);
    if (this.#shown) drawImage(context, this.#shown, side);
    else drawStrokes(context, this.#strokes, side, colourOf("text"));
    const isUsed = this.#shown !== undefined || this.#strokes.length > 0;
    canvas.parentElement?.classList.toggle("used", isUsed);
    for (const id of ["undo", "clear"]) {
      // Not `disabled`, which would take the keyboard's focus away.
      element(id, HTMLButtonElement).setAttribute("aria-disabled", String(!isUsed));
    }
  }
}

/** A canvas that is not on the page. */
function squareCanvas(side: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  return canvas;
}

function drawStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly (readonly Point[])[],
  side: number,
  colour: string,
): void {
  Object.assign(context, { strokeStyle: colour, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) {
    let from = stroke[0];
    for (const to of stroke) {
      if (!from) break;
      context.lineWidth = to.width * side;
      context.beginPath();
      context.moveTo(from.x * side, from.y * side);
      // A line of no length is not drawn, and a dot is one.
      context.lineTo(to.x * side + 0.01, to.y * side);
      context.stroke();
      from = to;
    }
  }
}

/** An image in the page's ink, filling a square. */
export function drawImage(context: CanvasRenderingContext2D, image: GreyImage, side: number): void {
  const { width, height } = image;
  const sheet = document.createElement("canvas");
  Object.assign(sheet, { width, height });
  const [red = 0, green = 0, blue = 0] = (colourOf("text").match(/\d+/g) ?? []).map(Number);
  const data = new ImageData(width, height);
  image.pixels.forEach((ink, i) => {
    data.data.set([red, green, blue, ink], 4 * i);
  });
  contextOf(sheet).putImageData(data, 0, 0);
  const scale = side / Math.max(width, height);
  context.imageSmoothingEnabled = false;
  context.drawImage(
    sheet,
    (side - scale * width) / 2,
    (side - scale * height) / 2,
    scale * width,
    scale * height,
  );
}
