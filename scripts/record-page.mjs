// Records the README's moving picture from the real page: a digit is drawn first, then read while the network learns.
//   node scripts/record-page.mjs [MNIST-DIRECTORY]   writes docs/page.gif, and docs/preview.png for links to the page
// Needs `npm run build` and Chromium (scripts/setup --browsers, or CHROMIUM).
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decode } from "fast-png";
import gifenc from "gifenc";
import { chromium } from "playwright-core";

const { GIFEncoder, quantize, applyPalette } = gifenc;
const SIZE = { width: 1280, height: 720 };
/** The picture is smaller than the page by this factor. */
const REDUCTION = 1.6;
const COLOURS = 63;
const FRAME_MS = 220;
const LAST_FRAME_MS = 3000;
/** In parts of the pad: a 3, as a pen goes. */
const THREE = Array.from({ length: 41 }, (_, i) => {
  const angle = i <= 20 ? -2.6 + (i / 20) * 4.2 : -1.6 + ((i - 20) / 20) * 4.2;
  const [middle, radius] = i <= 20 ? [0.34, 0.16] : [0.66, 0.19];
  return [0.48 + radius * Math.cos(angle), middle + radius * Math.sin(angle)];
});

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const frames = [];

/** Adds a screenshot, reduced: each pixel is the mean of those that it stands for. */
async function shoot(page) {
  const { width, height, data, channels } = decode(await page.screenshot());
  const [w, h] = [Math.floor(width / REDUCTION), Math.floor(height / REDUCTION)];
  const rgba = new Uint8Array(4 * w * h).fill(255);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [left, right] = [Math.floor(x * REDUCTION), Math.ceil((x + 1) * REDUCTION)];
      const [top, bottom] = [Math.floor(y * REDUCTION), Math.ceil((y + 1) * REDUCTION)];
      const sums = [0, 0, 0];
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++)
          for (let c = 0; c < 3; c++) sums[c] += data[channels * (row * width + column) + c];
      const count = (right - left) * (bottom - top);
      for (let c = 0; c < 3; c++) rgba[4 * (y * w + x) + c] = Math.round(sums[c] / count);
    }
  }
  frames.push({ rgba, width: w, height: h });
}

async function draw(page) {
  const pad = await page.locator("canvas").first().boundingBox();
  const at = ([x, y]) => [pad.x + x * pad.width, pad.y + y * pad.height];
  await page.mouse.move(...at(THREE[0]));
  await page.mouse.down();
  for (const [i, point] of THREE.entries()) {
    await page.mouse.move(...at(point), { steps: 2 });
    if (i % 8 === 7) await shoot(page);
  }
  await page.mouse.up();
  await shoot(page);
}

/** What hasn't changed since the frame before is transparent, and so takes next to nothing. */
function encode() {
  const gif = GIFEncoder();
  const palette = quantize(frames.at(-1).rgba, COLOURS);
  const transparent = palette.length;
  let before;
  for (const [i, { rgba, width, height }] of frames.entries()) {
    const indices = applyPalette(rgba, palette);
    const shown = before ? indices.map((index, p) => (index === before[p] ? transparent : index)) : indices;
    gif.writeFrame(shown, width, height, {
      palette: [...palette, [0, 0, 0]],
      transparent: i > 0,
      transparentIndex: transparent,
      delay: i === frames.length - 1 ? LAST_FRAME_MS : FRAME_MS,
      dispose: 1,
    });
    before = indices;
  }
  gif.finish();
  return gif.bytes();
}

const data = process.argv[2];
const demo = spawn(process.execPath, ["dist/cli/main.js", "demo", ...(data ? ["--data", data] : [])]);
const url = await new Promise((resolve) =>
  demo.stdout.once("data", (text) => resolve(/http:\S+/.exec(text)[0])),
);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  const page = await browser.newPage({ viewport: SIZE, locale: "en" });
  await page.goto(url);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("radio", { name: "Fast" }).check();
  await shoot(page);
  await draw(page);
  await page.getByRole("button", { name: "Start" }).click();
  for (let i = 0; i < 14; i++) {
    await shoot(page);
    await page.waitForTimeout(150);
  }
  await page.waitForTimeout(2000);
  await shoot(page);
  await page.screenshot({ path: "docs/preview.png" });
} finally {
  await browser.close();
  demo.kill();
}
const gif = encode();
writeFileSync("docs/page.gif", gif);
console.log(`docs/page.gif: ${frames.length} frames, ${(gif.length / 1e3).toFixed(0)} kB`);
