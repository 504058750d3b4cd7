import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodePicture } from "../../ts/data/pictures/decode.js";
import { digitOf } from "../../ts/data/pictures/picture.js";
import { itWithShared, sharedDirectory } from "./shared.js";

/** Small files that would take gigabytes or minutes where they were trusted, and what is said of each. */
const ATTACKS = [
  ["ihdr-twice.png", "it has more than one header"],
  ["hang-100023714.png", "it has more than one header"],
  ["idat-bomb.png", "there are too many pixels"],
  ["hang-100009218.jpg", "1542 bytes can't hold its 4831x4263 pixels"],
  ["iccp-bomb.png", "the picture is empty"],
  ["legal-25mpx.png", "the picture is empty"],
] as const;

describe("a picture made to do harm", () => {
  for (const [name, message] of ATTACKS) {
    itWithShared(`is refused: ${name}`, async () => {
      const bytes = readFileSync(join(sharedDirectory, "attacks", name));
      const reading = decodePicture(bytes, name).then((picture) => digitOf(picture));
      await expect(reading).rejects.toThrow(message);
    });
  }
});
