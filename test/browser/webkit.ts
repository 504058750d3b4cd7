import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const DRIVER = "/usr/bin/WebKitWebDriver";
const XVFB = "/usr/bin/xvfb-run";

/** `describe` where there is WebKit; else the tests are skipped by name, except in continuous integration. */
export const describeInWebKit: jest.Describe =
  (existsSync(DRIVER) && existsSync(XVFB)) || process.env.CI === "true" ? describe : describe.skip;

/** Debian's small browser, in a directory of its architecture and of WebKit's version. */
function miniBrowser(): string {
  const directories = readdirSync("/usr/lib", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const found = directories
    .flatMap(({ name }) =>
      readdirSync(join("/usr/lib", name))
        .filter((inner) => inner.startsWith("webkit2gtk-"))
        .map((inner) => join("/usr/lib", name, inner, "MiniBrowser")),
    )
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error("there is no MiniBrowser: scripts/setup --browsers installs it");
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** WebKit's browser, on a screen that nobody sees, driven by the WebDriver protocol. */
export class WebKit {
  readonly #driver: ChildProcess;
  readonly #url: string;
  #session = "";

  private constructor(driver: ChildProcess, url: string) {
    this.#driver = driver;
    this.#url = url;
  }

  /** @param shares whether its isolated pages may send shared memory to their workers */
  static async launch(shares: boolean): Promise<WebKit> {
    const port = await freePort();
    const env = {
      ...process.env,
      // A container may have no namespaces for WebKit's sandbox.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      // As in Safari's isolated pages: MiniBrowser's make shared memory, but can't send it.
      ...(shares && { JSC_useSharedArrayBuffer: "1" }),
    };
    const parameters = ["--auto-servernum", DRIVER, `--port=${port}`];
    const driver = spawn(XVFB, parameters, { env, stdio: "ignore", detached: true });
    const webkit = new WebKit(driver, `http://127.0.0.1:${port}/session`);
    const options = { binary: miniBrowser(), args: ["--automation"] };
    const body = { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } };
    for (let attempt = 1; webkit.#session === ""; attempt++) {
      try {
        const { sessionId } = (await webkit.#call("", body)) as { sessionId: string };
        webkit.#session = `/${sessionId}`;
      } catch (error) {
        if (attempt === 100) throw error;
        await setTimeout(100);
      }
    }
    await webkit.#call("/timeouts", { script: 120_000 });
    return webkit;
  }

  async open(url: string): Promise<void> {
    await this.#call("/url", { url });
  }

  /** Does something in the page, with what can be sent as JSON. */
  async evaluate<Parameter, Result>(
    work: (parameter: Parameter) => Promise<Result>,
    parameter: Parameter,
  ): Promise<Result> {
    const script = `
      const [parameter, done] = arguments;
      (${work.toString()})(parameter).then((result) => done({ result }), (error) => done({ error: String(error) }));`;
    const answer = await this.#call("/execute/async", { script, args: [parameter] });
    const { result, error } = answer as { result: Result; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  }

  /** Presses the pointer at the first of these places, moves it over the others, and lifts it. */
  async drag(places: readonly (readonly [x: number, y: number])[]): Promise<void> {
    const move = ([x, y]: readonly [number, number]) => ({
      type: "pointerMove",
      duration: 20,
      x: Math.round(x),
      y: Math.round(y),
    });
    const [first = [0, 0], ...others] = places;
    const press = { type: "pointerDown", button: 0 };
    const lift = { type: "pointerUp", button: 0 };
    const actions = [move(first), press, ...others.map(move), lift];
    await this.#call("/actions", { actions: [{ type: "pointer", id: "mouse", actions }] });
  }

  close(): void {
    // With the screen and the browser.
    if (this.#driver.pid !== undefined) process.kill(-this.#driver.pid, "SIGTERM");
  }

  async #call(path: string, body: object): Promise<unknown> {
    const response = await fetch(this.#url + this.#session + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`WebDriver: ${JSON.stringify(value)}`);
    return value;
  }
}
