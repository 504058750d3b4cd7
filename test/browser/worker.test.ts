import type * as digitrainTypes from "../../ts/index.js";
import { describeInBrowser, ISOLATION, servePages } from "./harness.js";

/** In the page's own code. */
declare const digitrain: typeof digitrainTypes;

const { site, inPage } = servePages();

describeInBrowser("the page's worker", () => {
  it("that is lost ends the run with an error, and the next run has another", async () => {
    const outcome = await inPage(ISOLATION, async (page) => {
      await page.evaluate(() => {
        const { Worker } = window;
        const started: Worker[] = [];
        class RecordedWorker extends Worker {
          constructor(url: string | URL, options?: WorkerOptions) {
            super(url, options);
            started.push(this);
          }
        }
        Object.assign(window, { Worker: RecordedWorker, started });
      });
      return page.evaluate(async () => {
        const { started } = window as unknown as { started: Worker[] };
        const data = await digitrain.syntheticDigits({ train: 5000, test: 10 });
        const error = await digitrain
          .train({
            data,
            epochs: 100_000,
            onEpoch: () => {
              started[0]?.terminate();
            },
          })
          .then(() => "no error", String);
        const { history } = await digitrain.train({ data, epochs: 1 });
        return { error, losses: history.losses.length, workers: started.length };
      });
    });
    const error = "DigitrainError: the page's worker is lost (it has stopped); start again";
    expect(outcome).toEqual({ error, losses: 40, workers: 2 });
  });

  it("reads files by a program that is fetched when there are some, and then trains by it, too", async () => {
    const program = () => site.requests.filter((path) => path.endsWith("worker.base64.js"));
    const outcome = await inPage(ISOLATION, async (page) => {
      const before = await page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 500, test: 100 });
        const { history } = await digitrain.train({ data, epochs: 1 });
        return history.losses.length;
      });
      const without = program().length;
      const after = await page.evaluate(async () => {
        const rows = Array.from({ length: 200 }, (_, i) => `${i % 2},${i},${200 - i}`);
        const data = new File([`label,a,b\n${rows.join("\n")}`], "few.csv");
        const { history } = await digitrain.train({ data: [data], epochs: 1 });
        const again = await digitrain.train({ data: await digitrain.loadDataset([data]), epochs: 1 });
        return [history.losses.length, again.history.losses.length];
      });
      return { before, without, after };
    });
    expect(outcome).toEqual({ before: 4, without: 0, after: [2, 2] });
    expect(program()).toHaveLength(1);
  });

  it("need not be: a worker of the page's own trains by itself", async () => {
    site.files.set(
      "/own.js",
      new TextEncoder().encode(`
        import { syntheticDigits, train } from "./browser/index.js";
        const data = await syntheticDigits({ train: 500, test: 100 });
        const { history, runtime } = await train({ data, epochs: 1, threads: 2 });
        postMessage({ losses: history.losses.length, threads: runtime.threads });
      `),
    );
    const outcome = await inPage(ISOLATION, (page) =>
      page.evaluate(
        () =>
          new Promise((resolve) => {
            const worker = new Worker("/own.js", { type: "module" });
            worker.onmessage = ({ data }) => {
              resolve(data);
            };
            worker.onerror = ({ message }) => {
              resolve(message);
            };
          }),
      ),
    );
    expect(outcome).toEqual({ losses: 4, threads: 2 });
  });

  const STRICT = {
    ...ISOLATION,
    "content-security-policy":
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
  };

  it("comes from workerUrl, and the core from url, where the page's rules forbid blobs", async () => {
    const outcome = await inPage(STRICT, (page) =>
      page.evaluate(async () => {
        const [workerUrl, url] = ["/browser/worker.js", "/wasm/relaxed-threads/digitrain_bg.wasm"];
        await digitrain.init({ workerUrl, url });
        const data = await digitrain.syntheticDigits({ train: 500, test: 100 });
        const { runtime } = await digitrain.train({ data, epochs: 1, threads: 2 });
        const refused = await digitrain.train({ data, deterministic: true }).then(() => "", String);
        return { runtime, refused };
      }),
    );
    expect(outcome.runtime).toMatchObject({ variant: "relaxed-threads", threads: 2 });
    expect(outcome.refused).toBe(
      'DigitrainError: the lanes "simd" are needed, as deterministic was asked for, but init was given "relaxed-threads" alone',
    );
    expect(site.requests.filter((path) => path.includes("base64"))).toEqual([]);
  });

  it("is done without where it can't be had, and the run says so", async () => {
    const { runtime, losses } = await inPage(STRICT, (page) =>
      page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 500, test: 100 });
        const { runtime, history } = await digitrain.train({ data, epochs: 1, threads: 2 });
        return { runtime, losses: history.losses.length };
      }),
    );
    expect(losses).toBe(4);
    expect(runtime.why).toMatch(/one thread: a worker failed: the page's rules don't allow its script$/);
  });
});

describeInBrowser("init", () => {
  it("is needed before what answers at once", async () => {
    const outcome = await inPage({}, (page) =>
      page.evaluate(async () => {
        const values = new Float32Array(2 * 3 + 3).fill(0.5);
        const model = new digitrain.Model({
          layers: [2, 3],
          outputActivation: "linear",
          loss: "mse",
          values,
        });
        const predict = () => [...model.predict(new Float32Array([1, 2]))];
        let before = "";
        try {
          predict();
        } catch (error) {
          before = String(error);
        }
        await digitrain.init();
        return { before, after: predict() };
      }),
    );
    expect(outcome).toEqual({
      before: "DigitrainError: the WebAssembly core isn't loaded yet; call `await init()` first",
      after: [2, 2, 2],
    });
  });

  it("takes a module's bytes", async () => {
    const { runtime, both } = await inPage(ISOLATION, (page) =>
      page.evaluate(async () => {
        const response = await fetch("/wasm/simd/digitrain_bg.wasm");
        await digitrain.init({ bytes: await response.arrayBuffer() });
        const data = await digitrain.syntheticDigits({ train: 50, test: 10 });
        const { runtime } = await digitrain.train({ data, epochs: 1, threads: 2 });
        await digitrain.init({ url: "/wasm/simd-threads/digitrain_bg.wasm" });
        return { runtime, both: digitrain.currentRuntime({ threads: 2 }).variant };
      }),
    );
    expect(runtime).toEqual({
      variant: "simd",
      threads: 1,
      why: "simd: init was given no other; one thread: init was given no variant with threads",
    });
    expect(both).toBe("simd-threads");
  });

  it("says what it can't use", async () => {
    site.files.set("/wrong.wasm", new TextEncoder().encode("<!doctype html>"));
    const messages = await inPage({}, (page) =>
      page.evaluate(async () => {
        const attempts: unknown[] = [
          { url: "/absent.wasm" },
          { url: "/wrong.wasm" },
          { module: 1 },
          { workerUrl: 1 },
          { worker: "/worker.js" },
          { url: "/wasm/simd-threads/digitrain_bg.wasm" },
        ];
        // As in an engine without threads.
        WebAssembly.Memory = function () {
          throw new TypeError("shared memory isn't enabled");
        } as unknown as typeof WebAssembly.Memory;
        const messages: string[] = [];
        for (const options of attempts)
          messages.push(
            await digitrain.init(options as digitrainTypes.InitOptions).then(() => "no error", String),
          );
        return messages;
      }),
    );
    expect(messages).toEqual([
      `DigitrainError: ${site.url}absent.wasm can't be read: the server says 404 Not Found`,
      expect.stringMatching(/^DigitrainError: \/wrong\.wasm is no WebAssembly that runs here: .*/),
      "OptionError: module takes a WebAssembly.Module, got number",
      "OptionError: workerUrl takes a URL, got number",
      'OptionError: there is no option "worker"; did you mean "workerUrl"?',
      `DigitrainError: the variant "simd-threads" can't run, as this engine has no memory to share; give init "simd"`,
    ]);
  });
});
