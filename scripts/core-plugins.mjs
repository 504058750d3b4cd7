// esbuild plugins for the parts of a bundle that are special to the core.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * The glue of a variant with threads serves all: without threads a core asks for no memory, and so none is made. But each
 * keeps a core of its own. In a bundle that text becomes a function, called for each of them, without the ways to load a
 * core that aren't used: they name a file, which bundlers would look for.
 */
export const glue = {
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
        .replace(/^ *memory: (memory \|\| .*),$/m, "get memory() { return $1; },")
        .replace(/^export (?=class|function)/gm, "");
      return { contents: `export function make() {\n${body}\nreturn { ${exported(text)}, initSync };\n}` };
    });
    onLoad({ filter: /[\\/]wasm[\\/][a-z-]+[\\/]digitrain\.js$/ }, ({ path }) => {
      const names = exported(readFileSync(path, "utf8"));
      // Slashes, as a backslash in the import below would be an escape.
      const shared = path.replaceAll("\\", "/").replace(/(?<=\/wasm\/)[a-z-]+/, "simd-threads");
      return {
        contents: `import { make } from "glue:${shared}";\nexport const { ${names}, initSync } = make();`,
        resolveDir: dirname(path),
      };
    });
  },
};

/**
 * The core's bytes are in modules of the package's files for browsers.
 * @param browser where these are, from the bundle's file
 */
export const embedded = (browser) => ({
  name: "embedded",
  setup({ onResolve }) {
    onResolve({ filter: /\.base64\.js$/ }, ({ path }) => ({
      path: `${browser}/${path.replace(/^\.\//, "")}`,
      external: true,
    }));
  },
});
