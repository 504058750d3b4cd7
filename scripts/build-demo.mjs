// The page of `digitrain demo`: a directory that any static host can serve, at any path. The worker and the core in it are
// those of the package's files for browsers, and so the package itself leaves out these copies.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { build } from "esbuild";
import { bundleToTheEnd, bundleTrainer, minified, withoutOnnx } from "./bundle.mjs";
import { embedded } from "./core-plugins.mjs";

/** Who publishes the page and its source: GitHub's actions say it; elsewhere it is a placeholder. */
const PLACEHOLDER = "OWNER";
const OWNER = process.env.GITHUB_REPOSITORY_OWNER ?? PLACEHOLDER;
const ADDRESS = `https://${OWNER}.github.io/digitrain/`;
const SOURCE = `https://github.com/${OWNER}/digitrain`;

/**
 * The page has the package in its own bundle, with what it uses of it. It imports that from the modules that export it: by
 * way of the index it would load whatever they share with what is loaded later.
 */
const thePackage = {
  name: "package",
  setup({ onLoad }) {
    const exporters = exportersOf("ts/page/index.ts");
    onLoad({ filter: /\/ts\/demo\/.*\.tsx?$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8").replace(
        // The page's own words have an index, too, in their own directory.
        /import \{([^}]*)\} from "(?:\.\.\/)+index\.js";/g,
        (_, names) =>
          names
            .split(",")
            .map((name) => name.trim())
            .filter((name) => name !== "" && !name.startsWith("type "))
            .map((name) => `import { ${name} } from ${JSON.stringify(exporters.get(name))};`)
            .join(" "),
      );
      return { contents, loader: path.endsWith("x") ? "tsx" : "ts" };
    });
  },
};

/** Which module each export of an index is from. */
function exportersOf(index) {
  const exporters = new Map();
  const statements = readFileSync(index, "utf8").matchAll(/^export (?:\*|\{([^}]*)\}) from "([^"]+)";/gm);
  for (const [, names, from] of statements) {
    const path = resolve(dirname(index), from.replace(/\.js$/, ".ts"));
    if (names === undefined) for (const [name, exporter] of exportersOf(path)) exporters.set(name, exporter);
    else for (const name of names.split(",")) exporters.set(name.trim(), path);
  }
  return exporters;
}

/** The workers' programs are files beside the page, whose rules allow no blobs. A reader that is there is the trainer, too. */
const programs = {
  name: "programs",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]page[\\/]program\.ts$/ }, () => ({
      contents: `let reader;
        export async function urlOf(program) {
          if (program === "trainer") return reader ?? "trainer.js";
          return (reader = "browser/worker.js");
        }`,
    }));
  },
};

/** The page without what it fetches on its own when it is asked for. */
const onnxApart = {
  name: "onnx-apart",
  setup({ onResolve }) {
    onResolve({ filter: /\/onnx-file\.js$/ }, () => ({ path: "./onnx-file.js", external: true }));
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
    plugins: [thePackage, embedded("./browser")],
    define: {
      // A link that leads nowhere is worse than none.
      LINKS: JSON.stringify(
        OWNER === PLACEHOLDER ? null : { documentation: `${ADDRESS}docs/`, source: SOURCE },
      ),
    },
  };
  const script = await bundleToTheEnd(
    { ...options, plugins: [...options.plugins, programs, onnxApart, withoutOnnx] },
    "",
  );
  const onnx = await bundleToTheEnd({ ...options, entryPoints: { "onnx-file": "ts/demo/onnx-file.ts" } }, "");
  const style = await build({
    entryPoints: ["main", "below", "chart", "lesson"].map((name) => `ts/demo/style/${name}.css`),
    bundle: true,
    minify: true,
    outdir: directory,
    logLevel: "warning",
    metafile: true,
  });
  cpSync("ts/demo/icon.svg", `${directory}/icon.svg`);
  cpSync("docs/preview.png", `${directory}/preview.png`);
  // The script's own parts are asked for with it, not after it.
  const main = Object.values(script.metafile.outputs).find(
    ({ entryPoint }) => entryPoint === "ts/demo/main.tsx",
  );
  const parts = main.imports
    .filter(({ kind }) => kind === "import-statement")
    .map(({ path }) => basename(path));
  const preloads = parts.map((part) => `<link rel="modulepreload" href="${part}" />`).join("\n    ");
  const html = readFileSync("ts/demo/index.html", "utf8");
  writeFileSync(
    `${directory}/index.html`,
    html.replaceAll("%ADDRESS%", ADDRESS).replace("<!-- preloads -->", preloads),
  );
  const trainer = await bundleTrainer();
  writeFileSync(`${directory}/trainer.js`, await minified(trainer.text, { module: false }));
  for (const name of ["worker.js", "wasm"])
    cpSync(`${browser}/${name}`, `${directory}/browser/${name}`, { recursive: true });
  // Which data is beside the page: none, unless whoever serves it puts some there.
  mkdirSync(`${directory}/data`, { recursive: true });
  writeFileSync(`${directory}/data/index.json`, `${JSON.stringify({ sets: [] })}\n`);
  const serviceWorker = await buildServiceWorker(directory);
  return [script, onnx, serviceWorker, style].flatMap(({ metafile }) => Object.keys(metafile.inputs));
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
