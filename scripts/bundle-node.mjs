// What Node gets: the package and the command, a file each. A program that starts reads two files instead of two hundred,
// and whoever installs the package gets none of the libraries in them a second time.
import { build } from "esbuild";

/** The command uses the package as any program would: as a file beside it. */
const thePackage = {
  name: "package",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: "../node/index.js", external: true }));
  },
};

/** Libraries that are CommonJS ask for Node's modules so, which an ES module can't by itself. */
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
    // Names stay as they are, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    metafile: true,
    banner: { js: REQUIRE },
    // Loaded where there is a proxy, and nowhere else.
    external: ["undici"],
  };
  const node = await build({ ...common, entryPoints: ["ts/index.ts"], outdir: `${directory}/node` });
  const command = await build({
    ...common,
    entryPoints: ["ts/cli/main.ts", "ts/cli/relaxed-simd.ts"],
    outdir: `${directory}/cli`,
    plugins: [thePackage],
  });
  return [node, command].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}
