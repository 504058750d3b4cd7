import type { Picture } from "../data/pictures/grid.js";

/** A picture as a PNG in a data URL. It takes a page: workers have no canvas that answers at once. */
export function pngUrl({ width, height, data }: Picture): string {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const pixels = new ImageData(Uint8ClampedArray.from(data), width, height);
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}
