import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe as describeData } from "../../../../ts/data/describe.js";
import { fromIdxFiles, readIdxDirectory } from "../../../../ts/data/formats/directory.js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { itWithLinks } from "../../../systems.js";
import { idxImages, idxLabels, rejection, withDirectory } from "../made.js";

const images = idxImages(2, 1, 3, Uint8Array.of(1, 2, 3, 4, 5, 6));
const labels = idxLabels([4, 0]);
const train = { "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels };

/** Reads a directory of these files; `~` stands for its path in what it is expected to say. */
async function read(files: Record<string, Uint8Array>): Promise<unknown> {
  return withDirectory(async (parent) => {
    const directory = join(parent, "digits");
    await mkdir(directory);
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
    return readIdxDirectory(directory).catch((error: unknown) => {
      if (!(error instanceof DigitrainError)) throw error;
      return error.message.replaceAll(directory, "~");
    });
  });
}

describe("readIdxDirectory", () => {
  const examples = {
    images: Uint8Array.of(1, 2, 3, 4, 5, 6),
    labels: Int32Array.of(4, 0),
    count: 2,
    shape: [1, 3],
  };

  it("reads training and test files, compressed or not, with either kind of name", async () => {
    const dataset = await read({
      "train-images-idx3-ubyte": images,
      "train-labels.idx1-ubyte": labels,
      "t10k-images-idx3-ubyte.gz": gzipSync(images),
      "t10k-labels.idx1-ubyte.gz": gzipSync(labels),
    });
    expect(dataset).toEqual({ name: "digits", classes: 5, train: examples, test: examples });
  });

  it("reads gzip data under any name, and needs no test files", async () => {
    const dataset = await read({ ...train, "train-images-idx3-ubyte": gzipSync(images) });
    expect(dataset).toEqual({ name: "digits", classes: 5, train: examples });
  });

  it("reads files whose names begin with the data set's, of colours and of many classes", async () => {
    const colours = idxImages(2, 1, 3, Uint8Array.of(1, 2, 3, 4, 5, 6));
    const wide = Buffer.alloc(16);
    [0x0c01, 2, 65_535, 3].forEach((value, i) => wide.writeUInt32BE(value, 4 * i));
    const short = Buffer.alloc(12);
    [0x0b01, 2].forEach((value, i) => short.writeUInt32BE(value, 4 * i));
    [300, 0].forEach((value, i) => short.writeInt16BE(value, 8 + 2 * i));
    const dataset = await read({
      "emnist-byclass-train-images-idx3-ubyte": colours,
      "emnist-byclass-train-labels-idx1-int": wide,
      "emnist-byclass-test-images-idx3-ubyte.gz": gzipSync(colours),
      "emnist-byclass-test-labels-idx1-short.gz": gzipSync(short),
    });
    expect(dataset).toMatchObject({
      classes: 65_536,
      train: { labels: Int32Array.of(65_535, 3) },
      test: { labels: Int32Array.of(300, 0) },
    });
  });

  it("refuses files of several data sets", async () => {
    const names = ["emnist-digits-train-images-idx3-ubyte", "emnist-letters-train-images-idx3-ubyte"];
    expect(await read(Object.fromEntries(names.map((name) => [name, images])))).toBe(
      `~: there are files of several data sets, ${names.join(", ")}; name one of a set's files, or give each set a directory of its own`,
    );
  });

  it("takes 10 classes or more for images of 28x28, and as many as fromIdxFiles is told", async () => {
    const digits = { "train-images-idx3-ubyte": idxImages(2, 28, 28, new Uint8Array(2 * 784)) };
    expect(await read({ ...train, ...digits })).toMatchObject({ classes: 10 });
    const letters = { ...digits, "train-labels-idx1-ubyte": idxLabels([9, 12]) };
    expect(await read(letters)).toMatchObject({ classes: 13 });
    const files = [images, letters["train-labels-idx1-ubyte"]].map((bytes, i) => ({
      path: `file ${i}`,
      bytes,
    }));
    expect(await rejection(fromIdxFiles("digits", files, undefined, 10))).toEqual(
      new DigitrainError("file 1: the label at position 1 is 12, but labels are whole numbers from 0 to 9"),
    );
  });

  it.each([
    [
      {},
      "~: there is no file of training images; looked for train-images-idx3-ubyte, train-images-idx3-ubyte.gz, train-images.idx3-ubyte, train-images.idx3-ubyte.gz",
    ],
    [
      { "train-images.idx3-ubyte": images },
      "~: there is no file of training labels; looked for train-labels-idx1-ubyte, train-labels-idx1-ubyte.gz, train-labels.idx1-ubyte, train-labels.idx1-ubyte.gz",
    ],
    [
      { ...train, "t10k-images-idx3-ubyte": images },
      "~: there is no file of test labels; looked for t10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte.gz, t10k-labels.idx1-ubyte, t10k-labels.idx1-ubyte.gz",
    ],
    [
      { ...train, "t10k-labels-idx1-ubyte": labels },
      "~: there is no file of test images; looked for t10k-images-idx3-ubyte, t10k-images-idx3-ubyte.gz, t10k-images.idx3-ubyte, t10k-images.idx3-ubyte.gz",
    ],
    [
      { ...train, "train-labels-idx1-ubyte": idxLabels([1, 2, 3]) },
      "~/train-images-idx3-ubyte holds 2 images, but ~/train-labels-idx1-ubyte holds 3 labels; take both from one data set",
    ],
    [
      { ...train, "train-images-idx3-ubyte": new Uint8Array() },
      "~/train-images-idx3-ubyte: the file is empty; download it again",
    ],
    [
      { ...train, "train-images-idx3-ubyte": labels },
      "~/train-images-idx3-ubyte: the magic number is 0x00000801 (labels), expected 0x00000803 (images)",
    ],
    [
      {
        ...train,
        "t10k-images-idx3-ubyte": idxImages(2, 1, 1, Uint8Array.of(1, 2)),
        "t10k-labels-idx1-ubyte": labels,
      },
      "digits: the training examples have 3 numbers each, but the test examples 1; both must have as many",
    ],
    [
      {
        "train-images-idx3-ubyte": idxImages(0, 28, 28, new Uint8Array()),
        "train-labels-idx1-ubyte": idxLabels([]),
      },
      "~/train-labels-idx1-ubyte: there are no examples; at least 1 is needed",
    ],
  ])("refuses a wrong directory (%#)", async (files, message) => {
    expect(await read(files)).toBe(message);
  });

  itWithLinks("says that a directory or a file can't be read", async () => {
    await withDirectory(async (directory) => {
      const absent = join(directory, "absent");
      expect(await rejection(readIdxDirectory(absent))).toEqual(
        new DigitrainError(`${absent} can't be read: ENOENT: no such file or directory, scandir '${absent}'`),
      );
      const path = join(directory, "train-images-idx3-ubyte");
      await symlink(path, path);
      await writeFile(join(directory, "train-labels-idx1-ubyte"), labels);
      expect(await rejection(readIdxDirectory(directory))).toEqual(
        new DigitrainError(
          `${path} can't be read: ELOOP: too many symbolic links encountered, stat '${path}'`,
        ),
      );
    });
  });

  it("stops at an abort", async () => {
    await withDirectory(async (directory) => {
      for (const [name, bytes] of Object.entries(train)) await writeFile(join(directory, name), bytes);
      const reason = new Error("enough");
      expect(await rejection(readIdxDirectory(directory, AbortSignal.abort(reason)))).toBe(reason);
    });
  });

  const shared =
    process.env.DIGITRAIN_SHARED ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));
  const mnist = join(shared, "mnist");
  (existsSync(mnist) || process.env.CI === "true" ? it : it.skip)("reads the real MNIST", async () => {
    expect(describeData(await readIdxDirectory(mnist))).toBe(
      [
        "x: (60000, 28, 28) float32, min 0, max 1",
        "y: (60000,) int32, min 0, max 9",
        "x_test: (10000, 28, 28) float32, min 0, max 1",
        "y_test: (10000,) int32, min 0, max 9",
      ].join("\n"),
    );
  });
});
