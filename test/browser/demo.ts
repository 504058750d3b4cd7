import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type * as axeTypes from "axe-core";
import { start } from "../cli/command.js";
import { dist, launch } from "./harness.js";

/** In the page's own code. */
declare const axe: typeof axeTypes;

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
export const pictures = join(dist, "../target/screenshots");

let browser: Browser;
let server: ChildProcess;
let url: string;

/** For a file of tests: the page's server and a browser. */
export function serveDemo(): void {
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    // An empty cache: the page has synthetic digits only, on every machine.
    server = start(["demo"], { DIGITRAIN_CACHE: join(pictures, "none") });
    const [line] = (await once(server.stdout ?? server, "data")) as [Buffer];
    url = line.toString().trim();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    server.kill("SIGKILL");
  });
}

/** The page's address. */
export function address(): string {
  return url;
}

/** Does something with the page; whatever it says on the console or asks another host fails the test. */
export async function onPage(
  work: (page: Page, context: BrowserContext) => Promise<void>,
  options: Parameters<Browser["newContext"]>[0] = {},
  at = url,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  const faults: string[] = [];
  const watch = (page: Page) => {
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
  };
  context.on("page", watch);
  context.on("request", (request) => {
    if (!request.url().startsWith(new URL(at).origin) && !request.url().startsWith("blob:"))
      faults.push(request.url());
  });
  try {
    const page = await context.newPage();
    await page.goto(at);
    await page.waitForFunction(
      () => document.querySelector<HTMLButtonElement>("#test-image")?.disabled === false,
    );
    await work(page, context);
    expect(faults).toEqual([]);
  } finally {
    await context.close();
  }
}

export const text = (page: Page, id: string) => page.locator(`#${id}`).innerText();

export async function waitForButton(page: Page, label: string): Promise<void> {
  await page.waitForFunction((label) => document.querySelector("#go")?.textContent === label, label);
}

/** Trains on a few digits for so many epochs. */
export async function trainFor(page: Page, epochs: number): Promise<void> {
  await page.getByLabel("Training images").fill("4000");
  await page.getByLabel("Epochs", { exact: true }).fill(String(epochs));
  await page.locator("#go").click();
}

/** Draws a one: a stroke downwards. */
export async function drawOne(page: Page): Promise<void> {
  const pad = page.locator("#pad");
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (!box) throw new Error("the pad is not to be seen");
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.2 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.8 * box.height, { steps: 10 });
  await page.mouse.up();
}

/** What axe finds wrong with the page as it is. */
export async function violations(page: Page): Promise<unknown[]> {
  // By the debugger, which the page's policy doesn't hold back.
  await page.evaluate(readFileSync(axePath, "utf8"));
  const found = await page.evaluate(() => axe.run());
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
