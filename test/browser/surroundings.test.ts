// Where pages and workers may do less, or are addressed otherwise.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { syntheticDigits, train } from "../../ts/index.js";
import { describeInBrowser, dist, ISOLATION, servePages, Site } from "./harness.js";
import { CLASSIC_WORKER, MODULE_WORKER, SANDBOXED, SERVICE_WORKER, TABLE } from "./surroundings.js";

const { version } = JSON.parse(readFileSync(join(dist, "../package.json"), "utf8")) as { version: string };

interface Result {
  losses: number[];
}

describeInBrowser("training", () => {
  const { site, theBrowser, inPage } = servePages();
  let expected: number[] = [];

  beforeAll(async () => {
    const data = await syntheticDigits({ train: 600, test: 100 });
    expected = [...(await train({ data, epochs: 2, deterministic: true })).history.losses];
  });

  it("goes in a page of file://, whose script is a single file", async () => {
    const directory = mkdtempSync(join(tmpdir(), "digitrain-file-"));
    try {
      const program = `
        import { syntheticDigits, train } from "./browser/index.js";
        (async () => {
          const data = await syntheticDigits({ train: 600, test: 100 });
          const { history, runtime } = await train({ data, epochs: 2, deterministic: true });
          window.result = { losses: [...history.losses], why: runtime.why };
        })();`;
      const stdin = { contents: program, resolveDir: dist };
      await build({
        stdin,
        bundle: true,
        format: "iife",
        outfile: join(directory, "main.js"),
        logLevel: "error",
      });
      const path = join(directory, "index.html");
      writeFileSync(path, "<!doctype html><title>digitrain</title><script src=main.js></script>");
      const page = await theBrowser().newPage();
      await page.goto(pathToFileURL(path).href);
      await page.waitForFunction(() => "result" in window);
      const result = await page.evaluate(() => (window as unknown as { result: Result }).result);
      await page.close();
      expect(result).toMatchObject({
        losses: expected,
        why: expect.stringMatching(/one thread: the page is not cross-origin isolated/) as string,
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it.each([
    ["jsDelivr, at the package's bare address", `/npm/digitrain@${version}`, {}],
    ["jsDelivr, in an isolated page", `/npm/digitrain@${version}`, ISOLATION],
    ["unpkg, at the file's address", `/npm/digitrain@${version}/dist/browser/index.js`, ISOLATION],
  ])("goes with a script of another origin: %s", async (_, path, headers) => {
    const directory = mkdtempSync(join(tmpdir(), "digitrain-cdn-"));
    mkdirSync(join(directory, "npm"));
    symlinkSync(dirname(dist), join(directory, `npm/digitrain@${version}`));
    const network = new Site(directory);
    network.headers = {
      "access-control-allow-origin": "*",
      "content-type": "text/javascript",
      "cross-origin-resource-policy": "cross-origin",
    };
    network.files.set(`/npm/digitrain@${version}`, readFileSync(join(dist, "browser/jsdelivr.js")));
    await network.start();
    try {
      const outcome = await inPage(headers, (page) =>
        page.evaluate(async (url) => {
          const { syntheticDigits, train } = (await import(url)) as typeof import("../../ts/index.js");
          const data = await syntheticDigits({ train: 600, test: 100 });
          const { history, runtime } = await train({ data, epochs: 2, deterministic: true, threads: 2 });
          return { losses: [...history.losses], threads: runtime.threads };
        }, new URL(path, network.url).href),
      );
      expect(outcome).toEqual({ losses: expected, threads: headers === ISOLATION ? 2 : 1 });
    } finally {
      network.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it("goes in a sandboxed frame, and leaves no rejection unhandled", async () => {
    site.files.set("/frame.html", Buffer.from(SANDBOXED));
    site.headers = { "access-control-allow-origin": "*" };
    const page = await theBrowser().newPage();
    await page.goto(new URL("/frame.html", site.url).href);
    await page.waitForFunction(() => "result" in window);
    const { result, caught } = await page.evaluate(() => {
      const { result, caught } = window as unknown as { result: Result; caught: string[] };
      return { result, caught };
    });
    await page.close();
    expect(caught).toEqual([]);
    expect(result.losses).toEqual(expected);
  });

  it.each([
    ["Worker", "module", MODULE_WORKER],
    ["SharedWorker", "module", MODULE_WORKER],
    ["Worker", "classic", CLASSIC_WORKER],
    ["SharedWorker", "classic", CLASSIC_WORKER],
  ] as const)("goes in a user's %s of type %s, which has an address", async (kind, type, program) => {
    site.files.set("/own/worker.js", Buffer.from(program));
    site.files.set("/own/table.csv", Buffer.from(TABLE));
    const outcome = await inPage(ISOLATION, (page) =>
      page.evaluate(
        ({ kind, type }) =>
          new Promise((resolve) => {
            const worker =
              kind === "Worker"
                ? new Worker("/own/worker.js", { type })
                : new SharedWorker("/own/worker.js", { type });
            worker.onerror = () => {
              resolve("the worker failed");
            };
            const port = worker instanceof Worker ? worker : worker.port;
            port.onmessage = ({ data }) => {
              resolve(data);
            };
          }),
        { kind, type },
      ),
    );
    expect(outcome).toMatchObject({ losses: expected, rows: [4, 4] });
  });

  it("goes in a user's service worker that is one file, as these can't import anything later", async () => {
    const stdin = { contents: SERVICE_WORKER, resolveDir: dist };
    const { outputFiles } = await build({
      stdin,
      bundle: true,
      format: "iife",
      write: false,
      logLevel: "error",
    });
    site.files.set("/own/service.js", outputFiles[0]?.contents ?? new Uint8Array());
    site.files.set("/own/table.csv", Buffer.from(TABLE));
    const outcome = await inPage(ISOLATION, (page) =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.register("/own/service.js");
        const { port1, port2 } = new MessageChannel();
        const answer = new Promise((resolve) => {
          port1.onmessage = ({ data }) => {
            resolve(data);
          };
        });
        (registration.installing ?? registration.active)?.postMessage("train", [port2]);
        const outcome = await answer;
        await registration.unregister();
        return outcome;
      }),
    );
    expect(outcome).toMatchObject({ losses: expected, rows: 4, threads: 1 });
  });
});
