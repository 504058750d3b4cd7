const SIDE = 28;

/** The weights of a cubic B-spline at a distance of `t` behind the second of four places. */
function spline(t) {
  const u = 1 - t;
  return [u ** 3, 3 * t ** 3 - 6 * t ** 2 + 4, 3 * u ** 3 - 6 * u ** 2 + 4, t ** 3].map(
    (weight) => weight / 6,
  );
}

/** How much ink an image of 28x28 pixels has at a place between its pixels' middles, 0..1. */
export function smoothInk(image, x, y) {
  const [column, row] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  if (column < -2 || column > SIDE || row < -2 || row > SIDE) return 0;
  const [across, down] = [spline(x - 0.5 - column), spline(y - 0.5 - row)];
  let sum = 0;
  for (let j = 0; j < 4; j++) {
    const top = row - 1 + j;
    if (top < 0 || top >= SIDE) continue;
    for (let i = 0; i < 4; i++) {
      const left = column - 1 + i;
      if (left >= 0 && left < SIDE) sum += down[j] * across[i] * image[top * SIDE + left];
    }
  }
  return sum / 255;
}

/** The ink of the pixel that a place lies in, 0..1. */
export function blockInk(image, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return column < 0 || row < 0 || column >= SIDE || row >= SIDE ? 0 : image[row * SIDE + column] / 255;
}

/**
 * A digit written on a sheet: how much of each pixel is ink, 0..1.
 * @param place maps a place of the sheet to one of the image of 28x28 pixels
 * @param contour the ink of the image from which a place counts as written: the lower, the thicker is the line
 * @param scale the sheet's pixels for one of the image
 */
export function write(sheet, image, place, { contour = 0.45, scale, sample = smoothInk }) {
  for (let y = 0; y < sheet.height; y++) {
    for (let x = 0; x < sheet.width; x++) {
      const ink = sample(image, ...place(x + 0.5, y + 0.5));
      // A line's edge is about a pixel of the sheet wide.
      const sharp = sample === smoothInk ? (ink - contour) * Math.max(1, scale / 3) + 0.5 : ink;
      const at = y * sheet.width + x;
      sheet.ink[at] = Math.max(sheet.ink[at], Math.min(1, Math.max(0, sharp)));
    }
  }
}
