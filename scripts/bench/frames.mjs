// How smoothly the page of `digitrain demo` goes while it trains on two threads and a digit is drawn, with the network
// shown, and how soon it is there. Needs `npm run build`, Chromium (or the one that CHROMIUM names), and a quiet machine.
//   node scripts/bench/frames.mjs
/* global document, requestAnimationFrame -- what runs in the page has them */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chromium } from "playwright-core";
import { CHROMIUM, describeMachine } from "./machine.mjs";

const SECONDS = 10;
const VISITS = 5;
const SIZE = { width: 1280, height: 720 };

/** Collects the time between frames, in the page, until it is told to end. */
function watchFrames() {
  const times = [];
  let before = performance.now();
  const tell = (now) => {
    times.push(now - before);
    before = now;
    globalThis.frame = requestAnimationFrame(tell);
  };
  globalThis.frame = requestAnimationFrame(tell);
  globalThis.frames = times;
}

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
const median = (values) =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

/** Draws rings on the pad, as fast as a hand does. */
async function draw(page, seconds) {
  const { x, y, width } = await page.locator("#pad").boundingBox();
  const until = performance.now() + 1000 * seconds;
  while (performance.now() < until) {
    await page.getByRole("button", { name: "Clear" }).click();
    for (let i = 0; i <= 60; i++) {
      const angle = (i / 30) * Math.PI;
      await page.mouse.move(
        x + width * (0.5 + 0.3 * Math.cos(angle)),
        y + width * (0.5 + 0.3 * Math.sin(angle)),
      );
      if (i === 0) await page.mouse.down();
      await page.waitForTimeout(16);
    }
    await page.mouse.up();
  }
}

const demo = spawn(process.execPath, ["dist/cli/main.js", "demo"], { stdio: ["ignore", "pipe", "ignore"] });
const [line] = await once(demo.stdout, "data");
const url = /http:\S+/.exec(String(line))[0];
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
try {
  const paints = [];
  for (let visit = 0; visit < VISITS; visit++) {
    const context = await browser.newContext({ viewport: SIZE, locale: "en" });
    const page = await context.newPage();
    await page.goto(url);
    await page.locator("#pad canvas").waitFor();
    paints.push(
      await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime),
    );
    await context.close();
  }
  const page = await browser.newPage({ viewport: SIZE, locale: "en" });
  await page.goto(`${url}#recipe=tutorial&epochs=1000&threads=2`);
  await page.waitForFunction(() => document.querySelector("#test-image")?.disabled === false);
  await page.locator("#go").click();
  await page.waitForFunction(() => document.querySelector("#epoch")?.textContent !== "–");
  await page.waitForTimeout(2000);
  await page.evaluate(watchFrames);
  await draw(page, SECONDS);
  const frames = (await page.evaluate(() => globalThis.frames)).sort((a, b) => a - b);
  const rate = await page.locator("#rate").innerText();
  const { processor, cores } = describeMachine();
  console.log(`${processor}, ${cores} cores, ${browser.browserType().name()} ${browser.version()}`);
  console.log(
    `first paint: median ${median(paints).toFixed(0)} ms of ${VISITS} visits, each with an empty cache`,
  );
  console.log(
    `frames: ${frames.length} in ${SECONDS} s; median ${median(frames).toFixed(1)} ms, 99th percentile ` +
      `${quantile(frames, 0.99).toFixed(1)} ms, longest ${frames.at(-1).toFixed(1)} ms; ${rate} steps a second`,
  );
} finally {
  await browser.close();
  demo.kill();
}
