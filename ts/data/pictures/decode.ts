import { DigitrainError, reasonOf } from "../../base/errors.js";
import { decodeJpeg } from "./jpeg/jpeg.js";
import { isJpeg } from "./jpeg/segments.js";
import { TooLarge } from "./limits.js";
import type { Picture } from "./grid.js";
import { isPng } from "./png/chunks.js";
import { decodePng } from "./png/png.js";

/**
 * Decodes a PNG or a JPEG file of any kind, and turns it upright where its camera noted how it was held. Of more than
 * 1.5 million pixels several become one, their mean; more than 25 million are refused, before anything is decoded.
 * @param name what error messages call the file
 * @throws DigitrainError where it is neither, is too large or is damaged.
 */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const kind = isJpeg(bytes) ? "JPEG" : isPng(bytes) ? "PNG" : undefined;
  if (!kind)
    throw new DigitrainError(`${name}: this is neither a PNG file nor a JPEG file; save the picture as PNG`);
  try {
    return await (kind === "JPEG" ? decodeJpeg(bytes) : decodePng(bytes));
  } catch (error) {
    if (error instanceof TooLarge)
      throw new DigitrainError(`${name}: this picture is too large; ${error.message}`);
    const hint = kind === "JPEG" ? "save the picture again" : "save the picture as PNG again";
    throw new DigitrainError(`${name}: this is no whole ${kind} file (${reasonOf(error)}); ${hint}`);
  }
}
