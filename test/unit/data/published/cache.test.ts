import { mkdirSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defaultCacheDirectory } from "../../../../ts/data/published/cache.js";
import type { DownloadOptions } from "../../../../ts/data/published/download.js";
import { DigitrainError, UnavailableError } from "../../../../ts/base/errors.js";
import { rejection, withDirectory } from "../made.js";
import { withServer } from "../server.js";
import { fetchInto, published } from "./files.js";

const content = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) >>> 8));

const file = published("a", content);
/** What {@link fetchInto} gives, where it gives it. */
const obtained = [{ path: expect.stringMatching(/\/a$/) as string, bytes: new Uint8Array(content) }];
const hasty = { answer: 60_000, body: 60_000, pause: 1 };

/** Downloads the file from mirrors at the server's paths into a new directory; says what became of it. */
async function fetchFrom(
  paths: readonly string[],
  answer: (url: string, response: ServerResponse) => unknown,
  options: DownloadOptions = {},
): Promise<{ error: unknown; files: string[]; host: string; requests: string[] }> {
  const requests: string[] = [];
  return withDirectory((directory) =>
    withServer(
      ({ url = "" }, response) => {
        requests.push(url);
        answer(url, response);
      },
      async (base) => {
        const mirrors = paths.map((path) => `${base}${path}`);
        const error = await fetchInto(directory, [file], mirrors, { patience: hasty, ...options }).catch(
          (reason: unknown) => reason,
        );
        return { error, files: await readdir(directory), host: new URL(base).host, requests };
      },
    ),
  );
}

describe("fetchInto", () => {
  it("downloads each file that isn't there, into a directory that it makes", async () => {
    await withDirectory(async (parent) => {
      const directory = join(parent, "deep", "cache");
      const requests: (string | undefined)[] = [];
      await withServer(
        ({ url }, response) => {
          requests.push(url);
          response.end(content);
        },
        async (base) => {
          const files = [published("a", content), published("b", content)];
          await fetchInto(directory, files.slice(1), [`${base}data`]);
          await fetchInto(directory, files, [`${base}data/`]);
          await fetchInto(directory, files, []);
        },
      );
      expect(requests).toEqual(["/data/b.gz", "/data/a.gz"]);
      expect(await readdir(directory)).toEqual(["a", "b"]);
      expect(await readFile(join(directory, "a"))).toEqual(content);
    });
  });

  it("tells how far it is", async () => {
    const progress: { file: string; received: number; total: number | undefined }[] = [];
    await fetchFrom(
      [""],
      (_, response) => {
        response.writeHead(200, { "content-length": content.length });
        response.write(content.subarray(0, 1000), () => response.end(content.subarray(1000)));
      },
      { onDownload: (event) => progress.push(event) },
    );
    expect(progress.every(({ file, total }) => file === "a.gz" && total === content.length)).toBe(true);
    const received = progress.map((event) => event.received);
    expect(received).toEqual(received.toSorted((a, b) => a - b));
    expect(received.at(-1)).toBe(content.length);
  });

  it("tries the next mirror where one fails", async () => {
    const { error, files, requests } = await fetchFrom(["missing", "wrong", "right"], (url, response) => {
      if (url.startsWith("/missing")) response.writeHead(404);
      response.end(url.startsWith("/right") ? content : Buffer.alloc(content.length));
    });
    expect(error).toEqual(obtained);
    expect(requests).toEqual(["/missing/a.gz", "/missing/a", "/wrong/a.gz", "/right/a.gz"]);
    expect(files).toEqual(["a"]);
  });

  it.each<[string, (response: ServerResponse) => unknown, RegExp]>([
    ["a status that is an error", (response) => response.writeHead(403).end("no"), /HTTP status 403/],
    [
      "another file of that length",
      (response) => response.end(Buffer.alloc(content.length)),
      new RegExp(`its SHA-256 is [0-9a-f]{64}, not the published file's ${file.sha256}`),
    ],
    [
      "a shorter file",
      (response) => response.end(content.subarray(1)),
      /it has 199999 bytes, the published file 200000/,
    ],
    [
      "a longer file",
      (response) => response.end(Buffer.concat([content, content])),
      /it sent more than 203024 bytes/,
    ],
    [
      "a web page",
      (response) => response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<p>Log in"),
      /it sent a web page in place of the file/,
    ],
    [
      "a length that is too small",
      (response) => response.writeHead(200, { "content-length": 100 }).end(content.subarray(0, 100)),
      /it has 100 bytes, the published file 200000/,
    ],
    [
      "a length that is never reached",
      (response) => {
        response.writeHead(200, { "content-length": 200_000 });
        response.write(content.subarray(0, 100), () => response.destroy());
      },
      /other side closed|read ECONNRESET/,
    ],
    [
      "a range that nobody asked for",
      (response) => response.writeHead(206, { "content-range": "bytes 5-9/10" }).end("abcde"),
      /it sent bytes 5-9\/10 where all was asked for/,
    ],
    ["a connection that ends at once", (response) => response.destroy(), /other side closed|read ECONNRESET/],
    [
      "a connection that ends amid the body",
      (response) => response.write(content.subarray(0, 500), () => response.destroy()),
      /other side closed|read ECONNRESET/,
    ],
  ])("names the mirror and the reason, and leaves nothing, after %s", async (_, answer, reason) => {
    const { error, files, host } = await fetchFrom([""], (__, response) => answer(response));
    expect(error).toBeInstanceOf(DigitrainError);
    expect(error).toHaveProperty(
      "message",
      expect.stringMatching(new RegExp(`^a\\.gz could not be downloaded \\(${host}: (${reason.source})\\)$`)),
    );
    expect(files).toEqual([]);
  });

  it.each<[string, (response: ServerResponse) => unknown, DownloadOptions["patience"], string]>([
    ["that doesn't answer", () => undefined, { ...hasty, answer: 200 }, "no answer for 0.2 s"],
    [
      "whose body stalls",
      (response) => response.write(content.subarray(0, 500)),
      { ...hasty, body: 300 },
      "no data for 0.3 s",
    ],
  ])("gives up on a mirror %s, and leaves nothing", async (_, answer, patience, reason) => {
    const { error, files, host } = await fetchFrom([""], (__, response) => answer(response), {
      ...(patience && { patience }),
    });
    expect(error).toEqual(new DigitrainError(`a.gz could not be downloaded (${host}: ${reason})`));
    expect(files).toEqual([]);
  });

  it("names every mirror that can't be reached", async () => {
    const closed = await withServer(
      () => undefined,
      (base) => Promise.resolve(base),
    );
    const { host } = new URL(closed);
    await withDirectory(async (directory) => {
      expect(await rejection(fetchInto(directory, [file], [closed, closed]))).toEqual(
        new DigitrainError(
          `a.gz could not be downloaded (${host}: connect ECONNREFUSED ${host}; ${host}: connect ECONNREFUSED ${host})`,
        ),
      );
    });
  });

  it.each(["before the answer", "amid the body"])(
    "stops at an abort %s, and leaves nothing",
    async (when) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const { error, files, requests } = await fetchFrom(
        ["first", "second"],
        (_, response) => {
          if (when === "before the answer") controller.abort(reason);
          else response.write(content.subarray(0, 500));
        },
        {
          signal: controller.signal,
          onDownload: () => {
            controller.abort(reason);
          },
        },
      );
      expect(error).toBe(reason);
      expect(files).toEqual([]);
      expect(requests).toEqual(["/first/a.gz"]);
    },
  );

  /** Cuts the connection after so many bytes, the first so many times; says which ranges were asked for. */
  async function fetchInPieces(
    answerRest: (range: string | undefined, response: ServerResponse) => unknown,
    cuts = 1,
  ): Promise<{ error: unknown; files: string[]; ranges: (string | undefined)[] }> {
    const ranges: (string | undefined)[] = [];
    return withDirectory((directory) =>
      withServer(
        ({ headers: { range } }, response) => {
          ranges.push(range);
          if (ranges.length > cuts) answerRest(range, response);
          else response.write(content.subarray(0, 70_000), () => setTimeout(() => response.destroy(), 50));
        },
        async (base) => {
          const error = await fetchInto(directory, [file], [base], { patience: hasty }).catch(
            (reason: unknown) => reason,
          );
          return { error, files: await readdir(directory), ranges };
        },
      ),
    );
  }

  it("resumes where a connection was cut", async () => {
    const { error, files, ranges } = await fetchInPieces((range, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1]);
      response.writeHead(206, { "content-range": `bytes ${start}-199999/200000` });
      response.end(content.subarray(start));
    });
    expect(error).toEqual(obtained);
    expect(files).toEqual(["a"]);
    expect(ranges).toEqual([undefined, "bytes=70000-"]);
  });

  it.each<[string, (range: string | undefined, response: ServerResponse) => unknown, number]>([
    ["the server knows no ranges", (_, response) => response.end(content), 2],
    [
      "the file has another length by now",
      (range, response) => {
        if (range) response.writeHead(206, { "content-range": "bytes 70000-299999/300000" });
        response.end(range ? Buffer.alloc(230_000) : content);
      },
      3,
    ],
    [
      "the server refuses the range",
      (range, response) => {
        if (range) response.writeHead(416);
        response.end(range ? "" : content);
      },
      3,
    ],
  ])("starts anew after a cut where %s", async (_, answerRest, requests) => {
    const { error, files, ranges } = await fetchInPieces(answerRest);
    expect(error).toEqual(obtained);
    expect(files).toEqual(["a"]);
    expect(ranges).toHaveLength(requests);
  });

  it("gives up on a mirror that cuts every connection", async () => {
    const { error, files, ranges } = await fetchInPieces(() => undefined, Infinity);
    expect(error).toHaveProperty("message", expect.stringMatching(/could not be downloaded/));
    expect(files).toEqual([]);
    expect(ranges).toHaveLength(4);
  });

  it("discards what it put together from wrong pieces, and asks for all of it", async () => {
    const { error, files, ranges } = await fetchInPieces((range, response) => {
      if (range) response.writeHead(206, { "content-range": "bytes 70000-199999/200000" });
      response.end(range ? Buffer.alloc(130_000) : "");
    });
    expect(error).toHaveProperty(
      "message",
      expect.stringMatching(/it has 0 bytes, the published file 200000/),
    );
    expect(ranges).toEqual([undefined, "bytes=70000-", undefined]);
    expect(files).toEqual([]);
  });

  it.each([429, 500, 503])("asks again, after a pause, where a mirror answers %d", async (status) => {
    const times: number[] = [];
    const { error, files } = await fetchFrom(
      [""],
      (_, response) => {
        times.push(performance.now());
        if (times.length < 3) response.writeHead(status);
        response.end(times.length < 3 ? "" : content);
      },
      { patience: { ...hasty, pause: 60 } },
    );
    expect(error).toEqual(obtained);
    expect(files).toEqual(["a"]);
    const [first = 0, second = 0, third = 0] = times;
    // A timer may be early by a millisecond.
    expect(second - first).toBeGreaterThan(58);
    expect(third - second).toBeGreaterThan(118);
  });

  it("stops at an abort amid the pause", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const { error, requests } = await fetchFrom(
      [""],
      (_, response) => {
        response.writeHead(503).end();
        setTimeout(() => {
          controller.abort(reason);
        }, 100);
      },
      { signal: controller.signal, patience: { ...hasty, pause: 60_000 } },
    );
    expect(error).toBe(reason);
    expect(requests).toHaveLength(1);
  });

  it("gives up on a mirror that redirects for ever", async () => {
    const { error, host, requests } = await fetchFrom([""], (url, response) =>
      response.writeHead(302, { location: url }).end(),
    );
    expect(error).toEqual(
      new DigitrainError(`a.gz could not be downloaded (${host}: it redirects more than 20 times)`),
    );
    expect(requests).toHaveLength(21);
  });

  it("resumes after a body that stalled", async () => {
    let requests = 0;
    const { error } = await fetchFrom(
      [""],
      (_, response) => (requests++ ? response.end(content) : response.write(content.subarray(0, 500))),
      { patience: { ...hasty, body: 300 } },
    );
    expect(error).toEqual(obtained);
  });

  it("follows redirects", async () => {
    const { error, requests } = await fetchFrom(["old"], (url, response) => {
      if (url.startsWith("/old")) response.writeHead(302, { location: "/new/a.gz" }).end();
      else response.end(content);
    });
    expect(error).toEqual(obtained);
    expect(requests).toEqual(["/old/a.gz", "/new/a.gz"]);
  });

  it("throws what onDownload throws, and asks no other mirror", async () => {
    const mistake = new Error("mine");
    const { error, files, requests } = await fetchFrom(
      ["first", "second"],
      (_, response) => response.end(content),
      {
        onDownload: () => {
          throw mistake;
        },
      },
    );
    expect(error).toBe(mistake);
    expect(files).toEqual([]);
    expect(requests).toEqual(["/first/a.gz"]);
  });

  it("may download the same file twice at once", async () => {
    await withDirectory(async (directory) => {
      await withServer(
        (_, response) => response.end(content),
        async (base) => {
          await Promise.all([1, 2, 3].map(() => fetchInto(directory, [file], [base])));
        },
      );
      expect(await readdir(directory)).toEqual(["a"]);
      expect(await readFile(join(directory, "a"))).toEqual(content);
    });
  });

  it("asks no mirror after an abort", async () => {
    const reason = new Error("enough");
    const { error, requests } = await fetchFrom([""], (_, response) => response.end(content), {
      signal: AbortSignal.abort(reason),
    });
    expect(error).toBe(reason);
    expect(requests).toEqual([]);
  });

  it("says that the cache directory can't be made", async () => {
    await withDirectory(async (parent) => {
      const directory = join(parent, "file", "cache");
      await writeFile(join(parent, "file"), "");
      expect(await rejection(fetchInto(directory, [file], []))).toEqual(
        new UnavailableError(
          `the cache directory ${directory} can't be written to (ENOTDIR: not a directory, mkdir '${directory}'); name another with --cache (cacheDirectory) or in DIGITRAIN_CACHE`,
        ),
      );
    });
  });

  it("says that a file can't be saved, and removes the temporary one", async () => {
    await withDirectory(async (directory) => {
      const listener = (_: unknown, response: ServerResponse) => {
        mkdirSync(join(directory, "a"));
        response.end(content);
      };
      const error = await withServer(listener, (base) => rejection(fetchInto(directory, [file], [base])));
      expect(error).toBeInstanceOf(DigitrainError);
      expect(error).toHaveProperty(
        "message",
        expect.stringMatching(/can't be written to \(EISDIR: .*rename/),
      );
      expect(await readdir(directory)).toEqual(["a"]);
    });
  });

  it("gives up on a mirror that drips, and resumes at the next one", async () => {
    const ranges: (string | undefined)[] = [];
    await withDirectory(async (directory) => {
      await withServer(
        ({ url, headers: { range } }, response) => {
          if (url === "/slow/a.gz") {
            response.writeHead(200, { "content-length": content.length });
            let sent = 0;
            const drip = setInterval(() => response.write(content.subarray(sent, ++sent)), 20);
            response.on("close", () => {
              clearInterval(drip);
            });
            return;
          }
          ranges.push(range);
          const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1]);
          response.writeHead(206, { "content-range": `bytes ${start}-199999/200000` });
          response.end(content.subarray(start));
        },
        async (base) => {
          const mirrors = [`${base}slow/`, `${base}quick/`];
          const patience = { ...hasty, body: 300 };
          expect(await fetchInto(directory, [file], mirrors, { patience })).toEqual(obtained);
        },
      );
    });
    expect(ranges).toEqual([expect.stringMatching(/^bytes=\d+-$/)]);
  });

  it("says how slow a mirror was", async () => {
    const { error } = await fetchFrom(
      [""],
      (_, response) => {
        const drip = setInterval(() => response.write("x"), 20);
        response.on("close", () => {
          clearInterval(drip);
        });
      },
      { patience: { ...hasty, body: 300 } },
    );
    expect(error).toHaveProperty("message", expect.stringMatching(/: it sends \d+ bytes a second\)$/));
  });
});

describe("a file in the cache", () => {
  const packed = gzipSync(content);

  /** What becomes of a directory with these files when its file is asked for, and a mirror has it. */
  async function use(files: Record<string, Uint8Array | string>) {
    return withDirectory(async (directory) => {
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
      const notices: string[] = [];
      let requests = 0;
      const found = await withServer(
        (_, response) => {
          requests++;
          response.end(packed);
        },
        (base) => fetchInto(directory, [file], [base], { notices }),
      );
      expect(found).toEqual([
        { path: expect.stringContaining(directory) as string, bytes: new Uint8Array(content) },
      ]);
      const told = notices.map((notice) => notice.replaceAll(directory, "~"));
      return { requests, notices: told, files: (await readdir(directory)).sort() };
    });
  }

  it.each([
    ["as it was published", { "a.gz": packed }],
    ["compressed by another program", { "a.gz": gzipSync(content, { level: 1 }) }],
    [
      "in several gzip members",
      { "a.gz": Buffer.concat([gzipSync(content.subarray(0, 9)), gzipSync(content.subarray(9))]) },
    ],
    ["unpacked", { a: content }],
    ["unpacked, under its compressed name", { "a.gz": content }],
  ])("is used %s", async (_, files) => {
    expect(await use(files)).toEqual({ requests: 0, notices: [], files: Object.keys(files) });
  });

  const flipped = Buffer.from(content);
  flipped[1234] = (flipped[1234] ?? 0) ^ 1;
  it.each<[string, Uint8Array | string, RegExp]>([
    [
      "of another set",
      gzipSync(Buffer.alloc(200_000)),
      /its SHA-256 is [0-9a-f]{64}, not the published file's/,
    ],
    ["with one bit flipped", gzipSync(flipped), /its SHA-256 is/],
    [
      "of another length",
      gzipSync(Buffer.alloc(10)),
      /it holds 10 bytes where it should hold 200000|can't hold/,
    ],
    ["that holds more", gzipSync(Buffer.alloc(300_000)), /it holds more than the 200000 bytes it should/],
    ["that was cut off", packed.subarray(0, 5000), /unexpected end of file/],
    ["of some text", "mine", /it has 4 bytes, the published file 200000/],
  ])("%s is named, set aside and downloaded anew", async (_, bytes, reason) => {
    const { requests, notices, files } = await use({ "a.gz": bytes });
    expect({ requests, files }).toEqual({ requests: 1, files: ["a.gz", "a.gz.damaged"] });
    expect(notices).toEqual([
      expect.stringMatching(
        new RegExp(
          `^~/a\\.gz is not the published file \\(.*(${reason.source}).*\\); it is now ~/a\\.gz\\.damaged, and is downloaded anew$`,
        ),
      ),
    ]);
  });

  it("gives way to the unpacked one where that is good", async () => {
    expect(await use({ "a.gz": "mine", a: content })).toMatchObject({
      requests: 0,
      files: ["a", "a.gz.damaged"],
    });
  });
});

describe("defaultCacheDirectory", () => {
  const before = process.env.DIGITRAIN_CACHE;
  afterEach(() => {
    if (before === undefined) delete process.env.DIGITRAIN_CACHE;
    else process.env.DIGITRAIN_CACHE = before;
  });

  it("is what DIGITRAIN_CACHE says, else the system's", () => {
    process.env.DIGITRAIN_CACHE = "/some/where";
    expect(defaultCacheDirectory()).toBe("/some/where");
    process.env.DIGITRAIN_CACHE = "";
    expect(defaultCacheDirectory()).toMatch(/digitrain/);
    delete process.env.DIGITRAIN_CACHE;
    expect(defaultCacheDirectory()).toMatch(/digitrain/);
  });
});
