import { readdir } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { withDirectory } from "../made.js";
import { withServer } from "../server.js";
import { fetchInto } from "./files.js";
import { content, fetchFrom, file, hasty, obtained } from "./from-server.js";

describe("a faulty mirror", () => {
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
