// What a browser gets: one file for any bundler or none, the worker's, and each variant of the core in a module.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import zopfli from "@gfx/zopfli";
import { build } from "esbuild";
import { minify } from "terser";
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

/** Leaves what a module's functions do out of a bundle that has no use for it, with all that it takes. */
function without(module, ...names) {
  return {
    name: `without ${module}`,
    setup({ onLoad }) {
      const contents = names.map((name) => `export const ${name} = () => undefined;`).join("\n");
      const filter = new RegExp(`[\\\\/]${module.replace("/", "[\\\\/]")}$`);
      onLoad({ filter }, () => ({ contents }));
    },
  };
}

/** Models as ONNX files, and the library that this takes. */
export const withoutOnnx = without("model/onnx.ts", "isOnnx", "readOnnx", "writeOnnx");
/** What workers leave to the page: a model's file in other forms than its own, its use, and what may be wrong with one. */
const leftToThePage = [
  withoutOnnx,
  without("model/activations.ts", "activationsOf"),
  without("model/reading.ts", "judged"),
  without("model/check.ts", "checkWeights"),
  without("model/pytorch.ts", "isPyTorch", "fromPyTorch", "toPyTorch"),
  without("model/refusals.ts", "refuseModel"),
];
/** What the trainer leaves to the reader. */
const withoutFiles = without("data/path.ts", "loadPath", "loadFiles");

/** The text of a worker's program, and the files that are in it. */
async function bundleWorker(...plugins) {
  const { outputFiles, metafile } = await bundle({
    entryPoints: ["ts/page/worker.ts"],
    format: "iife",
    write: false,
    plugins,
  });
  return { text: outputFiles[0].text, metafile };
}

/** A program that esbuild has minified, to a twentieth less under a server's compression. */
export async function minified(program, { module }) {
  const { code } = await minify(program, { module, ecma: 2022, compress: { passes: 2 } });
  return code;
}

/** As {@link bundle}; for programs that no bundler takes further, whose hints are lost here. */
export async function bundleToTheEnd(options, workerSource) {
  const { outputFiles, metafile } = await bundle({ ...options, write: false }, workerSource);
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await minified(text, { module: true }));
  }
  return { metafile };
}

/** The program of workers that train, and read no files. */
export function bundleTrainer() {
  return bundleWorker(...leftToThePage, withoutFiles);
}

/** Bundles a program for browsers; `workerSource` is the text that its workers run. */
export function bundle({ plugins = [], define = {}, ...options }, workerSource) {
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
    define: {
      WORKER_SOURCE: workerSource === undefined ? "undefined" : JSON.stringify(workerSource),
      ...define,
    },
    ...options,
  });
}

/** Deflates bytes by Zopfli, to a sixteenth less than zlib does: that takes seconds, and so what it made is kept. */
async function deflate(bytes) {
  const kept = `target/deflated/${createHash("sha256").update(bytes).digest("hex")}`;
  if (existsSync(kept)) return readFileSync(kept);
  const deflated = Buffer.from(await zopfli.deflateAsync(bytes, {}));
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, deflated);
  return deflated;
}

/**
 * @param directory where to put it
 * @returns the files that are in it
 */
export async function bundleForBrowsers(directory) {
  const reader = await bundleWorker(...leftToThePage);
  const readerText = await minified(reader.text, { module: false });
  // As esbuild made it: Brotli finds in it what the page's bundle has, too.
  const trainer = await bundleTrainer();
  const write = (name, contents) => {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), contents);
  };
  write("worker.js", readerText);
  // A script that nobody imports, but for its address.
  write("worker.d.ts", "export {};\n");
  const page = await bundle(
    { entryPoints: ["ts/page/index.ts"], format: "esm", splitting: true, outdir: directory },
    trainer.text,
  );
  // Deflated first: base64 of a deflated file is as small under a server's compression as the file itself.
  const writeEmbedded = async (name, bytes) => {
    const deflated = await deflate(bytes);
    write(`${name}.base64.js`, `export default "${deflated.toString("base64")}";\n`);
  };
  await writeEmbedded("worker", Buffer.from(readerText));
  for (const variant of ["simd", "relaxed", "simd-threads", "relaxed-threads"])
    await writeEmbedded(`wasm/${variant}`, readFileSync(`ts/wasm/${variant}/digitrain_bg.wasm`));
  // jsDelivr serves this at the package's bare address, which says nothing of the directory that the files are in.
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  write("jsdelivr.js", `export * from "/npm/digitrain@${version}/dist/browser/index.js";\n`);
  return [reader, page].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}
