// Runs in WebKit's browser, with the driver that the tests have.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Trains in the page; what a run in Node gives. */
async function trainInPage({ threads }) {
  const { init, syntheticDigits, train } = await import("/browser/index.js");
  await init({ workerUrl: "/browser/worker.js" });
  const { history, runtime } = await train({
    data: await syntheticDigits({ train: 30000, test: 0 }),
    threads,
    epochs: 4,
    evaluateEvery: 0,
  });
  const seconds = history.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) / history.epochs.length;
  return { seconds, threads: runtime.threads };
}

async function loadDriver() {
  const outfile = resolve("target/bench-webkit.mjs");
  mkdirSync("target", { recursive: true });
  const entryPoints = ["test/browser/webkit.ts"];
  // The tests' own word, which isn't used here.
  const define = { describe: "undefined" };
  await build({ entryPoints, outfile, define, bundle: true, platform: "node", format: "esm" });
  return import(pathToFileURL(outfile).href);
}

/** Does work that is given a function which runs with so many threads, each time in a fresh page. */
export async function withWebKit(work) {
  const { WebKit } = await loadDriver();
  const server = spawn(process.execPath, ["dist/cli/main.js", "demo"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [url] = await once(createInterface(server.stdout), "line");
  const webkit = await WebKit.launch(true);
  try {
    return await work(async (threads) => {
      await webkit.open(`${url}data/index.json`);
      return webkit.evaluate(trainInPage, { threads });
    });
  } finally {
    webkit.close();
    server.kill();
  }
}
