// What Node gets: the package and the command, a file each. A program that starts reads two files instead of two hundred,
// and whoever installs the package gets none of the libraries in them a second time.
import { build } from "esbuild";
import { embedded, glue } from "./core-plugins.mjs";

/** The command uses the package as any program would: as a file beside it. What it does before that is a file, too. */
const beside = {
  name: "beside",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: "../node/index.js", external: true }));
    onResolve({ filter: /^\.\/relaxed-simd\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** The command's libraries are CommonJS and ask for Node's modules so, which an ES module can't by itself. */
const REQUIRE = `import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(import.meta.url);`;

/**
 * @param directory where to put node/ and cli/
 * @returns the files that are in them
 */
export async function bundleForNode(directory) {
  const common = {
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
    // Names stay as they are, for stack traces; and Node shows the line of an error that nobody caught.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 120,
    keepNames: true,
    legalComments: "none",
    metafile: true,
    // Loaded where there is a proxy, and nowhere else.
    external: ["undici"],
  };
  const node = await build({
    ...common,
    entryPoints: ["ts/index.ts"],
    outdir: `${directory}/node`,
    plugins: [glue, embedded("../browser")],
  });
  const command = await build({
    ...common,
    entryPoints: ["ts/cli/main.ts", "ts/cli/relaxed-simd.ts"],
    outdir: `${directory}/cli`,
    plugins: [beside],
    banner: { js: REQUIRE },
  });
  return [node, command].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}
