import { readdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { OptionError } from "../../../../ts/base/errors.js";
import { rejection, withDirectory } from "../made.js";
import { withServer } from "../server.js";
import { fetchInto, published } from "./files.js";

const VARIABLES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
function restore(): void {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}

/** A proxy that tunnels each connection to the only server there is, whatever its name; it tells which it was asked for. */
async function withProxy<T>(target: string, run: (proxy: string, asked: string[]) => Promise<T>): Promise<T> {
  const asked: string[] = [];
  const proxy: Server = createServer();
  proxy.on("connect", ({ url = "", headers }, client) => {
    asked.push(url + (headers["proxy-authorization"] ?? ""));
    const upstream = connect(Number(new URL(target).port), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on("error", () => upstream.destroy());
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  try {
    return await run(`127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}

const content = Buffer.alloc(100_000, "digits");
const file = published("a", content);

describe("a download behind a proxy", () => {
  beforeEach(() => {
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  });
  afterEach(restore);

  it.each([
    ["HTTP_PROXY", (proxy: string) => `http://${proxy}`, ""],
    ["http_proxy", (proxy: string) => proxy, ""],
    ["ALL_PROXY", (proxy: string) => `http://me:secret@${proxy}`, "Basic bWU6c2VjcmV0"],
  ])("goes through the one that %s names", async (variable, url, authorization) => {
    await withDirectory((directory) =>
      withServer(
        (_, response) => response.end(content),
        (base) =>
          withProxy(base, async (proxy, asked) => {
            process.env[variable] = url(proxy);
            await fetchInto(directory, [file], ["http://mirror.test/"]);
            expect(asked).toEqual([`mirror.test:80${authorization}`]);
            expect(await readdir(directory)).toEqual(["a"]);
          }),
      ),
    );
  });

  it("asks HTTPS_PROXY for https alone, and tells why that fails", async () => {
    await withDirectory((directory) =>
      withServer(
        (_, response) => response.end(content),
        (base) =>
          withProxy(base, async (proxy, asked) => {
            process.env.HTTPS_PROXY = `http://${proxy}`;
            // The server behind it speaks no TLS.
            const error = await rejection(fetchInto(directory, [file], ["https://mirror.test/"]));
            expect(String(error)).toMatch(/could not be downloaded \(mirror\.test: wrong version number\)$/);
            expect(asked).toEqual(["mirror.test:443"]);
            await fetchInto(directory, [file], [base]);
            expect(asked).toHaveLength(1);
          }),
      ),
    );
  });

  it("goes past it to what NO_PROXY names", async () => {
    process.env.HTTP_PROXY = "http://127.0.0.1:1";
    process.env.NO_PROXY = "example.org,127.0.0.1";
    await withDirectory((directory) =>
      withServer(
        (_, response) => response.end(content),
        (base) => fetchInto(directory, [file], [base]),
      ),
    );
  });

  it("chooses the proxy anew after a redirect", async () => {
    await withDirectory((directory) =>
      withServer(
        (_, response) => response.end(content),
        (base) =>
          withServer(
            (_, response) => response.writeHead(302, { location: `${base}a.gz` }).end(),
            (redirecting) =>
              withProxy(redirecting, async (proxy, asked) => {
                process.env.HTTP_PROXY = `http://${proxy}`;
                process.env.NO_PROXY = "127.0.0.1";
                await fetchInto(directory, [file], ["http://mirror.test/"]);
                expect(asked).toEqual(["mirror.test:80"]);
                expect(await readdir(directory)).toEqual(["a"]);
              }),
          ),
      ),
    );
  });

  it("says that a proxy can't be reached", async () => {
    process.env.HTTP_PROXY = "http://127.0.0.1:1";
    await withDirectory(async (directory) => {
      const error = await rejection(fetchInto(directory, [file], ["http://mirror.test/"]));
      expect(String(error)).toMatch(/\(mirror\.test: connect ECONNREFUSED 127\.0\.0\.1:1\)$/);
    });
  });

  it.each([
    ["http://", 'got "http://"'],
    ["socks5://me:secret@127.0.0.1:1080", "got one of socks5://"],
  ])("refuses the proxy %s", async (proxy, got) => {
    process.env.HTTP_PROXY = proxy;
    await withDirectory(async (directory) => {
      expect(await rejection(fetchInto(directory, [file], ["http://mirror.test/"]))).toEqual(
        new OptionError(
          `HTTP_PROXY, HTTPS_PROXY and ALL_PROXY take a proxy's URL such as http://proxy.example.org:8080, ${got}`,
        ),
      );
    });
  });
});
