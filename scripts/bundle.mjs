// What a browser gets: one file for any bundler or none, the worker's, and each variant of the core in a module.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";

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

/**
 * The glue of relaxed and simd is the same text, but each keeps a core of its own. In a bundle that text becomes a
 * function, called for each of them, without the ways to load a core that aren't used.
 */
const glue = {
  name: "glue",
  setup({ onLoad, onResolve }) {
    const exported = (text) =>
      [...text.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
    onResolve({ filter: /^glue:/ }, ({ path }) => ({ path, namespace: "glue" }));
    onLoad({ filter: /^glue:/, namespace: "glue" }, ({ path }) => {
      const text = readFileSync(path.slice("glue:".length), "utf8");
      const body = text
        .replace(/^async function __wbg_load[^]*?(?=^function initSync)/m, "")
        .replace(/^let __wbg_init_promise[^]*/m, "")
        .replace(/^export (?=class|function)/gm, "");
      return { contents: `export function make() {\n${body}\nreturn { ${exported(text)}, initSync };\n}` };
    });
    onLoad({ filter: /\/wasm\/[a-z-]+\/digitrain\.js$/ }, ({ path }) => {
      const names = exported(readFileSync(path, "utf8"));
      const shared = path.replace("/wasm/relaxed", "/wasm/simd");
      return {
        contents: `import { make } from "glue:${shared}";\nexport const { ${names}, initSync } = make();`,
        resolveDir: dirname(path),
      };
    });
  },
};

/** What the worker leaves to the page: writing ONNX files, and the library that this takes. */
const withoutOnnx = {
  name: "without-onnx",
  setup({ onLoad }) {
    onLoad({ filter: /\/model\/onnx\.ts$/ }, () => ({ contents: "export const writeOnnx = undefined;" }));
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
  const page = await bundle(
    { entryPoints: ["ts/page/index.ts"], format: "esm", splitting: true, outdir: directory },
    text,
  );
  for (const variant of ["simd", "relaxed", "simd-threads", "relaxed-threads"]) {
    // Deflated first: base64 of a deflated file is as small under a server's compression as the file itself.
    const deflated = deflateRawSync(readFileSync(`ts/wasm/${variant}/digitrain_bg.wasm`), { level: 9 });
    write(`wasm/${variant}.base64.js`, `export default "${deflated.toString("base64")}";\n`);
  }
  return [worker, page].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}
