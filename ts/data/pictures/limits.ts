/** Pictures of more would take too long, and too much memory; a file of some bytes may claim to have them. */
export const MOST_PIXELS = 25_000_000;
const LONGEST_SIDE = 30_000;
/** A picture of more pixels than this is reduced by a whole factor as it is decoded. */
export const MOST_KEPT = 1_500_000;

/** A picture that is refused for its size; the message is for the end of a sentence that says so. */
export class TooLarge extends Error {}

/** @throws TooLarge */
export function checkSize(width: number, height: number): void {
  if (width * height > MOST_PIXELS)
    throw new TooLarge(`${MOST_PIXELS / 1e6} million pixels are read at most`);
  if (Math.max(width, height) > LONGEST_SIDE)
    throw new TooLarge(`sides of ${LONGEST_SIDE} pixels are read at most`);
}
