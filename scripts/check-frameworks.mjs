// Builds a page with SvelteKit and one with Astro, from the packed package, and checks in Chromium that each trains to the
// losses that Node has. Not part of CI: the frameworks take 170 MB. Needs Node 22.12 or later, as Astro does.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import spawn from "cross-spawn";
import { chromium } from "playwright-core";
import { syntheticDigits, train } from "../dist/node/index.js";
import { CHROMIUM } from "./bench/machine.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
// Outside the checkout, whose tsconfig.json would lead Astro to the sources.
const directory = mkdtempSync(join(tmpdir(), "digitrain-frameworks-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
const FRAMEWORKS = [
  { name: "SvelteKit", page: "sveltekit", program: "vite/bin/vite.js", built: "build" },
  { name: "Astro", page: "astro", program: "astro/bin/astro.mjs", built: "dist" },
];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

function npm(...parameters) {
  const { status, stdout } = spawn.sync("npm", parameters, { cwd: directory, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${parameters.join(" ")} failed: ${stdout}`);
  return stdout.trim().split("\n").at(-1);
}

/** What the page in a directory puts on its window. */
async function visit(browser, place) {
  const server = createServer((request, response) => {
    const path = join(place, request.url === "/" ? "index.html" : request.url);
    if (!existsSync(path)) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "" }).end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => "result" in globalThis);
    return await page.evaluate(() => globalThis.result);
  } finally {
    await page.close();
    server.close();
  }
}

cpSync(join(root, "test/packaging/frameworks"), directory, { recursive: true });
const tarball = npm("pack", root, "--silent", "--ignore-scripts");
npm("ci", "--silent", "--no-audit");
npm("install", "--silent", "--no-audit", "--no-save", `./${tarball}`);

const data = await syntheticDigits({ train: 600, test: 100 });
const { history } = await train({ data, epochs: 2, deterministic: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
try {
  for (const { name, page, program, built } of FRAMEWORKS) {
    const place = join(directory, page);
    const command = [join(directory, "node_modules", program), "build"];
    execFileSync(process.execPath, command, { cwd: place, stdio: ["ignore", "ignore", "inherit"] });
    const { losses } = await visit(browser, join(place, built));
    if (losses.join() !== history.losses.join()) throw new Error(`${name}: other losses than Node's`);
    console.log(`${name}: Node's losses`);
  }
} finally {
  await browser.close();
}
