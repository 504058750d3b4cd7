import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

/** The built package, as a page loads it. */
export const dist = join(import.meta.dirname, "../../dist");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};
/** What makes a page cross-origin isolated, so that it may share memory with its workers. */
export const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** `describe` where there is a browser; else the tests are skipped by name, except in continuous integration. */
export const describeInBrowser: jest.Describe =
  existsSync(CHROMIUM) || process.env.CI === "true" ? describe : describe.skip;

/** A server on this machine: an empty page at /, a directory's files, index.html for those below, and what a test adds. */
export class Site {
  readonly #server: Server;
  readonly #directory: string;
  /** What a test adds, by path. */
  readonly files = new Map<string, Uint8Array>();
  /** Headers of every answer. */
  headers: Record<string, string> = {};
  /** The paths that were asked for. */
  readonly requests: string[] = [];

  /** @param directory what it serves */
  constructor(directory: string = dist) {
    this.#directory = directory;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [asked = "/"] = (request.url ?? "/").split("?");
    this.requests.push(asked);
    const path = asked.replace(/(?<=.)\/$/, "/index.html");
    const type = { "content-type": TYPES[extname(path)] ?? "application/octet-stream" };
    try {
      const page = path === "/" ? "<!doctype html><title>digitrain</title>" : undefined;
      const contents = page ?? this.files.get(path) ?? (await readFile(join(this.#directory, path)));
      response.writeHead(200, { ...type, ...(page && { "content-type": "text/html" }), ...this.headers });
      response.end(contents);
    } catch {
      response.writeHead(404, this.headers).end();
    }
  }
}

/** Starts the browser. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** A page of the site, with these headers, from which the package is imported as `window.digitrain`. */
export async function openPage(browser: Browser, site: Site, headers: Record<string, string>): Promise<Page> {
  site.headers = headers;
  const page = await browser.newPage();
  await page.goto(site.url);
  await page.evaluate(async (path) => {
    Object.assign(window, { digitrain: (await import(path)) as unknown });
  }, "/browser/index.js");
  return page;
}

/** For a file of tests: a site, and a browser that opens pages of it. */
export function servePages() {
  const site = new Site();
  let browser: Browser | undefined;
  const theBrowser = () => {
    if (!browser) throw new Error("the browser is started before the first test");
    return browser;
  };
  beforeAll(async () => {
    await site.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    site.stop();
  });
  beforeEach(() => {
    site.files.clear();
    site.requests.length = 0;
  });
  /** Does something in a page of its own, with these headers. */
  const inPage = async <T>(headers: Record<string, string>, work: (page: Page) => Promise<T>): Promise<T> => {
    const page = await openPage(theBrowser(), site, headers);
    try {
      return await work(page);
    } finally {
      await page.close();
    }
  };
  return { site, theBrowser, inPage };
}
