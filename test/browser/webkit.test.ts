import type * as digitrain from "../../ts/index.js";
import { expectPageToWork, SHORT } from "./elsewhere.js";
import { ISOLATION, Site } from "./harness.js";
import { describeInWebKit, WebKit } from "./webkit.js";

describeInWebKit("WebKit, another engine", () => {
  let browser: WebKit;
  const site = new Site();

  beforeAll(async () => {
    await site.start();
    browser = await WebKit.launch(true);
  });
  afterAll(() => {
    browser.close();
    site.stop();
  });

  it.each([
    [1, ISOLATION],
    [2, ISOLATION],
    [2, {}],
  ])("gives Node's bits, deterministic (%i threads, %j)", async (threads, headers) => {
    const { syntheticDigits, train } = await import("../../ts/index.js");
    const options = { hidden: [40, 33], epochs: 2, batchSize: 32, deterministic: true, threads } as const;
    const data = await syntheticDigits({ train: 500, test: 200 });
    const node = await train({ ...options, data });
    site.headers = headers;
    await browser.open(site.url);
    const there = await browser.evaluate(async (options) => {
      const path = "/browser/index.js";
      const { syntheticDigits, train } = (await import(path)) as typeof digitrain;
      const data = await syntheticDigits({ train: 500, test: 200 });
      const { model, history, runtime } = await train({ ...options, data });
      return { losses: [...history.losses], model: [...model.toSafetensors()], runtime };
    }, options);
    expect(there.losses).toEqual([...node.history.losses]);
    expect(there.model).toEqual([...node.model.toSafetensors()]);
    expect(there.runtime.threads).toBe("cross-origin-opener-policy" in headers ? threads : 1);
  });

  it("shows the page: it trains, reads a stroke, and axe finds nothing", async () => {
    site.headers = ISOLATION;
    const reload = async () => {
      await browser.open(site.url);
      await browser.open(`${site.url}demo/index.html${SHORT}`);
    };
    await reload();
    await expectPageToWork({
      evaluate: (work, parameter) => browser.evaluate(work, parameter),
      drag: (places) => browser.drag(places),
      reload,
    });
  });

  it("trains on one thread where memory can't be sent, and says so", async () => {
    const other = await WebKit.launch(false);
    try {
      site.headers = ISOLATION;
      await other.open(site.url);
      const { threads, why } = await other.evaluate(async (threads) => {
        const path = "/browser/index.js";
        const { syntheticDigits, train } = (await import(path)) as typeof digitrain;
        const data = await syntheticDigits({ train: 500, test: 200 });
        return (await train({ data, epochs: 1, threads })).runtime;
      }, 2);
      expect(threads).toBe(1);
      expect(why).toMatch(/; one thread: a worker can't be given memory to share: /);
    } finally {
      other.close();
    }
  });
});
