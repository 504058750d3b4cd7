import { encode } from "fast-png";
import type { Picture } from "../data/pictures/grid.js";

/** A picture as a PNG in a data URL. */
export function pngUrl(picture: Picture): string {
  const bytes = encode({ ...picture, channels: 4, depth: 8 });
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  return `data:image/png;base64,${btoa(characters.join(""))}`;
}
