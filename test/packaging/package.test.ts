import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { publint } from "publint";
import { syntheticDigits, train } from "../../ts/index.js";
import { describeInBrowser, ISOLATION, launch, Site } from "../browser/harness.js";

const root = join(import.meta.dirname, "../..");
const bin = (name: string) => join(root, "node_modules/.bin", name);
/** Where the packed package is installed, with the fixtures beside it and nothing of the checkout. */
const directory = mkdtempSync(join(tmpdir(), "digitrain-package-"));
let tarball = "";
let expected: number[] = [];

/** Runs a program in a fixture's directory; what it printed. */
async function run(fixture: string, command: string, ...parameters: string[]): Promise<string> {
  const options = { cwd: join(directory, fixture), env: { ...process.env, NODE_OPTIONS: "" } };
  const { stdout } = await promisify(execFile)(command, parameters, options).catch((error: unknown) => {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${parameters.join(" ")}: ${stdout}${stderr}`);
  });
  return stdout;
}

beforeAll(async () => {
  const packed = await run("", "npm", "pack", root, "--silent", "--pack-destination", directory);
  tarball = join(directory, packed.trim().split("\n").at(-1) ?? "");
  cpSync(join(import.meta.dirname, "fixtures"), directory, { recursive: true });
  const types = readFileSync(join(root, "node_modules/@types/node/package.json"), "utf8");
  const { version } = JSON.parse(types) as { version: string };
  await run(
    "",
    "npm",
    "install",
    "--silent",
    "--prefer-offline",
    "--no-audit",
    tarball,
    `@types/node@${version}`,
  );
  const data = await syntheticDigits({ train: 600, test: 100 });
  const { history } = await train({ data, epochs: 2, deterministic: true });
  expected = [...history.losses];
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
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
    const bytes = Uint8Array.from(readFileSync(tarball)).buffer;
    const { messages } = await publint({ pack: { tarball: bytes }, strict: true });
    expect(messages.filter(({ path }) => !path.includes("./worker.js"))).toEqual([]);
    await run("", bin("attw"), tarball, "--profile", "esm-only", "--exclude-entrypoints", "worker.js");
  });

  it("holds no more than its users need", () => {
    const files = readdirSync(join(directory, "node_modules/digitrain"), { recursive: true }).map(String);
    expect(files.filter((file) => /\.(ts|rs|map)$/.test(file) && !file.endsWith(".d.ts"))).toEqual([]);
  });

  it("brings one other package along, and the licences of those that are part of it", () => {
    const installed = readdirSync(join(directory, "node_modules"));
    const types = ["@types", "undici-types"];
    expect(installed.filter((name) => !name.startsWith(".") && !types.includes(name))).toEqual([
      "digitrain",
      "undici",
    ]);
    const licenses = readFileSync(join(directory, "node_modules/digitrain/dist/licenses.txt"), "utf8");
    for (const name of ["@bufbuild/protobuf", "commander", "comlink", "fflate", "jpeg-js", "uplot"])
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, `, "m"));
  });

  it("makes a page load less than 150 kB to train", () => {
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
    expect(sizeWith(brotliCompressSync)).toBeLessThan(136_000);
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

  /** What a page's training gives. */
  async function visit(url: string, headers: Record<string, string> = {}) {
    site.headers = headers;
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(url);
    await page
      .waitForFunction(() => "result" in window)
      .catch((error: unknown) => {
        throw new Error(`${String(error)}; the page says: ${errors.join("; ")}`);
      });
    const result = await page.evaluate(() => (window as unknown as { result: unknown }).result);
    await page.close();
    return result as { losses: number[]; runtime: { threads: number } };
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
