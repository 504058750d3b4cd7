import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join, relative, resolve, sep } from "node:path";
import { pipeline } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { DigitrainError, listCache, OptionError } from "../index.js";
import { systemReason } from "../base/errors.js";
import { cacheOption, wholeNumber } from "./flags.js";
import { version } from "./info.js";
import { Screen } from "./screen.js";
import { typed } from "./typed.js";

interface DemoFlags {
  port?: number;
  open?: boolean;
  data?: string;
  cache?: string;
}

/** What the server answers with, by path: a file or a text. Nothing else can be asked for. */
type Contents = Map<string, { file: string } | { text: string }>;

const PAGE = fileURLToPath(new URL("../demo", import.meta.url));
/** The package, as the page loads it. */
const BROWSER = fileURLToPath(new URL("../browser", import.meta.url));
/** Tried first, as what the page remembers belongs to its address. */
const USUAL_PORT = 7840;
const FILES_OF_A_SET = 4;

const TEXT = "text/plain; charset=utf-8";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".csv": "text/csv",
  // Not Content-Encoding: the page unpacks it itself.
  ".gz": "application/gzip",
};

/** The first two let the page share memory with its workers; the others keep it to itself. */
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-cache",
};

/** Adds `digitrain demo`. */
export function addDemo(program: Command, signal: AbortSignal): void {
  program
    .command("demo")
    .description("serve a page, on this machine alone, that trains in the browser and reads what one draws")
    .addOption(wholeNumber("--port <number>", `to serve at (default: ${USUAL_PORT}, or another free one)`))
    .option("--open", "open the page in the browser")
    .option(
      "--data <path>",
      "data for the page besides the cached sets: a directory or file as train --data takes it",
    )
    .addOption(cacheOption())
    .addHelpText(
      "after",
      `
The page is in ${PAGE}: any static host can serve it, at any path, with
a copy of ${BROWSER} in it.

Examples:
  digitrain demo --open
  digitrain demo --port 8080
  digitrain demo --data letters/`,
    )
    .action((flags: DemoFlags) => serve(flags, signal));
}

async function serve({ port, open = false, data, cache }: DemoFlags, signal: AbortSignal): Promise<void> {
  if (port !== undefined && (port < 1 || port > 65_535))
    throw new OptionError(`--port takes a whole number from 1 to 65,535, got ${port}`);
  const { contents, names } = await gather(data, cache);
  // Node loads all of its HTTP clients with it, which takes the other commands 30 ms.
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    answer(contents, request, response);
  });
  await (port === undefined ? listenSomewhere(server) : listen(server, port));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const screen = new Screen({ quiet: false });
  screen.success(`digitrain ${version}, serving this machine alone`);
  screen.print(url);
  const none = `none yet; ${typed("train")} downloads MNIST; then start this server again`;
  const found = names.length === 0 ? none : names.join(", ");
  screen.note(`data: ${found}\nCtrl-C stops the server.`);
  if (open) openBrowser(url);
  await new Promise<never>((_, reject) => {
    const stop = () => {
      server.close();
      server.closeAllConnections();
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
}

/** The page, the cached data sets, and the user's own data; and what the data is called. */
async function gather(
  data: string | undefined,
  cache: string | undefined,
): Promise<{ contents: Contents; names: string[] }> {
  const contents: Contents = new Map();
  for (const [directory, path] of [
    [PAGE, ""],
    [BROWSER, "/browser"],
  ] as const) {
    const files = await filesIn(directory).catch(() => {
      throw new DigitrainError(`${directory} is missing: install digitrain again`);
    });
    for (const file of files) contents.set(`${path}${pathOf(directory, file)}`, { file });
  }
  const index = contents.get("/index.html");
  if (index) contents.set("/", index);

  const { directory, sets } = await listCache(cache);
  const whole = sets.filter(({ files }) => files === FILES_OF_A_SET).map(({ name }) => name);
  for (const name of whole) {
    for (const file of await filesIn(join(directory, name)))
      contents.set(`/data${pathOf(directory, file)}`, { file });
  }
  const own = data === undefined ? undefined : await ownFiles(data, contents);
  contents.set("/data/index.json", { text: JSON.stringify({ sets: whole, ...(own && { own }) }) });
  return { contents, names: [...(own ? [own.name] : []), ...whole] };
}

/** The user's own data, as the page is told of it. */
async function ownFiles(data: string, contents: Contents): Promise<{ name: string; files: string[] }> {
  const path = resolve(data);
  const found = await stat(path).catch((error: unknown) => {
    throw new OptionError(
      `--data takes a directory or a file, and ${data} can't be read: ${systemReason(error)}`,
    );
  });
  const files = found.isDirectory() ? await filesIn(path) : [path];
  if (files.length === 0) throw new OptionError(`--data takes a directory of data, and ${data} is empty`);
  const name = basename(path);
  // Apart from the cached sets, whose names they may have.
  const paths = files.map((file) => `own/${name}${found.isDirectory() ? pathOf(path, file) : ""}`);
  paths.forEach((one, i) => {
    const file = files[i];
    if (file !== undefined) contents.set(`/data/${one}`, { file });
  });
  return { name, files: paths };
}

/**
 * All files below a directory, but for hidden ones.
 * @param above the directories that it lies in, to which a link may lead back
 */
async function filesIn(directory: string, above: readonly string[] = []): Promise<string[]> {
  const place = await realpath(directory);
  if (above.includes(place)) return [];
  const entries = await readdir(directory, { withFileTypes: true });
  const found = entries
    .filter(({ name }) => !name.startsWith("."))
    .map(async (entry) => {
      const path = join(directory, entry.name);
      // A link is what it points to.
      const what = entry.isSymbolicLink() ? await stat(path).catch(() => entry) : entry;
      if (what.isDirectory()) return filesIn(path, [...above, place]);
      return what.isFile() ? [path] : [];
    });
  return (await Promise.all(found)).flat().sort();
}

/** A file's path as a URL has it, from a directory that is the root. */
function pathOf(directory: string, file: string): string {
  return `/${relative(directory, file).split(sep).join("/")}`;
}

function answer(contents: Contents, request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const { method = "", url = "/" } = request;
  if (!isOurName(request.headers.host, request.socket.localPort)) {
    response.writeHead(403, { "Content-Type": TEXT }).end("This server answers at 127.0.0.1 only.\n");
    return;
  }
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  const path = decoded(url.replace(/[?#].*$/, ""));
  const found = path === undefined ? undefined : contents.get(path);
  if (!found) {
    response.writeHead(404, { "Content-Type": TEXT }).end("There is no such file.\n");
    return;
  }
  const type = TYPES[extname(path === "/" ? "index.html" : (path ?? ""))] ?? "application/octet-stream";
  response.setHeader("Content-Type", type);
  if ("text" in found) response.end(found.text);
  else if (method === "HEAD") response.end();
  else
    pipeline(createReadStream(found.file), response, (error) => {
      // The file is gone, or whoever asked: either way there is no more to say.
      if (error) response.destroy();
    });
}

/**
 * Whether the host that is asked for is this server's: by a foreign site's name, made to stand for this machine, that site
 * could read the user's data.
 */
export function isOurName(host = "", port = 0): boolean {
  // Browsers leave out the port that is HTTP's own.
  const asked = host.includes(":") ? host : `${host}:80`;
  return [`127.0.0.1:${port}`, `localhost:${port}`].includes(asked);
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** At the usual port, or at any where that is taken. */
async function listenSomewhere(server: Server): Promise<void> {
  await listen(server, USUAL_PORT).catch(() => listen(server, 0));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is taken" : `can't be used (${systemReason(error)})`;
      reject(new OptionError(`--port takes a free port, and ${port} ${why}`));
    };
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", fail);
      resolve();
    });
  });
}

/** Opens a page in the user's browser, or says that it can't. */
function openBrowser(url: string): void {
  const [command, ...args]: [string, ...string[]] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  const browser = spawn(command, args, { detached: true, stdio: "ignore" });
  browser.on("error", (error) => {
    process.stderr.write(
      `digitrain: the browser could not be opened (${systemReason(error)}); open ${url}\n`,
    );
  });
  browser.unref();
}
