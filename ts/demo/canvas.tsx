import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { GreyImage } from "../index.js";

/** Changes whenever the page changes between light and dark. */
const scheme = signal(0);

/** The page's text beside its usual 16 pixels: the style sheet makes it larger in larger windows. */
export const magnification = signal(1);

/** Pictures follow the page's colours, and the size of its text. */
export function watchStyle(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => scheme.value++);
  const measure = () => {
    magnification.value = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  };
  addEventListener("resize", measure);
  measure();
}

const probe = "document" in globalThis ? document.createElement("i") : undefined;
const colours = new Map<string, string>();

/** A colour of the style sheet, as a canvas takes it: in light or dark, as the page is now. */
export function colourOf(name: string): string {
  // To ask the browser makes it work out the whole page's style.
  const key = `${name} ${scheme.value}`;
  const colour = colours.get(key) ?? askColour(name);
  colours.set(key, colour);
  return colour;
}

function askColour(name: string): string {
  if (!probe) return "";
  if (!probe.isConnected) {
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

/** A colour's red, green and blue, 0..255. */
export function channelsOf(name: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (colourOf(name).match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no canvas");
  return context;
}

/**
 * Does work now, and again in the frame after a signal that it read has changed: once a frame at most.
 * @returns ends it
 */
export function frameEffect(work: () => void): () => void {
  let frame = 0;
  let stop: () => void = () => undefined;
  const run = () => {
    frame = 0;
    stop();
    let isFirst = true;
    stop = effect(() => {
      if (isFirst) work();
      else frame ||= requestAnimationFrame(run);
      isFirst = false;
    });
  };
  run();
  return () => {
    cancelAnimationFrame(frame);
    stop();
  };
}

/** A canvas's context, and its size, in CSS pixels of a page whose text has its usual size. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

interface CanvasProps {
  /** Draws on a clean canvas; called again when a signal that it reads changes, or the canvas's size. */
  readonly draw: (surface: Surface) => void;
  readonly label?: string;
  readonly class?: string;
}

/** A picture that is a function of signals, as large as the style sheet says. */
export function Canvas({ draw, label, class: name }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(signal(draw)).current;
  useEffect(() => {
    latest.value = draw;
  }, [draw, latest]);
  useEffect(() => {
    const shown = canvas.current;
    if (!shown) return undefined;
    const context = contextOf(shown);
    const size = signal({ width: shown.clientWidth, height: shown.clientHeight });
    const observer = new ResizeObserver(() => {
      size.value = { width: shown.clientWidth, height: shown.clientHeight };
    });
    observer.observe(shown);
    const stop = frameEffect(() => {
      const { width, height } = size.value;
      const larger = magnification.value;
      const scale = devicePixelRatio * larger;
      resize(shown, Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio));
      context.save();
      context.clearRect(0, 0, shown.width, shown.height);
      context.scale(scale, scale);
      latest.value({ context, width: width / larger, height: height / larger });
      context.restore();
    });
    return () => {
      observer.disconnect();
      stop();
    };
  }, [latest]);
  const picture =
    label === undefined ? { "aria-hidden": true as const } : { role: "img" as const, "aria-label": label };
  return <canvas ref={canvas} class={name} {...picture} />;
}

/** A canvas that is given a size, even its own, is made anew. */
function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

let sheet: HTMLCanvasElement | undefined;

/** Pixels as an image that can be drawn at any size; it holds until the next is made. */
export function sheetOf(pixels: ImageData): HTMLCanvasElement {
  sheet ??= document.createElement("canvas");
  resize(sheet, pixels.width, pixels.height);
  contextOf(sheet).putImageData(pixels, 0, 0);
  return sheet;
}

/** The ink of images as the network sees them. */
export const WHITE = [255, 255, 255] as const;

/** An image as the network sees it: white on a black square. */
export function drawOnBlack(
  context: CanvasRenderingContext2D,
  image: GreyImage | undefined,
  side: number,
): void {
  context.fillStyle = "#000";
  context.fillRect(0, 0, side, side);
  if (image) drawImage(context, image, side, WHITE);
}

/** An image in the page's ink, as large as fits a square. */
export function drawImage(
  context: CanvasRenderingContext2D,
  { width, height, pixels }: GreyImage,
  side: number,
  ink: readonly [number, number, number] = channelsOf("text"),
): void {
  const data = new ImageData(width, height);
  const [red, green, blue] = ink;
  for (let i = 0; i < pixels.length; i++) {
    data.data[4 * i] = red;
    data.data[4 * i + 1] = green;
    data.data[4 * i + 2] = blue;
    data.data[4 * i + 3] = pixels[i] ?? 0;
  }
  const scale = side / Math.max(width, height);
  context.imageSmoothingEnabled = false;
  context.drawImage(
    sheetOf(data),
    (side - scale * width) / 2,
    (side - scale * height) / 2,
    scale * width,
    scale * height,
  );
}
