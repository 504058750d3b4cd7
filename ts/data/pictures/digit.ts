import { unlikeDigits } from "./form.js";

/** A digit in MNIST's form. */
export interface Digit {
  /** 28 rows of 28 pixels, 0 (paper) to 255 (ink). */
  pixels: Uint8Array;
  /** What makes it unlikely to be one digit, in a sentence, where something does. */
  remark?: string;
}

/** @param remark why it can't be one digit, where that is known before its form is looked at */
export function digit(pixels: Uint8Array, remark = unlikeDigits(pixels)): Digit {
  return remark === undefined ? { pixels } : { pixels, remark };
}
