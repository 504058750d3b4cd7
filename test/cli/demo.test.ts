import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { itWithSignals } from "../systems.js";
import { ended, run, start, temporaryDirectory, writeTinyData } from "./command.js";

const cache = temporaryDirectory();
const own = join(temporaryDirectory(), "letters");
let server: ChildProcess;
let url: string;

/** The URL that a server prints. */
async function urlOf(program: ChildProcess): Promise<string> {
  const [line] = (await once(program.stdout ?? program, "data")) as [Buffer];
  return line.toString().trim();
}

/** Asks for a path as it is: fetch would tidy it up. */
function ask(
  path: string,
  method = "GET",
  headers = {},
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => {
        resolve({ status: response.statusCode, text });
      });
    })
      .on("error", reject)
      .end();
  });
}

beforeAll(async () => {
  mkdirSync(own);
  writeTinyData(own);
  if (process.platform !== "win32") {
    // A link is served as what it points to.
    const [labels, moved] = [join(own, "t10k-labels-idx1-ubyte"), `${own}-labels`];
    renameSync(labels, moved);
    symlinkSync(moved, labels);
    // One that leads back leads nowhere new.
    symlinkSync(own, join(own, "again"));
    symlinkSync(own, join(own, "once-more"));
  }
  writeFileSync(join(own, ".secret"), "hidden");
  for (const name of ["mnist", "kmnist"]) mkdirSync(join(cache, name));
  for (const name of ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"])
    writeFileSync(join(cache, "mnist", `${name}-ubyte.gz`), name);
  cpSync(join(cache, "mnist/t10k-labels-idx1-ubyte.gz"), join(cache, "kmnist/t10k-labels-idx1-ubyte.gz"));
  server = start(["demo", "--data", own], { DIGITRAIN_CACHE: cache });
  url = await urlOf(server);
});
afterAll(() => {
  server.kill("SIGKILL");
});

describe("digitrain demo", () => {
  it("serves the page on this machine alone, isolated and with a strict policy", async () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("watch it learn");
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "x-content-type-options": "nosniff",
    });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|blob:|http/);
  });

  it.each([
    ["main.js", "text/javascript; charset=utf-8"],
    ["main.css", "text/css; charset=utf-8"],
    ["icon.svg", "image/svg+xml"],
    ["browser/wasm/simd.base64.js", "text/javascript; charset=utf-8"],
    ["browser/worker.js", "text/javascript; charset=utf-8"],
    ["data/mnist/train-images-idx3-ubyte.gz", "application/gzip"],
  ])("serves %s as %s", async (path, type) => {
    const answer = await fetch(url + path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(type);
    expect(answer.headers.get("content-encoding")).toBeNull();
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
  });

  it("names the cached sets that are whole, and your own data", async () => {
    const index = (await (await fetch(`${url}data/index.json`)).json()) as {
      sets: string[];
      own: { files: string[] };
    };
    expect(index).toEqual({
      sets: ["mnist"],
      own: {
        name: "letters",
        files: [
          "own/letters/t10k-images-idx3-ubyte",
          "own/letters/t10k-labels-idx1-ubyte",
          "own/letters/train-images-idx3-ubyte",
          "own/letters/train-labels-idx1-ubyte",
        ],
      },
    });
    for (const file of index.own.files) expect((await ask(`/data/${file}`)).status).toBe(200);
  });

  it.each([
    "/../package.json",
    "/..%2fcli/main.js",
    "/%2e%2e/cli/main.js",
    "/data/../../cli/main.js",
    "/data/own/letters/.secret",
    "/data/kmnist/t10k-labels-idx1-ubyte.gz",
    "//etc/passwd",
    "/%",
    "/browser/",
  ])("has nothing at %s", async (path) => {
    expect(await ask(path)).toEqual({ status: 404, text: "There is no such file.\n" });
  });

  it("takes GET and HEAD only", async () => {
    expect(await ask("/", "HEAD")).toEqual({ status: 200, text: "" });
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      expect(await ask("/", method)).toEqual({ status: 405, text: "" });
  });

  it("answers to its own name alone: a foreign one may have been made to stand for this machine", async () => {
    const { port } = new URL(url);
    const refused = { status: 403, text: "This server answers at 127.0.0.1 only.\n" };
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1"])
      expect(await ask("/data/index.json", "GET", { host })).toEqual(refused);
    expect(await ask("/data/index.json", "GET", { host: `localhost:${port}` })).toMatchObject({
      status: 200,
    });
  });

  itWithSignals("stops on Ctrl-C at once, with exit status 130", async () => {
    const program = start(["demo"], { DIGITRAIN_CACHE: cache });
    const end = ended(program);
    await fetch(await urlOf(program));
    program.kill("SIGINT");
    expect(await end).toMatchObject({ status: 130, signal: null });
  });

  it("says that a port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const { status, stderr } = await run(["demo", "--port", String(port)]);
    taken.close();
    expect(stderr).toBe(`digitrain: --port takes a free port, and ${port} is taken\n`);
    expect(status).toBe(2);
  });

  it.each([
    [["--port", "0"], "--port takes a whole number from 1 to 65,535, got 0"],
    [["--port", "70000"], "--port takes a whole number from 1 to 65,535, got 70000"],
    [["--port", "http"], '--port takes a whole number, got "http"'],
    [
      ["--data", "nowhere"],
      "--data takes a directory or a file, and nowhere can't be read: no such file or directory",
    ],
  ])("refuses %j", async (args, message) => {
    const { status, stderr } = await run(["demo", ...args]);
    expect(stderr).toBe(`digitrain: ${message}\n`);
    expect(status).toBe(2);
  });

  it("--help has examples", async () => {
    const { stdout } = await run(["demo", "--help"]);
    expect(stdout).toContain("digitrain demo --open");
  });
});
