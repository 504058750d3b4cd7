import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import type * as digitrainTypes from "../../ts/index.js";
import { describeInBrowser, ISOLATION, servePages } from "./harness.js";

/** In the page's own code. */
declare const digitrain: typeof digitrainTypes;

const OPTIONS = {
  hidden: [40, 33],
  loss: "cross-entropy",
  momentum: 0.9,
  shuffle: true,
  seed: 3,
  epochs: 2,
  batchSize: 32,
  learningRate: 0.05,
  augment: true,
} as const;

const { theBrowser, inPage } = servePages();

/** What the browser's pages and workers take of the machine's memory. */
async function rendererBytes(): Promise<number> {
  const session = await theBrowser().newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const pages = renderers.map(({ id }) => Number(readFileSync(`/proc/${id}/statm`, "utf8").split(" ")[1]));
  return 4096 * pages.reduce((sum, resident) => sum + resident, 0);
}

/** What a run of OPTIONS gives in a page. */
function runIn(page: Page, threads: number) {
  return page.evaluate(
    async ({ options, threads }) => {
      const data = await digitrain.syntheticDigits({ train: 500, test: 200 });
      const run = { ...options, data, threads, deterministic: true };
      const { model, history, runtime } = await digitrain.train(run);
      const losses = [...history.losses];
      const testLosses = history.epochs.map(({ testLoss }) => testLoss);
      return { runtime, losses, testLosses, model: [...model.toSafetensors()] };
    },
    { options: OPTIONS, threads },
  );
}

describeInBrowser("a run in a page", () => {
  it.each([
    [1, ISOLATION, "simd-threads", /; one thread: as asked for$/],
    [2, ISOLATION, "simd-threads", /; 2 threads: as asked for$/],
    [3, ISOLATION, "simd-threads", /; 3 threads: as asked for$/],
    [
      2,
      {},
      "simd",
      /; one thread: the page is not cross-origin isolated, so that it has no memory to share$/,
    ],
  ])("gives the bits that Node's gives (%i threads, %j)", async (threads, headers, variant, why) => {
    const { syntheticDigits, train } = await import("../../ts/index.js");
    const data = await syntheticDigits({ train: 500, test: 200 });
    const node = await train({ ...OPTIONS, data, deterministic: true, threads: 1 });
    const { runtime, ...there } = await inPage(headers, (page) => runIn(page, threads));
    expect(there).toEqual({
      losses: [...node.history.losses],
      testLosses: node.history.epochs.map(({ testLoss }) => testLoss),
      model: [...node.model.toSafetensors()],
    });
    expect(runtime).toMatchObject({
      variant,
      threads: "cross-origin-opener-policy" in headers ? threads : 1,
    });
    expect(runtime.why).toMatch(why);
  });

  it("validates, stops early and keeps the best epoch as Node does", async () => {
    const { syntheticDigits, train } = await import("../../ts/index.js");
    const options = { ...OPTIONS, learningRate: 2, epochs: 9, validationFraction: 0.2, earlyStopping: 2 };
    const data = await syntheticDigits({ train: 500, test: 200 });
    const node = await train({ ...options, keepBest: true, data, deterministic: true });
    expect(node.stopped.why).toBe("early-stopping");
    const there = await inPage(ISOLATION, (page) =>
      page.evaluate(async (options) => {
        const data = await digitrain.syntheticDigits({ train: 500, test: 200 });
        const run = { ...options, keepBest: true, data, deterministic: true };
        const { model, history, stopped, bestEpoch, testAccuracy } = await digitrain.train(run);
        const losses = history.epochs.map(({ validationLoss }) => validationLoss);
        return { model: [...model.toSafetensors()], losses, stopped, bestEpoch, testAccuracy };
      }, options),
    );
    expect(there).toEqual({
      model: [...node.model.toSafetensors()],
      losses: node.history.epochs.map(({ validationLoss }) => validationLoss),
      stopped: node.stopped,
      bestEpoch: node.bestEpoch,
      testAccuracy: node.testAccuracy,
    });
  });

  it.each(["onStep", "onEpoch"] as const)("is ended by stop() from %s", async (callback) => {
    const told = await inPage(ISOLATION, (page) =>
      page.evaluate(async (callback) => {
        const data = await digitrain.syntheticDigits({ train: 3000, test: 100 });
        const { test } = data;
        if (!test) throw new Error("no test digits");
        const { model, history, stopped, testAccuracy } = await digitrain.train({
          data,
          epochs: 1000,
          batchSize: 10,
          [callback]: ({ stop }: { stop: () => void }) => {
            stop();
          },
        });
        const steps = history.losses.length === 300 * stopped.epoch + stopped.step + 1;
        return { stopped, steps, isTested: model.evaluate(test).accuracy === testAccuracy };
      }, callback),
    );
    expect(told).toMatchObject({ stopped: { why: "stop" }, steps: true, isTested: true });
    expect(told.stopped.epoch).toBeLessThan(1000);
  });

  it("takes the promise of data", async () => {
    const [promised, given] = await inPage(ISOLATION, (page) =>
      page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 500, test: 100 });
        const later = new Promise<typeof data>((resolve) => setTimeout(resolve, 200, data));
        const runs = [
          await digitrain.train({ data: later, epochs: 1 }),
          await digitrain.train({ data, epochs: 1 }),
        ];
        return runs.map(({ history }) => [...history.losses]);
      }),
    );
    expect(promised).toEqual(given);
  });

  it("ends by a promise of data that is broken: with its error, and with nothing unhandled", async () => {
    const told = await inPage({}, (page) =>
      page.evaluate(async () => {
        const told: string[] = [];
        addEventListener("unhandledrejection", ({ reason }) => told.push(`unhandled ${String(reason)}`));
        for (const epochs of [1, -1]) {
          const data = Promise.reject(new TypeError("mine"));
          await digitrain.train({ data, epochs }).catch((error: unknown) => told.push((error as Error).name));
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
        return told;
      }),
    );
    expect(told).toEqual(["TypeError", "OptionError"]);
  });

  it("tells of its steps in batches", async () => {
    const { turns, steps } = await inPage(ISOLATION, (page) =>
      page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 6000, test: 100 });
        const turns = new Set<number>();
        let steps = 0;
        const onStep = () => {
          steps++;
          turns.add(performance.now());
        };
        await digitrain.train({ data, epochs: 4, batchSize: 10, logEvery: 1, onStep });
        return { turns: turns.size, steps };
      }),
    );
    expect(steps).toBe(2400);
    expect(turns).toBeLessThan(steps / 2);
  });

  it("waits for what its callbacks return, in their order", async () => {
    const told = await inPage({}, (page) =>
      page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 2000, test: 10 });
        const told: string[] = [];
        const rest = () => new Promise((resolve) => setTimeout(resolve, 300));
        await digitrain.train({
          data,
          epochs: 2,
          logEvery: 10,
          onStart: async ({ data: used, network }) => {
            await rest();
            told.push(`start ${network.join()} ${String(used === data)}`);
          },
          onStep: async ({ epoch, step }) => {
            if (step === 10) await rest();
            told.push(`step ${epoch} ${step}`);
          },
          onEpoch: ({ epoch, model, testAccuracy }) => {
            told.push(`epoch ${epoch} ${model.layers.join()} ${typeof testAccuracy}`);
          },
        });
        return told;
      }),
    );
    expect(told[0]).toBe("start 784,256,128,10 true");
    expect([...told].sort()).toHaveLength(1 + 4 + 2);
    expect(told.indexOf("epoch 0 784,256,128,10 number")).toBe(3);
    expect(told.at(-1)).toBe("epoch 1 784,256,128,10 number");
  });

  it("gives its model as it goes, until it is over", async () => {
    const { same, later, over } = await inPage({}, (page) =>
      page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 500, test: 10 });
        let snapshot = (): Promise<digitrainTypes.Model> => Promise.reject(new Error("not started"));
        const models: string[] = [];
        await digitrain.train({
          data,
          epochs: 2,
          onStart: async (event) => {
            snapshot = event.snapshot;
            models.push((await snapshot()).toSafetensors().join());
          },
          onEpoch: async ({ model }) => {
            models.push(model.toSafetensors().join(), (await snapshot()).toSafetensors().join());
          },
        });
        const over = await snapshot().catch(String);
        return { same: models[1] === models[2], later: models[0] !== models[1], over };
      }),
    );
    expect({ same, later }).toEqual({ same: true, later: true });
    expect(over).toBe("DigitrainError: the run is over, and its model is what train() gives");
  });

  it("ends with the signal's reason, or with what a callback throws, and others follow", async () => {
    const outcome = await inPage(ISOLATION, (page) =>
      page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 5000, test: 10 });
        const reason = { enough: true };
        const aborting = (when: "onStart" | "onStep" | "onEpoch") => {
          const controller = new AbortController();
          const abort = () => {
            controller.abort(reason);
            return new Promise(() => undefined);
          };
          return digitrain
            .train({ data, epochs: 100, signal: controller.signal, [when]: abort })
            .catch((error: unknown) => error === reason);
        };
        const mine = new Error("mine");
        const throwing = (when: "onStart" | "onStep" | "onEpoch") => {
          const fail = () => {
            throw mine;
          };
          return digitrain
            .train({ data, epochs: 100, [when]: fail })
            .catch((error: unknown) => error === mine);
        };
        const names = ["onStart", "onStep", "onEpoch"] as const;
        const ends = [];
        for (const name of names) ends.push(await aborting(name), await throwing(name));
        const before = await digitrain
          .train({ data, signal: AbortSignal.abort(reason) })
          .catch((error: unknown) => error === reason);
        const { history } = await digitrain.train({ data, epochs: 1 });
        return { ends, before, losses: history.losses.length };
      }),
    );
    expect(outcome).toEqual({ ends: Array(6).fill(true), before: true, losses: 40 });
  });

  it("says what is wrong with its options and its data", async () => {
    const messages = await inPage({}, (page) =>
      page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 50, test: 10 });
        const attempts: Record<string, unknown>[] = [
          { data, epochs: -1 },
          { data, checkpoint: "here" },
          { data, learningRate: 1e30, epochs: 3 },
          {
            data: { train: { images: new Float32Array([NaN, 1]), labels: new Int32Array([0, 1]) } },
            hidden: [],
          },
          { data: "mnits" },
          { data: [] },
        ];
        const messages: string[] = [];
        for (const options of attempts)
          messages.push(await digitrain.train(options).then(() => "no error", String));
        return messages;
      }),
    );
    expect(messages).toEqual([
      "OptionError: epochs takes a whole number from 0 to 1,000,000, got -1",
      "OptionError: checkpoint takes a directory, which pages don't have; keep onEpoch's model instead",
      expect.stringMatching(
        /^DigitrainError: the (test )?loss became .*; try a learning rate lower than 1e\+30$/,
      ),
      "DigitrainError: data.train.images: example 0 holds NaN at position 0, but numbers must be finite",
      expect.stringMatching(
        /^OptionError: data takes "auto", .*, and there is no "mnits"; did you mean "mnist"\?$/,
      ),
      "OptionError: data takes at least one file, got none",
    ]);
  });

  it("leaves nothing behind: twenty runs take little more memory than three", async () => {
    const { early, late } = await inPage(ISOLATION, async (page) => {
      await page.evaluate(async () => {
        const data = await digitrain.syntheticDigits({ train: 20_000, test: 1000 });
        Object.assign(window, { data });
      });
      const train = (runs: number) =>
        page.evaluate(async (runs) => {
          const { data } = window as unknown as { data: digitrainTypes.Dataset };
          for (let run = 0; run < runs; run++) await digitrain.train({ data, epochs: 1, hidden: [16] });
        }, runs);
      await train(3);
      const early = await rendererBytes();
      await train(17);
      return { early, late: await rendererBytes() };
    });
    // Of each run the images alone take 16 MB as they are sent, and 26 MB in the core.
    expect(late).toBeLessThan(early + 150e6);
  });

  it("starts from a model, takes your own arrays, and hands over what it loads", async () => {
    const { accuracies, count, first } = await inPage({}, (page) =>
      page.evaluate(async () => {
        const { train, test } = await digitrain.syntheticDigits({ train: 2000, test: 500 });
        if (!test) throw new Error("no test digits");
        const own = { train: { images: train.images, labels: train.labels }, test };
        const once = await digitrain.train({ data: own, recipe: "fast", epochs: 1 });
        const twice = await digitrain.train({ data: own, initial: once.model, recipe: "fast", epochs: 2 });
        let [count, first] = [0, NaN];
        const named = { data: "synthetic", limit: 100, epochs: 0 };
        await digitrain.train({
          ...named,
          onStart: ({ data }) => {
            count = data.train.count;
            first = data.train.images[0] ?? NaN;
          },
        });
        return {
          accuracies: [once, twice].map(({ model }) => model.evaluate(test).accuracy),
          count,
          first,
        };
      }),
    );
    expect(accuracies[1]).toBeGreaterThan(accuracies[0] ?? 1);
    expect(count).toBe(60_000);
    expect(first).toBe(0);
  });
});

describeInBrowser("what is handed to a run", () => {
  it("may have labels and images in one buffer", async () => {
    const accuracies = await inPage(ISOLATION, (page) =>
      page.evaluate(async () => {
        const { train, test } = await digitrain.syntheticDigits({ train: 2000, test: 500 });
        const together = ({ images, labels, count, shape }: digitrainTypes.Examples) => {
          const buffer = new ArrayBuffer(4 * count + images.length);
          const [copiedLabels, copiedImages] = [
            new Int32Array(buffer, 0, count),
            new Uint8Array(buffer, 4 * count),
          ];
          copiedLabels.set(labels);
          copiedImages.set(images);
          return { images: copiedImages, labels: copiedLabels, shape };
        };
        const options = { recipe: "fast", epochs: 1, threads: 1, deterministic: true } as const;
        if (!test) throw new Error("there are no test digits");
        const data = [
          { train, test, classes: 10, name: "x" },
          { train: together(train), test: together(test) },
        ];
        const runs = data.map((one) => digitrain.train({ ...options, data: one }));
        return (await Promise.all(runs)).map(({ history }) => history.epochs[0]?.testAccuracy);
      }),
    );
    expect(accuracies[0]).toBeGreaterThan(0.5);
    expect(accuracies[1]).toBe(accuracies[0]);
  });

  it("ends a load with what its listener throws", async () => {
    const outcome = await inPage(ISOLATION, (page) =>
      page.evaluate(async () => {
        await digitrain.init({ dataUrl: "/nowhere" });
        const onNotice = () => {
          throw new RangeError("the listener's own");
        };
        return digitrain.loadDataset("auto", { onNotice }).then(() => "no error", String);
      }),
    );
    expect(outcome).toBe("RangeError: the listener's own");
  });
});
