// The page as any static host serves it: its directory alone, somewhere below the root.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { temporaryDirectory } from "../cli/command.js";
import { onPage, serveDemo, text, trainFor, waitForButton } from "./demo.js";
import { describeInBrowser, dist, ISOLATION, Site } from "./harness.js";

serveDemo();

/** Waits until the page has its data. */
async function waitForData(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector<HTMLButtonElement>("#test-image")?.disabled === false,
  );
}

/** The page is there without its host, and trains on threads. */
async function expectToTrainOffline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await page.reload();
  await waitForData(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await trainFor(page, 1);
  await waitForButton(page, "Start again");
  expect(await text(page, "runtime")).toMatch(/threads$/);
  // What wasn't looked at before is there, too.
  await page.getByRole("button", { name: "Lesson" }).click();
  await page.locator(".lesson h2").waitFor();
  await page.locator("#language").selectOption("中文");
  await page.getByRole("button", { name: "课程" }).waitFor();
}

describeInBrowser("the page's directory alone, at a sub-path", () => {
  const directory = temporaryDirectory();
  const site = new Site(directory);
  let at = "";
  beforeAll(async () => {
    mkdirSync(join(directory, "some"));
    symlinkSync(join(dist, "demo"), join(directory, "some/path"));
    await site.start();
    at = `${site.url}some/path/index.html`;
  });
  beforeEach(() => {
    site.headers = {};
  });
  afterAll(() => {
    site.stop();
  });

  it("isolates itself where the host doesn't, and is there offline from the second visit", async () => {
    await onPage(
      async (page) => {
        await page.waitForFunction(() => crossOriginIsolated && document.querySelector("#runtime") !== null);
        await waitForData(page);
        await expectToTrainOffline(page);
      },
      {},
      at,
    );
  });

  it("is there offline from the second visit where the host isolates it", async () => {
    site.headers = ISOLATION;
    // By a name that isn't this machine's own: there the page does without a service worker.
    const named = at.replace("127.0.0.1", "page.localhost");
    await onPage(
      async (page) => {
        await page.waitForFunction(async () => {
          const names = await caches.keys();
          const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
          return kept.flat().some(({ url }) => url.includes("threads.base64.js"));
        });
        await expectToTrainOffline(page);
      },
      {},
      named,
    );
  });

  it("works on one thread where service workers are forbidden", async () => {
    await onPage(
      async (page) => {
        await trainFor(page, 1);
        await waitForButton(page, "Start again");
        expect(await text(page, "runtime")).toMatch(/^(relaxed )?simd, 1 thread$/);
        expect(await page.locator("#runtime").getAttribute("title")).toContain("not cross-origin isolated");
      },
      { serviceWorkers: "block" },
      at,
    );
  });

  it("asks for nothing outside its directory", () => {
    expect(site.requests.filter((path) => !path.startsWith("/some/path/"))).toEqual([]);
  });
});
