import { DigitrainError, reasonOf } from "../../base/errors.js";
import type { Picture } from "./grid.js";

/**
 * Decodes a picture of any kind that the browser knows.
 * @param name what error messages call the file
 * @throws DigitrainError where it is damaged or of another kind.
 */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  try {
    const options = { premultiplyAlpha: "none", colorSpaceConversion: "none" } as const;
    const bitmap = await createImageBitmap(blob, options);
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    bitmap.close();
    const pixels = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    return { width, height, data: new Uint8Array(pixels.buffer) };
  } catch (error) {
    throw new DigitrainError(
      `${name}: this is no whole picture that the browser knows (${reasonOf(error)}); save it as PNG again`,
    );
  }
}
