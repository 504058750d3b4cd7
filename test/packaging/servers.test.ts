// Programs for servers that have the package bundled into them: its files aren't beside them.
import { renameSync } from "node:fs";
import { join } from "node:path";
import { bin, describeWithRuntimes, expectedLosses, InstalledPackage, runtime } from "./installed.js";

const installed = new InstalledPackage();
const elsewhere = join(installed.directory, "elsewhere");
let expected: number[] = [];

beforeAll(async () => {
  await installed.install();
  expected = await expectedLosses();
});
afterAll(() => {
  installed.remove();
});

/** What a program gives once the package is gone that it was bundled from. */
async function runAlone(program: string): Promise<unknown> {
  const modules = join(installed.directory, "node_modules");
  renameSync(modules, elsewhere);
  try {
    return JSON.parse(await installed.run("server", process.execPath, program));
  } finally {
    renameSync(elsewhere, modules);
  }
}

const esbuild = ["main.mjs", "--bundle", "--platform=node", "--log-level=error"];

describe("a server's program", () => {
  it.each([
    ["esbuild", "esbuild", [...esbuild, "--format=esm", "--outfile=esbuild.mjs"], "esbuild.mjs"],
    ["esbuild as CommonJS", "esbuild", [...esbuild, "--format=cjs", "--outfile=esbuild.cjs"], "esbuild.cjs"],
    [
      "esbuild, minified, names kept",
      "esbuild",
      [...esbuild, "--format=esm", "--minify", "--keep-names", "--outfile=small.mjs"],
      "small.mjs",
    ],
    ["Rolldown", "rolldown", ["main.mjs", "--platform", "node", "-d", "rolldown"], "rolldown/main.js"],
    ["Vite", "vite", ["build"], "vite/main.mjs"],
    ["webpack 5", "webpack", [], "webpack/main.cjs"],
    [
      "Rollup",
      "rollup",
      [
        "main.mjs",
        "--dir",
        "rollup",
        "--format",
        "es",
        "--plugin",
        "node-resolve={exportConditions:['node']}",
      ],
      "rollup/main.js",
    ],
  ])("bundled by %s trains on two threads", async (_, command, parameters, built) => {
    await installed.run("server", bin(command), ...parameters);
    expect(await runAlone(built)).toEqual(expected);
  });
});

describeWithRuntimes("a server's program, by what few have", () => {
  it.each([
    ["ncc", "ncc", ["build", "main.mjs", "-o", "ncc"], "ncc/index.mjs"],
    ["Bun", "bun", ["build", "main.mjs", "--target=node", "--outfile=bun.mjs"], "bun.mjs"],
  ])("bundled by %s trains on two threads", async (_, command, parameters, built) => {
    await installed.run("server", runtime(command), ...parameters);
    expect(await runAlone(built)).toEqual(expected);
  });
});
