import type { Pace } from "../../../base/turns.js";
import { MOST_KEPT } from "../limits.js";
import type { Picture } from "../grid.js";
import type { Channel } from "./channels.js";
import { type Component, type Frame, unitOf } from "./segments.js";
import { Transform } from "./transform.js";

/** What Adobe's programs say where three components are red, green and blue as they are, and four are transformed. */
const [ADOBE_PLAIN, ADOBE_YCCK] = [0, 2] as const;

/** A component's samples, `width` a row. */
export interface Plane {
  readonly component: Component;
  readonly width: number;
  readonly samples: Uint8Array;
}

/** The samples that a block becomes, across and down: 8, or fewer where the picture is too large. */
export function sizeOf({ width, height }: Frame): number {
  const isKept = (size: number) => (width * height * size * size) / 64 <= MOST_KEPT;
  return [8, 4, 2].find(isKept) ?? 1;
}

/** The samples of a channel, of `size` x `size` a block. */
export async function planeOf(channel: Channel, size: number, pace: Pace): Promise<Plane> {
  const { component, across, down, coefficients, quantization } = channel;
  if (!quantization) throw new Error("a quantization table is missing");
  const transform = new Transform(size);
  const width = size * across;
  const samples = new Uint8Array(width * size * down);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++)
      transform.apply(
        coefficients,
        64 * (y * across + x),
        quantization,
        samples,
        y * size * width + x * size,
        width,
      );
    await pace.rest();
  }
  return { component, width, samples };
}

/** The picture of its components, each sample of those that have fewer standing for several pixels. */
export async function coloured(
  frame: Frame,
  planes: readonly Plane[],
  size: number,
  adobe: number | undefined,
  pace: Pace,
): Promise<Picture> {
  const [width, height] = [Math.ceil((frame.width * size) / 8), Math.ceil((frame.height * size) / 8)];
  const data = new Uint8Array(4 * width * height).fill(255);
  const unit = unitOf(frame);
  const row = planes.map(() => new Uint8Array(width));
  const isTransformed = planes.length === 3 ? adobe !== ADOBE_PLAIN && !areRgb(frame) : adobe === ADOBE_YCCK;
  for (let y = 0; y < height; y++) {
    planes.forEach(({ component, width: stride, samples }, i) => {
      const start = Math.floor((y * component.down) / unit.down) * stride;
      const share = component.across / unit.across;
      const values = row[i] ?? new Uint8Array();
      for (let x = 0; x < width; x++) values[x] = samples[start + Math.trunc(x * share)] ?? 0;
    });
    const pixels = data.subarray(4 * y * width, 4 * (y + 1) * width);
    paint(row, pixels, isTransformed, adobe !== undefined);
    await pace.rest();
  }
  return { width, height, data };
}

/** Some programs name the components by their colours where these aren't transformed. */
function areRgb({ components }: Frame): boolean {
  return String.fromCharCode(...components.map(({ id }) => id)) === "RGB";
}

/** Writes a row's red, green and blue. */
function paint(
  row: readonly Uint8Array[],
  pixels: Uint8Array,
  isTransformed: boolean,
  isInverted: boolean,
): void {
  const [first, second = first, third = first, black] = row as [Uint8Array, ...Uint8Array[]];
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let x = 0, place = 0; x < first.length; x++, place += 4) {
    let red = first[x] ?? 0;
    let green = second[x] ?? 0;
    let blue = third[x] ?? 0;
    if (isTransformed) {
      // JFIF's YCbCr.
      const light = red;
      const toBlue = green - 128;
      const toRed = blue - 128;
      red = light + 1.402 * toRed;
      green = light - 0.344136 * toBlue - 0.714136 * toRed;
      blue = light + 1.772 * toBlue;
    }
    if (black) {
      // Cyan, magenta, yellow and black; Adobe's programs write how much of each is missing.
      const share = isInverted ? (black[x] ?? 0) / 255 : 1 - (black[x] ?? 0) / 255;
      [red, green, blue] = [red, green, blue].map((ink) => share * (isInverted ? ink : 255 - ink)) as [
        number,
        number,
        number,
      ];
    }
    clamped[place] = red;
    clamped[place + 1] = green;
    clamped[place + 2] = blue;
  }
}
