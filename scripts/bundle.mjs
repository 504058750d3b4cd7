// What a browser gets: one file for any bundler or none, the worker's, and each variant of the core in a module.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { glue } from "./core-plugins.mjs";

/** A module may have a twin for browsers beside it: of files.ts that is files.browser.ts. */
const twins = {
  name: "twins",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, resolveDir }) => {
      const twin = join(resolveDir, path.replace(/(\.browser)?\.js$/, ".browser.ts"));
      return existsSync(twin) ? { path: twin } : undefined;
    });
  },
};

/** What the worker leaves to the page: writing ONNX files, and the library that this takes. */
const withoutOnnx = {
  name: "without-onnx",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]model[\\/]onnx\.ts$/ }, () => ({
      contents: "export const writeOnnx = undefined;",
    }));
  },
};

/** Bundles a program for browsers; `workerSource` is the text that its workers run. */
export function bundle({ plugins = [], ...options }, workerSource) {
  return build({
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    logLevel: "warning",
    legalComments: "none",
    metafile: true,
    plugins: [...plugins, twins, glue],
    external: ["*.base64.js"],
    define: { WORKER_SOURCE: workerSource === undefined ? "undefined" : JSON.stringify(workerSource) },
    ...options,
  });
}

/**
 * @param directory where to put it
 * @returns the files that are in it
 */
export async function bundleForBrowsers(directory) {
  const worker = await bundle({
    entryPoints: ["ts/page/worker.ts"],
    format: "iife",
    write: false,
    plugins: [withoutOnnx],
  });
  const [{ text }] = worker.outputFiles;
  const write = (name, contents) => {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), contents);
  };
  write("worker.js", text);
  // A script that nobody imports, but for its address.
  write("worker.d.ts", "export {};\n");
  const page = await bundle(
    { entryPoints: ["ts/page/index.ts"], format: "esm", splitting: true, outdir: directory },
    text,
  );
  for (const variant of ["simd", "relaxed", "simd-threads", "relaxed-threads"]) {
    // Deflated first: base64 of a deflated file is as small under a server's compression as the file itself.
    const deflated = deflateRawSync(readFileSync(`ts/wasm/${variant}/digitrain_bg.wasm`), { level: 9 });
    write(`wasm/${variant}.base64.js`, `export default "${deflated.toString("base64")}";\n`);
  }
  // jsDelivr serves this at the package's bare address, which says nothing of the directory that the files are in.
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  write("jsdelivr.js", `export * from "/npm/digitrain@${version}/dist/browser/index.js";\n`);
  return [worker, page].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}
