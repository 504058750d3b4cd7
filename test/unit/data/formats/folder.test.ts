import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encode as encodePng } from "fast-png";
import jpeg from "jpeg-js";
import { loadDataset } from "../../../../ts/data/load.js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { withDirectory } from "../made.js";

function png(width: number, height: number, grey: (i: number) => number): Uint8Array {
  const data = Uint8Array.from({ length: width * height }, (_, i) => grey(i));
  return encodePng({ width, height, data, channels: 1 });
}

function jpg(width: number, height: number, grey: number): Uint8Array {
  const data = Buffer.from(Array.from({ length: width * height }, () => [grey, grey, grey, 255]).flat());
  return jpeg.encode({ width, height, data }, 100).data;
}

/** Loads a directory of these files; `~` stands for its path in what it is expected to say. */
function load(files: Record<string, Uint8Array>): Promise<unknown> {
  return withDirectory(async (parent) => {
    const directory = join(parent, "pictures");
    await mkdir(directory);
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), bytes);
    }
    return loadDataset(directory).catch((error: unknown) => {
      if (!(error instanceof DigitrainError)) throw error;
      return error.message.replaceAll(directory, "~");
    });
  });
}

/** A dark bar on light paper. */
const bar = (width: number, height: number) =>
  png(width, height, (i) =>
    Math.abs((i % width) - width / 2) < width / 10 && i > 5 * width && i < (height - 5) * width ? 20 : 250,
  );

describe("a directory of pictures", () => {
  it("takes pictures as they are, and the directories' names for the classes", async () => {
    expect(
      await load({
        "dog/2.png": png(3, 2, (i) => i),
        "dog/10.png": png(3, 2, (i) => 10 + i),
        "ant/a.JPEG": jpg(3, 2, 200),
        "ant/notes.txt": new Uint8Array(),
        ".hidden/a.png": new Uint8Array(),
      }),
    ).toEqual({
      name: "pictures",
      classes: 2,
      classNames: ["ant", "dog"],
      train: {
        images: Uint8Array.of(...Array<number>(6).fill(200), 0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15),
        labels: Int32Array.of(0, 1, 1),
        count: 3,
        shape: [2, 3],
      },
    });
  });

  it("makes digits of any size MNIST's form, whichever of them there are", async () => {
    const data = await load({
      "1/a.png": bar(60, 80),
      "1/b.png": bar(31, 50),
      "7/c.jpg": jpeg.encode(
        {
          width: 40,
          height: 40,
          data: Buffer.from(
            Array.from({ length: 1600 }, (_, i) =>
              i % 40 > 18 && i % 40 < 22 && i > 200 && i < 1400 ? [0, 0, 0, 255] : [255, 255, 255, 255],
            ).flat(),
          ),
        },
        95,
      ).data,
    });
    expect(data).toMatchObject({
      classes: 10,
      train: { labels: Int32Array.of(1, 1, 7), shape: [28, 28], count: 3 },
    });
    expect(data).not.toHaveProperty("classNames");
    const { images } = (data as { train: { images: Uint8Array } }).train;
    expect([images[0], images[14 * 28 + 14]]).toEqual([0, 255]);
  });

  it("finds training and test pictures", async () => {
    const one = png(2, 2, () => 1);
    expect(await load({ "train/a/1.png": one, "train/b/1.png": one, "testing/b/1.png": one })).toMatchObject({
      classNames: ["a", "b"],
      train: { labels: Int32Array.of(0, 1) },
      test: { labels: Int32Array.of(1) },
    });
  });

  const small = png(2, 2, (i) => i);
  it.each<[Record<string, Uint8Array>, string | RegExp]>([
    [
      {},
      "~: there is no data in this directory; a data set is IDX files (train-images-idx3-ubyte and so on), train.csv, .npz or .npy files, or a directory of .png or .jpg pictures for each class",
    ],
    [{ "a/notes.txt": small }, "~/a: there are no .png, .jpg or .jpeg files in it; each class needs some"],
    [{ "a/1.png": small }, "~: there is one class, a, but at least 2 are needed"],
    [
      { "a/1.png": small, "b/1.png": png(3, 2, (i) => i) },
      "~/b/1.png is 3x2, but ~/a/1.png is 2x2; pictures of anything but the digits 0 to 9 must be of one size",
    ],
    [{ "a/1.png": small, "b/1.png": small.subarray(0, 40) }, /^~\/b\/1\.png: this is no whole PNG file \(/],
    [
      { "a/1.png": small, "b/1.jpg": jpg(2, 2, 5).subarray(0, 40) },
      /^~\/b\/1\.jpg: this is no whole JPEG file \(/,
    ],
    [{ "3/1.png": png(9, 9, () => 7) }, /^~\/3\/1\.png: the picture is empty/],
    [{ "train/readme": small }, "~/train: there are no directories of pictures in it, one for each class"],
  ])("refuses a wrong directory (%#)", async (files, message) => {
    const result = await load(files);
    if (typeof message === "string") expect(result).toBe(message);
    else expect(result).toMatch(message);
  });
});
