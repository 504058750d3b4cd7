// The page of `digitrain demo`: a directory that any static host can serve, at any path.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/** The page uses the package as any page would: as files beside it. */
const thePackage = {
  name: "package",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: "./package/index.js", external: true }));
  },
};

/**
 * @param browserPackage where the package's files for browsers are
 * @param directory where to put the page
 * @returns the files that are in the page's own
 */
export async function buildDemo(browserPackage, directory) {
  const script = await build({
    entryPoints: { main: "ts/demo/main.ts" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    outdir: directory,
    logLevel: "warning",
    legalComments: "none",
    metafile: true,
    plugins: [thePackage],
  });
  const style = await build({
    entryPoints: { main: "ts/demo/style.css" },
    bundle: true,
    minify: true,
    outdir: directory,
    logLevel: "warning",
    metafile: true,
  });
  for (const name of ["index.html", "icon.svg"]) cpSync(`ts/demo/${name}`, `${directory}/${name}`);
  cpSync(browserPackage, `${directory}/package`, { recursive: true });
  // Which data is beside the page: none, unless whoever serves it puts some there.
  mkdirSync(`${directory}/data`, { recursive: true });
  writeFileSync(`${directory}/data/index.json`, `${JSON.stringify({ sets: [] })}\n`);
  return [script, style].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}
