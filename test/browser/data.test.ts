import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { zipSync } from "fflate";
import type { Page } from "playwright-core";
import type * as digitrainTypes from "../../ts/index.js";
import { encodeIdx, loadDataset } from "../../ts/index.js";
import { itWithShared, mnist } from "../reference/shared.js";
import { describeInBrowser, openPage, servePages } from "./harness.js";

/** In the page's own code. */
declare const digitrain: typeof digitrainTypes;

const FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];
const images = Uint8Array.from({ length: 6 * 16 }, (_, i) => (i * 37) % 256);
const labels = Uint8Array.from([0, 1, 2, 2, 1, 0]);
const set = { images, labels: Int32Array.from(labels), count: 6, shape: [4, 4] };
const { images: idxImages, labels: idxLabels } = encodeIdx(set);

let page: Page;
const { site, theBrowser } = servePages();

beforeEach(async () => {
  page = await openPage(theBrowser(), site, {});
  site.requests.length = 0;
});
afterEach(async () => {
  await page.close();
});

/** A file as a user drops it on the page. */
interface Dropped {
  name: string;
  bytes: Uint8Array;
}

/** What the page makes of files, or why it doesn't. */
function drop(files: readonly Dropped[]) {
  return page.evaluate(
    async (dropped) => {
      const bytesOf = (base64: string) =>
        Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const files = dropped.map(({ name, base64 }) => new File([bytesOf(base64)], name));
      try {
        const { name, classes, classNames, train, test } = await digitrain.loadDataset(files);
        return {
          name,
          classes,
          classNames,
          images: [...train.images],
          labels: [...train.labels],
          shape: train.shape,
          test: test?.count,
        };
      } catch (error) {
        return String(error);
      }
    },
    files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") })),
  );
}

const expected = { classes: 3, images: [...images], labels: [...labels], shape: [4, 4] };

describeInBrowser("files that a user drops on a page", () => {
  it("may be compressed in several members, with zeros behind them", async () => {
    const members = (bytes: Uint8Array) => {
      const parts = [bytes.subarray(0, 20), bytes.subarray(20, 21), bytes.subarray(21)];
      return Buffer.concat([...parts.map((part) => gzipSync(part)), Buffer.alloc(512)]);
    };
    const [trainImages = "", trainLabels = ""] = FILES;
    const files = [
      { name: `${trainImages}.gz`, bytes: members(idxImages) },
      { name: `${trainLabels}.gz`, bytes: Buffer.concat([gzipSync(idxLabels), Buffer.alloc(3)]) },
    ];
    expect(await drop(files)).toMatchObject(expected);
    const [first] = files;
    if (first) first.bytes[60] = (first.bytes[60] ?? 0) ^ 0xff;
    expect(await drop(files)).toMatch(/train-images-idx3-ubyte\.gz: the gzip file is damaged \(.+\)/);
  });

  it("may be a data set's IDX files, compressed or not", async () => {
    const [trainImages = "", trainLabels = "", testImages = "", testLabels = ""] = FILES;
    const four = [
      { name: `letters/${trainImages}.gz`, bytes: gzipSync(idxImages) },
      { name: `letters/${trainLabels}`, bytes: idxLabels },
      { name: `letters/${testImages}`, bytes: idxImages },
      { name: `letters/${testLabels}.gz`, bytes: gzipSync(idxLabels) },
    ];
    const loaded = { ...expected, classNames: undefined };
    expect(await drop(four)).toEqual({ ...loaded, name: "letters", test: 6 });
    const two = four.slice(0, 2).map(({ name, bytes }) => ({ name: name.replace("letters/", ""), bytes }));
    expect(await drop(two)).toEqual({ ...loaded, name: "files", test: undefined });
  });

  it("may be an .npz file", async () => {
    const npy = (type: string, shape: string, bytes: Uint8Array) => {
      const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + "\n";
      return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.from(header), bytes]);
    };
    const archive = zipSync({
      "x_train.npy": npy("|u1", "6, 4, 4", images),
      "y_train.npy": npy("|u1", "6,", labels),
    });
    expect(await drop([{ name: "mine.npz", bytes: archive }])).toMatchObject({
      ...expected,
      name: "mine.npz",
    });
    expect(await drop([{ name: "mine.npz", bytes: archive.subarray(0, 100) }])).toMatch(
      /^DigitrainError: mine\.npz: the zip archive is damaged/,
    );
  });

  it("may be a CSV file", async () => {
    const rows = Array.from(labels, (label, row) =>
      [label, ...images.subarray(row * 16, (row + 1) * 16)].join(),
    );
    const bytes = Buffer.from(rows.join("\n"));
    expect(await drop([{ name: "mine.csv", bytes }])).toMatchObject({
      images: [...images],
      labels: [...labels],
    });
  });

  it("may be a folder of pictures by class", async () => {
    const picture = (row: number) =>
      encode({ width: 4, height: 4, channels: 1, data: images.subarray(row * 16, (row + 1) * 16) });
    const files = Array.from(labels, (label, row) => {
      return { name: `pictures/${"abc"[label] ?? ""}/${row}.png`, bytes: picture(row) };
    });
    const directory = mkdtempSync(join(tmpdir(), "digitrain-"));
    try {
      for (const { name, bytes } of files) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), bytes);
      }
      const { classNames, train } = await loadDataset(join(directory, "pictures"));
      expect(await drop(files)).toMatchObject({
        name: "pictures",
        classNames,
        labels: [...train.labels],
        images: [...train.images],
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
    expect(await drop([{ name: "pictures/a/1.png", bytes: picture(0).subarray(0, 40) }, ...files])).toMatch(
      /^DigitrainError: pictures\/a\/1\.png: this is no whole picture that the browser knows \(.*\); save it as PNG again$/,
    );
  });

  it("may be nothing that can be used", async () => {
    expect(await drop([{ name: "notes.txt", bytes: Buffer.from("hello") }])).toMatch(
      /^DigitrainError: notes\.txt is no \.npz file; data takes/,
    );
  });
});

describeInBrowser("a URL", () => {
  it("may be of a CSV file, beside the page", async () => {
    site.files.set("/data/digits.csv", Buffer.from("label,pixel0,pixel1\n0,1,2\n1,3,4\n"));
    const loaded = await page.evaluate(async () => {
      const { name, train } = await digitrain.loadDataset("data/digits.csv");
      const { images, labels = [] } = await digitrain.readCsv("data/digits.csv");
      const same = String(images) === String(train.images);
      return { name, images: [...train.images], same, labels: [...labels] };
    });
    expect(loaded).toEqual({ name: "digits.csv", images: [1, 2, 3, 4], same: true, labels: [0, 1] });
  });

  it("that leads nowhere is an error", async () => {
    const message = await page.evaluate(() =>
      digitrain.loadDataset("data/digits.npz").then(() => "", String),
    );
    expect(message).toBe(
      `DigitrainError: ${site.url}data/digits.npz can't be read: the server says 404 Not Found`,
    );
  });
});

describeInBrowser("a published set", () => {
  const load = () =>
    page.evaluate(async () => {
      const received: string[] = [];
      const notices: string[] = [];
      await digitrain.init({ dataUrl: "/published" });
      try {
        const { name, train, test } = await digitrain.loadDataset("mnist", {
          onDownload: ({ file, received: bytes, total }) => {
            if (bytes === total) received.push(file);
          },
          onNotice: (notice) => notices.push(notice),
        });
        return {
          name,
          received,
          sum: Array.from(train.images).reduce((sum, pixel) => sum + pixel, 0),
          count: test?.count,
        };
      } catch (error) {
        return String(error);
      }
    });

  itWithShared("comes from the page's own server, and then from the browser's cache", async () => {
    for (const name of FILES)
      site.files.set(`/published/mnist/${name}.gz`, readFileSync(join(mnist, `${name}.gz`)));
    const all = FILES.map((name) => `${name}.gz`);
    expect(await load()).toEqual({ name: "mnist", received: all, sum: 1_567_298_545, count: 10_000 });
    expect(site.requests.filter((path) => path.startsWith("/published"))).toHaveLength(4);
    expect(await load()).toMatchObject({ received: [], sum: 1_567_298_545 });
    expect(site.requests.filter((path) => path.startsWith("/published"))).toHaveLength(4);
  });

  it("of other bytes is refused", async () => {
    await page.evaluate(() => caches.delete("digitrain"));
    site.files.set("/published/mnist/train-images-idx3-ubyte.gz", new Uint8Array(100));
    const host = new URL(site.url).host;
    expect(await load()).toMatch(
      `DigitrainError: MNIST could not be downloaded (${host}: it has 100 bytes, the published file 47040016, and 1 more); serve MNIST's four files and name their place with init({ dataUrl })`,
    );
    site.files.set("/published/mnist/train-images-idx3-ubyte.gz", new Uint8Array(47_040_016));
    expect(await load()).toMatch(/its SHA-256 is [0-9a-f]{64}, not the published file's ba891046/);
    site.files.clear();
    expect(await load()).toMatch(`(${host}: HTTP status 404`);
  });

  it("that can't be had leaves synthetic digits, and a word about it", async () => {
    const outcome = await page.evaluate(async () => {
      await caches.delete("digitrain");
      await digitrain.init({ dataUrl: "/nowhere" });
      const notices: string[] = [];
      const { name } = await digitrain.loadDataset("auto", { onNotice: (notice) => notices.push(notice) });
      return { name, notices };
    });
    expect(outcome.name).toBe("synthetic");
    expect(outcome.notices).toEqual([
      expect.stringMatching(
        /^MNIST could not be downloaded \(.*\)\nSYNTHETIC digits, made here, stand in for MNIST\n/,
      ),
    ]);
  });
});

describeInBrowser("several sources", () => {
  it("may be names, files and the page's own arrays", async () => {
    const told = await page.evaluate(async () => {
      const own = await digitrain.syntheticDigits({ train: 20, test: 10 });
      const pixels = Array.from(own.train.images.subarray(0, 784)).join();
      const file = new File([`${own.train.labels[0] ?? 0},${pixels}\n`.repeat(2)], "two.csv");
      const data = await digitrain.loadDataset(["synthetic", own, [file]]);
      const counts: number[] = [];
      const { history } = await digitrain.train({
        data: [own, [file]],
        epochs: 1,
        batchSize: 1,
        onStart: ({ data: used }) => counts.push(used.train.count, used.test?.count ?? 0),
      });
      return { name: data.name, train: data.train.count, counts, steps: history.losses.length };
    });
    expect(told).toEqual({
      name: "synthetic + synthetic + two.csv",
      train: 60_022,
      counts: [22, 10],
      steps: 22,
    });
  });
});
