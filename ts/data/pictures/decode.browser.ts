import { DigitrainError, reasonOf } from "../../base/errors.js";
import { contentsOf, isJpeg } from "./jpeg/segments.js";
import { checkSize, MOST_KEPT, TooLarge } from "./limits.js";
import type { Picture } from "./grid.js";
import { chunksOf, isPng } from "./png/chunks.js";
import { headerOf } from "./png/header.js";

/**
 * Decodes a picture of any kind that the browser knows. Of more than 1.5 million pixels several become one, their mean;
 * more than 25 million are refused, PNG and JPEG before anything is decoded.
 * @param name what error messages call the file
 * @throws DigitrainError where it is too large, damaged or of another kind.
 */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  try {
    if (isPng(bytes)) headerOf(chunksOf(bytes));
    else if (isJpeg(bytes)) contentsOf(bytes);
    const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
    const options = { premultiplyAlpha: "none", colorSpaceConversion: "none" } as const;
    return pictureOf(await createImageBitmap(blob, options));
  } catch (error) {
    if (error instanceof TooLarge)
      throw new DigitrainError(`${name}: this picture is too large; ${error.message}`);
    throw new DigitrainError(
      `${name}: this is no whole picture that the browser knows (${reasonOf(error)}); save it as PNG again`,
    );
  }
}

function pictureOf(bitmap: ImageBitmap): Picture {
  try {
    checkSize(bitmap.width, bitmap.height);
    const factor = Math.ceil(Math.sqrt((bitmap.width * bitmap.height) / MOST_KEPT));
    const [width, height] = [Math.ceil(bitmap.width / factor), Math.ceil(bitmap.height / factor)];
    const context = new OffscreenCanvas(width, height).getContext("2d");
    if (!context) throw new Error("there is no canvas");
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    return { width, height, data: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
}
