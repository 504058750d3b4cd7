// As epochs.mjs, in a page of Debian's Chromium (or the one that CHROMIUM names), served as digitrain demo serves it.
/* global fetch, File -- what runs in the page has them */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { CHROMIUM } from "./machine.mjs";

const { data, initial, ...options } = JSON.parse(process.argv[2]);

/** Runs in the page. */
async function trainInPage({ options, initial, threads }) {
  const { init, loadDataset, Model, train } = await import("/browser/index.js");
  await init({ workerUrl: "/browser/worker.js" });
  const { own } = await (await fetch("/data/index.json")).json();
  const files = await Promise.all(
    own.files.map(async (path) => {
      const response = await fetch(`/data/${path}`);
      return new File([await response.arrayBuffer()], path.split("/").at(-1));
    }),
  );
  const losses = [];
  const { history, runtime } = await train({
    ...options,
    initial: Model.fromSafetensors(Uint8Array.from(initial)),
    data: await loadDataset(files),
    threads,
    evaluateEvery: 0,
    logEvery: 100,
    onStep: ({ loss }) => losses.push(loss),
  });
  return { runtime, seconds: history.epochs.map((epoch) => epoch.seconds), losses };
}

const server = spawn(process.execPath, ["dist/cli/main.js", "demo", "--data", data], {
  stdio: ["ignore", "pipe", "ignore"],
});
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
try {
  const [url] = await once(createInterface(server.stdout), "line");
  const page = await browser.newPage();
  // A file of the server's that runs no script of its own.
  await page.goto(`${url}data/index.json`);
  const result = await page.evaluate(trainInPage, {
    options,
    initial: [...readFileSync(initial)],
    threads: Number(process.env.DIGITRAIN_THREADS),
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  await browser.close();
  server.kill();
}
