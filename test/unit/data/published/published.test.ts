import { readdir, readFile, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { basename, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe as describeData } from "../../../../ts/data/describe.js";
import { fromIdxFiles } from "../../../../ts/data/formats/directory.js";
import { downloadArchive } from "../../../../ts/data/published/archive.js";
import type { Places } from "../../../../ts/data/published/mirrors.js";
import { obtain } from "../../../../ts/data/published/published.js";
import { type PublishedFile, SETS } from "../../../../ts/data/published/sets.js";
import { itWithShared, mnist } from "../../../reference/shared.js";
import { idxImages, idxLabels, npy, npz, rejection, withDirectory } from "../made.js";
import { withServer } from "../server.js";
import { published } from "./files.js";

type Answer = (name: string, response: ServerResponse) => unknown;

/** What is obtained of files from a server's mirrors into an empty directory, or why nothing is. */
async function obtainFrom(
  files: readonly PublishedFile[],
  paths: { directories?: string[]; archives?: string[] },
  answer: Answer,
) {
  const requests: string[] = [];
  return withDirectory((directory) =>
    withServer(
      ({ url = "" }, response) => {
        requests.push(url);
        answer(url, response);
      },
      async (base) => {
        const [directories = [], archives = []] = [paths.directories, paths.archives].map((list) =>
          list?.map((path) => base + path),
        );
        const places: Places = {
          directories,
          ...(archives.length > 0 && {
            fromArchive: (wanted, options) => downloadArchive(wanted, archives, options),
          }),
        };
        const found = await obtain(directory, { files }, places, { onNotice: () => undefined }).catch(
          (error: unknown) => String(error).replaceAll(new URL(base).host, "HOST"),
        );
        return { found, requests, kept: (await readdir(directory)).sort() };
      },
    ),
  );
}

const missing = (response: ServerResponse) => response.writeHead(404).end();

describe("a small set of the published shape", () => {
  const pixels = Uint8Array.from({ length: 3 * 784 }, (_, i) => i % 256);
  const images = idxImages(3, 28, 28, pixels);
  const labels = idxLabels([5, 0, 4]);
  const contents: Record<string, Uint8Array> = {
    "train-images-idx3-ubyte": images,
    "train-labels-idx1-ubyte": labels,
    "t10k-images-idx3-ubyte": images,
    "t10k-labels-idx1-ubyte": labels,
  };
  const files = Object.entries(contents).map(([name, bytes]) => published(name, bytes));
  const names = files.map(({ name }) => name).sort();
  const packedNames = names.map((name) => `${name}.gz`);
  const x = npy("|u1", [3, 28, 28], [...pixels]);
  const archive = npz({
    x_train: x,
    y_train: npy("|u1", [3], [5, 0, 4]),
    x_test: x,
    y_test: npy("|u1", [3], [5, 0, 4]),
  });

  it("comes compressed, and is kept as it came", async () => {
    const { found, requests, kept } = await obtainFrom(files, { directories: ["mnist/"] }, (url, response) =>
      response.end(gzipSync(contents[basename(url, ".gz")] ?? "")),
    );
    expect(kept).toEqual(packedNames);
    expect(requests).toHaveLength(4);
    expect(await fromIdxFiles("mnist", found as never)).toMatchObject({
      train: { count: 3, labels: Int32Array.of(5, 0, 4) },
    });
  });

  it.each<[string, Answer, string[]]>([
    [
      "unpacked under the compressed names",
      (url, response) => response.end(contents[basename(url, ".gz")]),
      names,
    ],
    [
      "unpacked under its own names",
      (url, response) => (url.endsWith(".gz") ? missing(response) : response.end(contents[basename(url)])),
      names,
    ],
    [
      "unpacked by the way, as Content-Encoding says",
      (url, response) =>
        response
          .writeHead(200, { "content-encoding": "gzip" })
          .end(gzipSync(contents[basename(url, ".gz")] ?? "")),
      names,
    ],
    [
      "compressed by another program",
      (url, response) => response.end(gzipSync(contents[basename(url, ".gz")] ?? "", { level: 1 })),
      packedNames,
    ],
  ])("comes %s", async (_, answer, expected) => {
    const { found, kept } = await obtainFrom(files, { directories: ["mnist"] }, answer);
    expect(kept).toEqual(expected);
    expect(found).toEqual(
      files.map(
        ({ name }) => expect.objectContaining({ bytes: new Uint8Array(contents[name] ?? []) }) as unknown,
      ),
    );
  });

  it("comes from the archive where no mirror has it", async () => {
    const { found, requests, kept } = await obtainFrom(
      files,
      { directories: ["mnist/"], archives: ["wrong/mnist.npz", "mnist.npz"] },
      (url, response) => {
        if (url === "/mnist.npz") response.end(archive);
        else if (url === "/wrong/mnist.npz") response.end(npz({ x_train: x }));
        else missing(response);
      },
    );
    expect(requests).toEqual([
      "/mnist/train-images-idx3-ubyte.gz",
      "/mnist/train-images-idx3-ubyte",
      "/wrong/mnist.npz",
      "/mnist.npz",
    ]);
    expect(kept).toEqual(names);
    expect(found).toEqual(
      files.map(({ name }) => expect.objectContaining({ bytes: contents[name] }) as unknown),
    );
  });

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      "of other numbers",
      { x_train: npy("|u1", [3, 28, 28], [...pixels].reverse()) },
      /x_train is not the published one: its SHA-256 is/,
    ],
    ["that lacks an array", { x_train: x }, /it has no array y_train/],
  ])("is refused from an archive %s", async (_, arrays, reason) => {
    const { found, kept } = await obtainFrom(
      files,
      { directories: ["none/"], archives: ["mnist.npz"] },
      (url, response) => (url === "/mnist.npz" ? response.end(npz(arrays)) : missing(response)),
    );
    expect(found).toMatch(
      /^DigitrainError: train-images-idx3-ubyte\.gz could not be downloaded \(HOST: HTTP status 404\), and mnist\.npz could not be downloaded \(HOST: /,
    );
    expect(found).toMatch(reason);
    expect(kept).toEqual([]);
  });

  it("is refused where only the compressed form's digest is known, and another form comes", async () => {
    const [first] = files;
    if (!first) throw new Error("there is a file");
    const { name, length, packed } = first;
    const { found } = await obtainFrom([{ name, length, packed }], { directories: [""] }, (_, response) =>
      response.end(images),
    );
    expect(found).toMatch(`it isn't the published gzip file, of ${packed.length} bytes`);
  });
});

describe("the real MNIST", () => {
  const { files, mirrors } = SETS.mnist;
  const read = (url: string) => readFile(join(mnist, `${basename(url, ".gz")}.gz`));
  /** The sum of all training pixels and the count of each label, which no other set has. */
  const summary =
    "x: (60000, 28, 28) float32, min 0, max 1\ny: (60000,) int32, min 0, max 9\nx_test: (10000, 28, 28) float32, min 0, max 1\ny_test: (10000,) int32, min 0, max 9";

  itWithShared.each(mirrors.map(({ url }) => new URL(url).pathname.slice(1)))(
    "comes from %s of a mirror, byte for byte",
    async (path) => {
      const { found, kept, requests } = await obtainFrom(files, { directories: [path] }, (url, response) => {
        void read(url).then((bytes) => response.end(bytes));
      });
      expect(requests).toEqual(files.map(({ name }) => `/${path}${name}.gz`));
      expect(kept).toEqual(files.map(({ name }) => `${name}.gz`).sort());
      expect(describeData(await fromIdxFiles("mnist", found as never))).toBe(summary);
    },
  );

  itWithShared.each<[string, (bytes: Buffer, response: ServerResponse) => unknown]>([
    ["unpacked", (bytes, response) => response.end(gunzipSync(bytes))],
    ["re-compressed", (bytes, response) => response.end(gzipSync(gunzipSync(bytes), { level: 1 }))],
    [
      "with Content-Encoding: gzip",
      (bytes, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bytes),
    ],
  ])("comes %s", async (_, send) => {
    const { found } = await obtainFrom(files, { directories: [""] }, (url, response) => {
      void read(url).then((bytes) => send(bytes, response));
    });
    expect(describeData(await fromIdxFiles("mnist", found as never))).toBe(summary);
  });

  itWithShared("is refused with one bit flipped", async () => {
    const { found } = await obtainFrom(files.slice(1), { directories: [""] }, (url, response) => {
      void read(url).then((bytes) => {
        const unpacked = gunzipSync(bytes);
        unpacked[100] = (unpacked[100] ?? 0) ^ 1;
        response.end(gzipSync(unpacked));
      });
    });
    expect(found).toMatch(
      /train-labels-idx1-ubyte\.gz could not be downloaded \(HOST: its SHA-256 is [0-9a-f]{64}, not the published file's 65a50cbb/,
    );
  });

  itWithShared("comes from an archive like keras's", async () => {
    const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(
      files.map(async ({ name }) => gunzipSync(await read(name))),
    );
    const array = (bytes: Buffer | undefined, header: number, shape: string) => {
      const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + "\n";
      const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text}`, "latin1");
      return Buffer.concat([start, bytes?.subarray(header) ?? Buffer.alloc(0)]);
    };
    const archive = npz({
      x_train: array(trainImages, 16, "60000, 28, 28"),
      y_train: array(trainLabels, 8, "60000,"),
      x_test: array(testImages, 16, "10000, 28, 28"),
      y_test: array(testLabels, 8, "10000,"),
    });
    const { found, kept } = await obtainFrom(
      files,
      { directories: ["none/"], archives: ["mnist.npz"] },
      (url, response) => (url === "/mnist.npz" ? response.end(archive) : missing(response)),
    );
    expect(kept).toEqual(files.map(({ name }) => name).sort());
    expect(describeData(await fromIdxFiles("mnist", found as never))).toBe(summary);
  });

  itWithShared("is used from the cache unpacked, too", async () => {
    await withDirectory(async (directory) => {
      for (const { name } of files) await writeFile(join(directory, name), gunzipSync(await read(name)));
      const notices: string[] = [];
      const nowhere: Places = { directories: [] };
      const found = await obtain(directory, { files }, nowhere, {
        onNotice: (notice) => notices.push(notice),
      });
      expect(describeData(await fromIdxFiles("mnist", found))).toBe(summary);
      expect(notices).toEqual([]);
    });
  });

  it("is not there where nobody has it", async () => {
    await withDirectory(async (directory) => {
      const nowhere: Places = { directories: [] };
      expect(
        await rejection(obtain(directory, { files }, nowhere, { onNotice: () => undefined })),
      ).toHaveProperty("message", "this page names no place of the files, and asks no other site by default");
    });
  });
});
