// The page of `digitrain demo`: a directory that any static host can serve, at any path. The worker and the core in it are
// those of the package's files for browsers, and so the package itself leaves out these copies.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";
import { bundle } from "./bundle.mjs";
import { embedded } from "./core-plugins.mjs";

/** Where the page is published; a placeholder until it is. */
const ADDRESS = "https://OWNER.github.io/digitrain/";

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
 * @param browser where the package's files for browsers are
 * @returns the files that are in the page's own
 */
export async function buildDemo(directory, browser) {
  const options = {
    entryPoints: { main: "ts/demo/main.tsx" },
    format: "esm",
    splitting: true,
    outdir: directory,
    plugins: [thePackage, embedded],
  };
  // The worker's program is a file beside the page, and so not in it.
  const script = await bundle(options, "");
  const style = await build({
    entryPoints: { main: "ts/demo/style/main.css" },
    bundle: true,
    minify: true,
    outdir: directory,
    logLevel: "warning",
    metafile: true,
  });
  cpSync("ts/demo/icon.svg", `${directory}/icon.svg`);
  const html = readFileSync("ts/demo/index.html", "utf8").replaceAll("%ADDRESS%", ADDRESS);
  writeFileSync(`${directory}/index.html`, html);
  for (const name of ["worker.js", "wasm"])
    cpSync(`${browser}/${name}`, `${directory}/browser/${name}`, { recursive: true });
  // Which data is beside the page: none, unless whoever serves it puts some there.
  mkdirSync(`${directory}/data`, { recursive: true });
  writeFileSync(`${directory}/data/index.json`, `${JSON.stringify({ sets: [] })}\n`);
  const serviceWorker = await buildServiceWorker(directory);
  return [script, serviceWorker, style].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

/** The service worker knows the page's files, but for the core's variants, of which a browser needs one or two. */
function buildServiceWorker(directory) {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("wasm"))
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  const paths = files.map((file) => file.slice(directory.length + 1)).filter((path) => path !== "index.html");
  return build({
    entryPoints: { "service-worker": "ts/demo/service-worker.ts" },
    bundle: true,
    minify: true,
    outdir: directory,
    logLevel: "warning",
    metafile: true,
    define: {
      PAGE_FILES: JSON.stringify(["./", ...paths]),
      PAGE_VERSION: JSON.stringify(hash.digest("hex").slice(0, 12)),
    },
  });
}
