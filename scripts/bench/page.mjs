// Opens the page of digitrain demo in a new browser, and prints one line of JSON: the seconds until its button Start can be
// pressed, and how many files and bytes it had loaded by then.
//   node scripts/bench/page.mjs MNIST-DIRECTORY
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { CHROMIUM } from "./machine.mjs";

const server = spawn(process.execPath, ["dist/cli/main.js", "demo", "--data", process.argv[2]], {
  stdio: ["ignore", "pipe", "ignore"],
});
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
try {
  const [text] = await once(createInterface(server.stdout), "line");
  const [url] = /http:\S+/.exec(text);
  const page = await browser.newPage({ locale: "en", serviceWorkers: "block" });
  const begun = performance.now();
  await page.goto(url);
  await page.locator("button:enabled", { hasText: "Start" }).waitFor();
  const seconds = (performance.now() - begun) / 1000;
  const sizes = await page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(
      ({ transferSize }) => transferSize,
    ),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  process.stdout.write(`${JSON.stringify({ seconds, files: sizes.length, bytes })}\n`);
} finally {
  await browser.close();
  server.kill();
}
