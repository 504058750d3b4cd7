import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { jest } from "@jest/globals";
import type { Dataset } from "../../../ts/data/dataset.js";
import { describe as describeData } from "../../../ts/data/describe.js";
import { loadDataset } from "../../../ts/data/load.js";
import type { DataSource } from "../../../ts/data/source.js";
import { DigitrainError, OptionError, UnavailableError } from "../../../ts/base/errors.js";
import { itWithShared, mnist } from "../../reference/shared.js";
import { itOnUnix } from "../../systems.js";
import { idxImages, idxLabels, npy, npz, rejection, withDirectory } from "./made.js";
import { withServer } from "./server.js";

const TAKES =
  'data takes "auto", "mnist", "fashion-mnist", "kmnist", "synthetic", the path of an .npz or .csv file, or of a directory of IDX files, CSV files or pictures';

async function writeTraining(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const images = gzipSync(idxImages(1, 28, 28, new Uint8Array(784)));
  await writeFile(join(directory, "train-images-idx3-ubyte.gz"), images);
  await writeFile(join(directory, "train-labels-idx1-ubyte.gz"), gzipSync(idxLabels([3])));
}

/** A network without the public mirrors: only this machine can be reached. */
const realFetch = globalThis.fetch;
const reached: string[] = [];
beforeEach(() => {
  reached.length = 0;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    reached.push(url.href);
    if (url.hostname === "127.0.0.1") return realFetch(input, init);
    const cause = new Error(`getaddrinfo ENOTFOUND ${url.hostname}`);
    return Promise.reject(new TypeError("fetch failed", { cause }));
  };
});
afterEach(() => {
  globalThis.fetch = realFetch;
  delete process.env.DIGITRAIN_MIRROR;
  delete process.env.DIGITRAIN_DEBUG;
});

describe("loadDataset", () => {
  it("passes a Dataset through", async () => {
    const examples = { images: new Uint8Array(2), labels: Int32Array.of(1), count: 1, shape: [2] };
    const dataset: Dataset = { name: "mine", classes: 2, train: examples };
    expect(await loadDataset(dataset)).toBe(dataset);
  });

  it("takes a caller's own arrays", async () => {
    const dataset = await loadDataset({ train: { images: new Uint8Array(4), labels: [0, 1] } });
    expect(dataset).toMatchObject({ name: "own data", classes: 2, train: { count: 2, shape: [2] } });
  });

  it("reads a directory and an .npz file", async () => {
    await withDirectory(async (directory) => {
      await writeTraining(directory);
      expect(await loadDataset(directory)).toMatchObject({
        name: basename(directory),
        classes: 10,
        train: { count: 1 },
      });
      const path = join(directory, "digits.npz");
      await writeFile(
        path,
        npz({ x_train: npy("|u1", [1, 4], [1, 2, 3, 4]), y_train: npy("|u1", [1], [1]) }),
      );
      expect(await loadDataset(path)).toMatchObject({ name: "digits.npz", train: { shape: [4] } });
    });
  });

  itWithShared.each(["auto", "mnist", undefined])(
    "takes MNIST from the cache without a download: %s",
    async (source) => {
      await withDirectory(async (cacheDirectory) => {
        await symlink(mnist, join(cacheDirectory, "mnist"));
        const dataset = await loadDataset(source, { cacheDirectory });
        expect(dataset).toMatchObject({ name: "mnist", classes: 10, test: { count: 10_000 } });
        expect(reached).toEqual([]);
      });
    },
  );

  it("says why MNIST could not be downloaded, and how to give data", async () => {
    await withDirectory(async (cacheDirectory) => {
      const listener = (_: unknown, response: { writeHead: (status: number) => { end: () => void } }) => {
        response.writeHead(404).end();
      };
      await withServer(listener, async (base) => {
        process.env.DIGITRAIN_MIRROR = base;
        expect(await rejection(loadDataset("mnist", { cacheDirectory }))).toEqual(
          new UnavailableError(
            `MNIST could not be downloaded (${new URL(base).host}: HTTP status 404, and 5 more)`,
            `put MNIST's four files into ${join(cacheDirectory, "mnist")}, or name data of your own: --data DIR or loadDataset(directory)`,
          ),
        );
        expect(reached).toEqual([
          `${base}mnist/train-images-idx3-ubyte.gz`,
          `${base}mnist/train-images-idx3-ubyte`,
          "https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz",
          "https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz",
          "https://cdn.jsdelivr.net/gh/fgnt/mnist/train-images-idx3-ubyte.gz",
          `${base}mnist/mnist.npz`,
          "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        ]);
      });
    });
  });

  it("names every place that failed where DIGITRAIN_DEBUG is set", async () => {
    process.env.DIGITRAIN_DEBUG = "1";
    await withDirectory(async (cacheDirectory) => {
      expect(await rejection(loadDataset("mnist", { cacheDirectory }))).toHaveProperty(
        "reason",
        "train-images-idx3-ubyte.gz could not be downloaded (storage.googleapis.com: host not found; ossci-datasets.s3.amazonaws.com: host not found; cdn.jsdelivr.net: host not found), and mnist.npz could not be downloaded (storage.googleapis.com: host not found)",
      );
    });
  });

  it("takes synthetic digits where auto finds no MNIST, and says so", async () => {
    await withDirectory(async (cacheDirectory) => {
      const notices: string[] = [];
      const onNotice = (notice: string) => notices.push(notice);
      expect(await loadDataset("auto", { cacheDirectory, onNotice })).toMatchObject({
        name: "synthetic",
        train: { count: 60_000 },
      });
      const { reason, remedy } = (await rejection(
        loadDataset("mnist", { cacheDirectory }),
      )) as UnavailableError;
      expect(reason).toBe(
        "MNIST could not be downloaded (storage.googleapis.com: host not found, and 3 more)",
      );
      expect(notices).toEqual([`${reason}\nSYNTHETIC digits, made here, stand in for MNIST\n${remedy}`]);
      const warn = jest.spyOn(console, "warn").mockImplementation(() => undefined);
      try {
        await loadDataset("auto", { cacheDirectory });
        expect(warn.mock.calls).toEqual([notices]);
      } finally {
        warn.mockRestore();
      }
    });
  });

  it("does not take them for a DIGITRAIN_MIRROR that is no URL", async () => {
    await withDirectory(async (cacheDirectory) => {
      process.env.DIGITRAIN_MIRROR = "my mirror";
      expect(await rejection(loadDataset("auto", { cacheDirectory }))).toBeInstanceOf(OptionError);
    });
  });

  it("tells of files in the cache that are not MNIST's, and trains on none of them", async () => {
    await withDirectory(async (cacheDirectory) => {
      const directory = join(cacheDirectory, "mnist");
      await writeTraining(directory);
      const notices: string[] = [];
      const onNotice = (notice: string) => notices.push(notice);
      expect(await loadDataset("auto", { cacheDirectory, onNotice })).toMatchObject({ name: "synthetic" });
      // The files are looked at side by side.
      expect([...notices.slice(0, -1).sort(), notices.at(-1)]).toEqual([
        expect.stringMatching(/train-images-idx3-ubyte\.gz is not the published file \(/),
        expect.stringMatching(/train-labels-idx1-ubyte\.gz is not the published file \(/),
        expect.stringMatching(/\nSYNTHETIC digits, made here, stand in for MNIST\n/),
      ]);
      expect((await readdir(directory)).sort()).toEqual([
        "train-images-idx3-ubyte.gz.damaged",
        "train-labels-idx1-ubyte.gz.damaged",
      ]);
    });
  });

  it.each([
    ["fashion-mnist", ["storage.googleapis.com", "raw.githubusercontent.com"]],
    ["kmnist", ["codh.rois.ac.jp"]],
  ])("looks for %s in the cache, then at its mirrors", async (name, hosts) => {
    await withDirectory(async (cacheDirectory) => {
      const message = String(await rejection(loadDataset(name, { cacheDirectory })));
      expect(message).toMatch(/MNIST's four files into/);
      expect(reached.map((url) => new URL(url).host)).toEqual(expect.arrayContaining(hosts));
    });
  });

  it("says so, and no more, where the cache directory can't be written to", async () => {
    await withDirectory(async (parent) => {
      await writeFile(join(parent, "file"), "");
      const directory = join(parent, "file", "mnist");
      expect(await rejection(loadDataset("mnist", { cacheDirectory: join(parent, "file") }))).toEqual(
        new UnavailableError(
          `the cache directory ${directory} can't be written to (ENOTDIR: not a directory, mkdir '${directory}')`,
          "name another cache directory with --cache (cacheDirectory) or in DIGITRAIN_CACHE",
        ),
      );
    });
  });

  it("says that DIGITRAIN_MIRROR is no URL", async () => {
    process.env.DIGITRAIN_MIRROR = "my mirror";
    await withDirectory(async (cacheDirectory) => {
      expect(await rejection(loadDataset("mnist", { cacheDirectory }))).toEqual(
        new OptionError(
          'DIGITRAIN_MIRROR takes the URL of a cache directory such as https://example.org/digitrain/, got "my mirror"',
        ),
      );
    });
  });

  it("takes file: URLs for paths, as text and as objects", async () => {
    await withDirectory(async (directory) => {
      await writeTraining(directory);
      const url = pathToFileURL(directory);
      for (const source of [url, url.href])
        expect(await loadDataset(source)).toMatchObject({ name: basename(directory), train: { count: 1 } });
      const cacheDirectory = new URL("none", `${url.href}/`);
      const notices: string[] = [];
      await loadDataset("auto", { cacheDirectory, onNotice: (notice) => notices.push(notice) });
      expect(notices).toEqual([expect.stringContaining(join(directory, "none", "mnist"))]);
    });
    expect(await rejection(loadDataset("file://elsewhere/data"))).toEqual(
      new OptionError(
        'file://elsewhere/data is not the URL of a file on this machine: File URL host must be "localhost" or empty on linux',
      ),
    );
  });

  it.each([
    ["mnits", `${TAKES}, and there is no "mnits"; did you mean "mnist"?`],
    ["Auto", `${TAKES}, and there is no "Auto"; did you mean "auto"?`],
    ["fashion", `${TAKES}, and there is no "fashion"`],
    ["absent/file.npz", `${TAKES}, and there is no "absent/file.npz"`],
    ["package.json/file.npz", `${TAKES}, and there is no "package.json/file.npz"`],
    ["", `${TAKES}, and there is no ""`],
    [7, "data takes a name, a path or { train: { images, labels } }, got 7"],
    [null, "data takes a name, a path or { train: { images, labels } }, got Null"],
    [{ train: null }, "data.train takes { images, labels }, got Null"],
  ])("refuses the source %j", async (source, message) => {
    expect(await rejection(loadDataset(source as DataSource))).toEqual(new OptionError(message));
  });

  it("refuses a file that is no .npz", async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, "numbers.npz");
      await writeFile(path, "1,2,3");
      expect(await rejection(loadDataset(path))).toEqual(
        new DigitrainError(`${path} is no .npz file; ${TAKES}`),
      );
    });
  });

  itOnUnix("refuses a device", async () => {
    expect(await rejection(loadDataset("/dev/zero"))).toEqual(
      new DigitrainError(`/dev/zero is no .npz file; ${TAKES}`),
    );
  });

  itOnUnix("says that a path can't be read", async () => {
    const path = "x".repeat(5000);
    expect(await rejection(loadDataset(path))).toEqual(
      new DigitrainError(`${path} can't be read: ENAMETOOLONG: name too long, stat '${path}'`),
    );
  });

  it("stops at an abort, also amid a download", async () => {
    const reason = new Error("enough");
    expect(await rejection(loadDataset("mnist", { signal: AbortSignal.abort(reason) }))).toBe(reason);
    await withDirectory(async (cacheDirectory) => {
      const controller = new AbortController();
      const listener = (_: unknown, response: { write: (bytes: string) => void }) => {
        response.write("some bytes");
      };
      await withServer(listener, async (base) => {
        process.env.DIGITRAIN_MIRROR = base;
        const onDownload = () => {
          controller.abort(reason);
        };
        const loading = loadDataset("auto", { cacheDirectory, signal: controller.signal, onDownload });
        expect(await rejection(loading)).toBe(reason);
      });
      expect(await readdir(join(cacheDirectory, "mnist"))).toEqual([]);
    });
  });

  itWithShared("downloads the real MNIST", async () => {
    await withDirectory(async (cacheDirectory) => {
      const progress = new Map<string, number>();
      const listener = ({ url = "" }, response: { end: (bytes: Buffer) => void }) => {
        void readFile(join(mnist, basename(url))).then((bytes) => {
          response.end(bytes);
        });
      };
      const dataset = await withServer(listener, async (base) => {
        process.env.DIGITRAIN_MIRROR = base;
        const onDownload = ({ file, received }: { file: string; received: number }) =>
          progress.set(file, received);
        return loadDataset("mnist", { cacheDirectory, onDownload });
      });
      expect(dataset).toMatchObject({ name: "mnist", classes: 10 });
      expect(describeData(dataset)).toMatch(/^x: \(60000, 28, 28\) float32, min 0, max 1\n/);
      expect(Object.fromEntries(progress)).toEqual({
        "train-images-idx3-ubyte.gz": 9_912_422,
        "train-labels-idx1-ubyte.gz": 28_881,
        "t10k-images-idx3-ubyte.gz": 1_648_877,
        "t10k-labels-idx1-ubyte.gz": 4_542,
      });
      expect(await readdir(join(cacheDirectory, "mnist"))).toEqual([...progress.keys()].sort());
    });
  });
});
