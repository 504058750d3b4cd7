import type { Picture } from "./grid.js";

const ORIENTATION_TAG = 0x0112;

/**
 * How the camera was held, as a file's EXIF note says: 1 (upright) to 8, as EXIF numbers them.
 * @param exif the note: a TIFF file's header and directory
 */
export function orientationOf(exif: Uint8Array | undefined): number {
  if (!exif || exif.length < 14) return 1;
  const tiff = new DataView(exif.buffer, exif.byteOffset, exif.length);
  const little = tiff.getUint16(0) === 0x4949;
  const start = tiff.getUint32(4, little);
  const entries = start + 2 <= tiff.byteLength ? tiff.getUint16(start, little) : 0;
  for (let entry = 0; entry < entries; entry++) {
    const offset = start + 2 + 12 * entry;
    if (offset + 12 > tiff.byteLength) return 1;
    if (tiff.getUint16(offset, little) !== ORIENTATION_TAG) continue;
    const orientation = tiff.getUint16(offset + 8, little);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}

/** Turns a picture upright that was taken with the camera held so. */
export function upright(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture;
  const { width, height } = picture;
  const isTurned = orientation >= 5;
  const [fromRight, fromBottom] = [
    [2, 3, 7, 8],
    [3, 4, 6, 7],
  ].map((kinds) => kinds.includes(orientation));
  const turned = { width: isTurned ? height : width, height: isTurned ? width : height };
  // A pixel's four bytes at once.
  const from = new Uint32Array(picture.data.buffer, picture.data.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  for (let y = 0, place = 0; y < turned.height; y++) {
    for (let x = 0; x < turned.width; x++, place++) {
      const [column, row] = isTurned ? [y, x] : [x, y];
      const left = fromRight ? width - 1 - column : column;
      const top = fromBottom ? height - 1 - row : row;
      to[place] = from[top * width + left] ?? 0;
    }
  }
  return { ...turned, data: new Uint8Array(to.buffer) };
}
