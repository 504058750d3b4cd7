import { Pace } from "../../../base/turns.js";
import { orientationOf, upright } from "../orientation.js";
import type { Picture } from "../grid.js";
import { channelsOf } from "./channels.js";
import { coloured, planeOf, sizeOf } from "./samples.js";
import { decodeScans } from "./scan.js";
import { contentsOf } from "./segments.js";

/**
 * Decodes a JPEG file, sequential or progressive, in calls of some milliseconds. What is too large to be kept comes out
 * reduced, from the coefficients of lower frequencies alone.
 * @throws TooLarge, or Error where it is damaged or of a kind that isn't read; the message is for the middle of a
 * sentence.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<Picture> {
  const contents = contentsOf(bytes);
  const { frame, exif, adobe } = contents;
  const channels = channelsOf(frame);
  const pace = new Pace();
  await decodeScans(bytes, contents, channels, pace);
  const size = sizeOf(frame);
  const planes = [];
  for (const channel of channels) planes.push(await planeOf(channel, size, pace));
  return upright(await coloured(frame, planes, size, adobe, pace), orientationOf(exif));
}
