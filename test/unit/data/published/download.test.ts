import { mkdirSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import type { DownloadOptions } from "../../../../ts/data/published/download.js";
import { DigitrainError, UnavailableError } from "../../../../ts/base/errors.js";
import { rejection, withDirectory } from "../made.js";
import { withServer } from "../server.js";
import { fetchInto, published } from "./files.js";
import { content, fetchFrom, file, hasty, obtained } from "./from-server.js";

describe("a download", () => {
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
          `the cache directory ${directory} can't be written to (ENOTDIR: not a directory, mkdir '${directory}')`,
          "name another cache directory with --cache (cacheDirectory) or in DIGITRAIN_CACHE",
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
});
