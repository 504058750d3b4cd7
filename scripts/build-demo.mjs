// The page of `digitrain demo`: a directory that any static host can serve, at any path, with that of the package's files
// for browsers beside it, where the worker and the core are.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";
import { bundle } from "./bundle.mjs";
import { embedded } from "./core-plugins.mjs";

/** The page has the package in its own bundle, with what it uses of it. */
const thePackage = {
  name: "package",
  setup({ onResolve }) {
    // The page's own words have an index, too, in their own directory.
    onResolve({ filter: /^(\.\.\/)+index\.js$/ }, () => ({ path: resolve("ts/page/index.ts") }));
  },
};

/**
 * @param directory where to put the page
 * @returns the files that are in the page's own
 */
export async function buildDemo(directory) {
  const options = {
    entryPoints: { main: "ts/demo/main.tsx" },
    format: "esm",
    splitting: true,
    outdir: directory,
    plugins: [thePackage, embedded],
  };
  // The worker's program is a file beside the page, and so not in it.
  const script = await bundle(options, "");
  const serviceWorker = await build({
    entryPoints: { "service-worker": "ts/demo/service-worker.ts" },
    bundle: true,
    minify: true,
    outdir: directory,
    logLevel: "warning",
    metafile: true,
  });
  const style = await build({
    entryPoints: { main: "ts/demo/style/main.css" },
    bundle: true,
    minify: true,
    outdir: directory,
    logLevel: "warning",
    metafile: true,
  });
  for (const name of ["index.html", "icon.svg"]) cpSync(`ts/demo/${name}`, `${directory}/${name}`);
  // Which data is beside the page: none, unless whoever serves it puts some there.
  mkdirSync(`${directory}/data`, { recursive: true });
  writeFileSync(`${directory}/data/index.json`, `${JSON.stringify({ sets: [] })}\n`);
  return [script, serviceWorker, style].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}
