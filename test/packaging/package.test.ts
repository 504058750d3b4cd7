import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { publint } from "publint";
import { describeInBrowser, ISOLATION, launch, Site } from "../browser/harness.js";
import { bin, expectedLosses, InstalledPackage, spawn } from "./installed.js";
import { visit as visitIn } from "./visit.js";

const installed = new InstalledPackage();
const { directory } = installed;
const run = installed.run.bind(installed);
let expected: number[] = [];

beforeAll(async () => {
  await installed.install();
  expected = await expectedLosses();
});
afterAll(() => {
  installed.remove();
});

describe("the packed package", () => {
  it.each([
    ["node-esm", "main.mjs"],
    ["node-commonjs", "main.cjs"],
  ])("trains in Node (%s)", async (fixture, program) => {
    expect(JSON.parse(await run(fixture, process.execPath, program))).toEqual(expected);
  });

  it("has types for Node's own resolution, and trains there", async () => {
    const fixture = "typescript-nodenext";
    await run(fixture, bin("tsc"), "-p", ".");
    expect(JSON.parse(await run(fixture, process.execPath, "main.mjs"))).toEqual(expected);
  });

  it("has its command", async () => {
    const printed = await run("node-esm", join(directory, "node_modules/.bin/digitrain"), "info", "--json");
    expect(JSON.parse(printed)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    });
  });

  it("is without fault to publint and to attw", async () => {
    // worker.js is a script, which nobody imports; publint takes what a library in it has in quotes for CommonJS.
    const bytes = Uint8Array.from(readFileSync(installed.tarball)).buffer;
    const { messages } = await publint({ pack: { tarball: bytes }, strict: true, level: "warning" });
    expect(messages.filter(({ path }) => !path.includes("./worker.js"))).toEqual([]);
    const flags = ["--profile", "esm-only", "--exclude-entrypoints", "worker.js"];
    await run("", bin("attw"), installed.tarball, ...flags);
  });

  it("holds no more than its users need", () => {
    const files = readdirSync(join(directory, "node_modules/digitrain"), { recursive: true }).map(String);
    expect(files.filter((file) => /\.(ts|rs|map)$/.test(file) && !file.endsWith(".d.ts"))).toEqual([]);
  });

  it("is at most 1.4 MB to download, with each variant in it twice: as a file, and for bundles", () => {
    expect(statSync(installed.tarball).size).toBeLessThan(1_400_000);
    const files = readdirSync(join(directory, "node_modules/digitrain"), { recursive: true }).map(String);
    for (const variant of ["simd", "relaxed", "simd-threads", "relaxed-threads"])
      expect(
        files
          .filter((file) => file.includes(`/${variant}.`) || file.includes(`/${variant}/digitrain_bg`))
          .sort(),
      ).toEqual([`dist/browser/wasm/${variant}.base64.js`, `dist/wasm/${variant}/digitrain_bg.wasm`]);
  });

  it("names its files for tools that don't read exports", () => {
    const own = join(directory, "node_modules/digitrain");
    const fields = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as Record<string, string>;
    for (const name of ["main", "module", "browser", "types", "jsdelivr", "unpkg"])
      expect(statSync(join(own, fields[name] ?? name)).isFile()).toBe(true);
  });

  it("brings one other package along, and the licences of those that are part of it", () => {
    const installed = readdirSync(join(directory, "node_modules"));
    const types = ["@types", "undici-types"];
    expect(installed.filter((name) => !name.startsWith(".") && !types.includes(name))).toEqual([
      "digitrain",
      "undici",
    ]);
    const licenses = readFileSync(join(directory, "node_modules/digitrain/dist/licenses.txt"), "utf8");
    for (const name of ["papaparse", "commander", "comlink", "fflate", "fast-png", "uplot"])
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, `, "m"));
  });

  it("makes a page load less than 150 kB to train on arrays or on published sets", () => {
    const browserDirectory = join(directory, "node_modules/digitrain/dist/browser");
    const loaded = new Set<string>(["index.js"]);
    for (const file of loaded) {
      const source = readFileSync(join(browserDirectory, file), "utf8");
      for (const [, imported = ""] of source.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) loaded.add(imported);
    }
    const files = [...loaded, "wasm/relaxed-threads.base64.js"].map((file) =>
      readFileSync(join(browserDirectory, file)),
    );
    const sizeWith = (compress: (bytes: Buffer) => Buffer) =>
      files.reduce((sum, file) => sum + compress(file).length, 0);
    expect(sizeWith(gzipSync)).toBeLessThan(150_000);
    expect(sizeWith(brotliCompressSync)).toBeLessThan(133_000);
  });
});

describeInBrowser("a page with the packed package", () => {
  let browser: Browser;
  const site = new Site(directory);

  beforeAll(async () => {
    await site.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    site.stop();
  });

  /** What a page's training gives, served with these headers. */
  function visit(url: string, headers: Record<string, string> = {}) {
    site.headers = headers;
    return visitIn(browser, url);
  }

  /** A page at `path` that loads a script. */
  function put(path: string, script: string): string {
    const html = `<!doctype html><title>digitrain</title><script type="module" src="${script}"></script>`;
    site.files.set(path, Buffer.from(html));
    return new URL(path, site.url).href;
  }

  it("trains without any bundler", async () => {
    const { losses, runtime } = await visit(`${site.url}script/index.html`);
    expect({ losses, threads: runtime.threads }).toEqual({ losses: expected, threads: 1 });
  });

  it("trains from jsDelivr's address of the package, which names no file", async () => {
    const own = join(directory, "node_modules/digitrain");
    const read = (path: string) => readFileSync(join(own, path));
    const { version, jsdelivr } = JSON.parse(read("package.json").toString()) as Record<string, string>;
    for (const file of readdirSync(join(own, "dist/browser"), { recursive: true }).map(String)) {
      const path = `dist/browser/${file}`;
      if (file.endsWith(".js")) site.files.set(`/npm/digitrain@${version}/${path}`, read(path));
    }
    site.files.set("/npm/digitrain.js", read(jsdelivr ?? ""));
    const main = readFileSync(join(directory, "page/main.js"), "utf8").replace(
      '"digitrain"',
      '"/npm/digitrain.js"',
    );
    site.files.set("/page/cdn.js", Buffer.from(main));
    expect((await visit(put("/page/cdn.html", "cdn.js"))).losses).toEqual(expected);
  });

  it("trains with TypeScript and esbuild, isolated or not", async () => {
    const fixture = "typescript-bundler";
    await run(fixture, bin("tsc"), "-p", ".", "--noEmit");
    await run(fixture, bin("esbuild"), "main.ts", "--bundle", "--format=esm", "--splitting", "--outdir=out");
    const url = put(`/${fixture}/index.html`, "out/main.js");
    expect((await visit(url)).losses).toEqual(expected);
    expect((await visit(url, ISOLATION)).losses).toEqual(expected);
  });

  it.each([
    ["Vite", "vite", ["build", "--base", "./", "--outDir", "vite"], "vite/index.html"],
    ["webpack 5", "webpack", ["--config", "webpack.config.cjs"], "webpack/main.js"],
    [
      "Rollup",
      "rollup",
      ["main.js", "--dir", "rollup", "--format", "es", "--plugin", "@rollup/plugin-node-resolve"],
      "rollup/main.js",
    ],
  ])("trains with %s", async (_, command, parameters, built) => {
    await run("page", bin(command), ...parameters);
    const url = built.endsWith(".html") ? `${site.url}page/${built}` : put(`/page/${command}.html`, built);
    expect((await visit(url)).losses).toEqual(expected);
  });

  it("trains with Vite's development server", async () => {
    const parameters = ["--port", "0", "--host", "127.0.0.1", "--strictPort", "--clearScreen", "false"];
    const options = {
      cwd: join(directory, "page"),
      env: { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" },
    };
    const server = spawn(bin("vite"), parameters, options);
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let printed = "";
        server.stdout.on("data", (chunk: Buffer) => {
          printed += chunk.toString();
          const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed);
          if (found) resolve(found[0]);
        });
        server.on("exit", () => {
          reject(new Error(`vite ended: ${printed}`));
        });
      });
      expect((await visit(url)).losses).toEqual(expected);
    } finally {
      server.kill();
    }
  });
});
