import { existsSync } from "node:fs";
import { type Browser, launch } from "puppeteer-core";
import type * as digitrain from "../../ts/index.js";
import { ISOLATION, Site } from "./harness.js";
import { expectPageToWork, SHORT } from "./elsewhere.js";
import { SANDBOXED } from "./surroundings.js";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const describeInFirefox = existsSync(FIREFOX) || process.env.CI === "true" ? describe : describe.skip;

describeInFirefox("Firefox, another engine", () => {
  let browser: Browser;
  const site = new Site();

  beforeAll(async () => {
    await site.start();
    browser = await launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
  });
  afterAll(async () => {
    await browser.close();
    site.stop();
  });

  it.each([
    [1, ISOLATION],
    [2, ISOLATION],
    [2, {}],
  ])("gives Node's bits, deterministic (%i threads, %j)", async (threads, headers) => {
    const options = {
      hidden: [40, 33],
      loss: "cross-entropy",
      momentum: 0.9,
      shuffle: true,
      epochs: 2,
      batchSize: 32,
      learningRate: 0.05,
      deterministic: true,
      threads,
    } as const;
    const { syntheticDigits, train } = await import("../../ts/index.js");
    const data = await syntheticDigits({ train: 500, test: 200 });
    const node = await train({ ...options, data });
    site.headers = headers;
    const page = await browser.newPage();
    await page.goto(site.url);
    const there = await page.evaluate(async (options) => {
      const path = "/browser/index.js";
      const { syntheticDigits, train } = (await import(path)) as typeof digitrain;
      const data = await syntheticDigits({ train: 500, test: 200 });
      const { model, history, runtime } = await train({ ...options, data });
      const losses = [...history.losses];
      return { losses, model: [...model.toSafetensors()], runtime };
    }, options);
    await page.close();
    expect(there.losses).toEqual([...node.history.losses]);
    expect(there.model).toEqual([...node.model.toSafetensors()]);
    expect(there.runtime.threads).toBe("cross-origin-opener-policy" in headers ? threads : 1);
  });

  it("trains in a sandboxed frame, and without waiting for a lock that it doesn't get", async () => {
    site.files.set("/frame.html", Buffer.from(SANDBOXED));
    site.headers = { "access-control-allow-origin": "*" };
    const page = await browser.newPage();
    await page.goto(new URL("/frame.html", site.url).href);
    await page.waitForFunction(() => "result" in window);
    const { why, caught } = await page.evaluate(() => {
      const { result, caught } = window as unknown as { result: { why: string }; caught: string[] };
      return { why: result.why, caught };
    });
    await page.close();
    expect(caught).toEqual([]);
    // Where the worker is given up after ten seconds, the reason is another.
    expect(why).toMatch(/one thread: the page is not cross-origin isolated/);
  });

  it("shows the page, isolated by its service worker: it trains, reads a stroke, and axe finds nothing", async () => {
    site.headers = {};
    const page = await browser.newPage();
    await page.goto(`${site.url}demo/index.html${SHORT}`);
    await page.waitForFunction(() => crossOriginIsolated && document.querySelector("#runtime") !== null);
    await expectPageToWork({
      evaluate: (work, parameter) => page.evaluate(work, parameter),
      async drag([first, ...line]) {
        await page.mouse.move(...(first ?? [0, 0]));
        await page.mouse.down();
        for (const place of line) await page.mouse.move(...place);
        await page.mouse.up();
      },
      async reload() {
        await page.reload();
      },
    });
    await page.close();
  });
});
