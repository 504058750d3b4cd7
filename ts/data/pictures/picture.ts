import { DigitrainError } from "../../base/errors.js";
import { Pace } from "../../base/turns.js";
import { BOX, centred, SIZE } from "./centred.js";
import { checkInk } from "./check-ink.js";
import { contrastOf, directionOf, type Ink } from "./contrast.js";
import { type Digit, digit } from "./digit.js";
import { find } from "./find.js";
import { fitted } from "./fit.js";
import { type Box, boxOf, extentOf, type Grid, type Picture, whole } from "./grid.js";
import { luminance, planesOf, reduction } from "./planes.js";
import { strokeWidth, withUsualStrokes } from "./thickness.js";

/** How a picture is to be read. */
export interface PictureOptions {
  /** Whether ink is darker or lighter than paper; `"auto"`: what differs most from its surroundings is ink. */
  ink?: Ink;
}

/** The longer side of a picture in which a digit is looked for, in pixels. */
const OVERVIEW = 288;
/** The longer side of the part that it is in, in pixels. */
const CLOSE_UP = 256;
/** No stroke is wider, against the picture's longer side. */
const WIDEST_STROKE = 0.4;
/** As wide as a stroke may be against the mean, where that is known. */
const WIDER = 4;

/**
 * Turns a picture of a digit into MNIST's form, as {@link readDigit} does, at once.
 * @returns 784 pixels, 0 (paper) to 255 (ink)
 * @throws DigitrainError where the picture has no ink; OptionError for another ink than there is.
 */
export function digitOf(picture: Picture, options?: PictureOptions): Uint8Array {
  const steps = digitSteps(picture, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value.pixels;
  }
}

/**
 * Turns a picture of a digit into MNIST's form, as MNIST was made: the ink is found, dark on light or light on dark,
 * fitted to 20x20 keeping its aspect, with grey levels at its edges, and its centre of mass is put in the middle of
 * 28x28. Uneven light, shadows, grain, specks, lines fainter than the ink and what lies at the picture's edge are not
 * ink. A picture that is in this form already stays as it is. The work is done in calls of some milliseconds.
 * @param options what {@link PictureOptions} has, and a signal that stops it
 * @throws DigitrainError where the picture has no ink; OptionError for another ink than there is.
 */
export async function readDigit(
  picture: Picture,
  options?: PictureOptions & { signal?: AbortSignal | undefined },
): Promise<Digit> {
  const steps = digitSteps(picture, options);
  const pace = new Pace();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pace.rest(options?.signal);
  }
}

/** Turns a picture into a digit, step by step. */
function* digitSteps(picture: Picture, { ink = "auto" }: PictureOptions = {}): Generator<undefined, Digit> {
  checkInk(ink);
  if (ink !== "dark") {
    const grey = greyIfSmall(picture);
    if (grey && isInForm(grey)) return digit(eightBit(grey.values));
  }
  const overview = planesOf(picture, OVERVIEW);
  yield;
  const scale = reduction(whole(picture), OVERVIEW);
  const direction = directionOf(overview, ink);
  const widest = WIDEST_STROKE * extentOf(whole(picture));
  yield;
  const there = yield* find(contrastOf(overview, direction, widest / scale));
  if (there.parts.length === 0)
    throw new DigitrainError("the picture is empty; a digit in ink unlike its paper is needed");
  // Strokes of known width are told better from shadows, and a part of the picture shows more.
  const wide = Math.min(widest, WIDER * scale * strokeWidth(there.mask));
  const part = around(boxOf(there.mask), scale, picture);
  const closeUp = planesOf(picture, CLOSE_UP, part);
  yield;
  const here = yield* find(contrastOf(closeUp, direction, wide / reduction(part, CLOSE_UP)));
  yield;
  const { ink: inked, mask, isDrowned } = here.parts.length > 0 ? here : there;
  const drowned = isDrowned ? "the ink can't be told from what is around it" : undefined;
  const remark = here.remark ?? there.remark ?? drowned;
  return digit(centred(fitted(withUsualStrokes(inked, mask))), remark);
}

/** A box of a reduced picture in the picture itself, with what surrounds it. */
function around(box: Box, scale: number, picture: Picture): Box {
  const { width, height } = picture;
  const margin = Math.ceil(0.5 * extentOf(box));
  return {
    left: Math.max(0, scale * (box.left - margin)),
    right: Math.min(width, scale * (box.right + margin)),
    top: Math.max(0, scale * (box.top - margin)),
    bottom: Math.min(height, scale * (box.bottom + margin)),
  };
}

/** Shades of grey of a picture of MNIST's size. */
function greyIfSmall(picture: Picture): Grid | undefined {
  if (picture.width !== SIZE || picture.height !== SIZE) return undefined;
  const [reds, greens, blues] = planesOf(picture, SIZE);
  const values = reds.values.map((red, i) => luminance(red, greens.values[i] ?? 0, blues.values[i] ?? 0));
  return { width: SIZE, height: SIZE, values };
}

/** Whether light ink fills MNIST's box, and its centre of mass is in the middle, as in all of MNIST's own images. */
function isInForm(grey: Grid): boolean {
  const extent = extentOf(boxOf(grey));
  if (extent > BOX || extent < BOX - 2) return false;
  let [mass, momentX, momentY] = [0, 0, 0];
  grey.values.forEach((value, i) => {
    mass += value;
    momentX += value * ((i % SIZE) + 0.5);
    momentY += value * (Math.floor(i / SIZE) + 0.5);
  });
  const isMiddle = (middle: number) => middle >= SIZE / 2 - 0.1 && middle <= SIZE / 2 + 1.1;
  return isMiddle(momentX / mass) && isMiddle(momentY / mass);
}

function eightBit(values: Float32Array): Uint8Array {
  return new Uint8Array(values.map((value) => Math.round(255 * value)));
}

/**
 * A picture in shades of grey, as it is.
 * @returns a number a pixel, 0 (black) to 255 (white)
 */
export function greyOf(picture: Picture): Uint8Array {
  const [reds, greens, blues] = planesOf(picture, Infinity);
  return eightBit(reds.values.map((red, i) => luminance(red, greens.values[i] ?? 0, blues.values[i] ?? 0)));
}
