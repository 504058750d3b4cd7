import { jest } from "@jest/globals";
import type { Worker, WorkerOptions } from "node:worker_threads";
import type { TrainOptions, TrainResult } from "../../../ts/index.js";

const actual = await import("node:worker_threads");
const workers: Worker[] = [];
let workerSource = (source: string) => source;
jest.unstable_mockModule("node:worker_threads", () => {
  class RecordedWorker extends actual.Worker {
    constructor(source: string, options: WorkerOptions) {
      super(workerSource(source), options);
      workers.push(this);
    }
  }
  return { ...actual, Worker: RecordedWorker };
});

const { DIGITRAIN_VARIANT, DIGITRAIN_THREADS } = process.env;

beforeEach(() => {
  delete process.env.DIGITRAIN_VARIANT;
  delete process.env.DIGITRAIN_THREADS;
  jest.resetModules();
});
afterAll(() => {
  Object.assign(process.env, {
    DIGITRAIN_VARIANT: DIGITRAIN_VARIANT ?? "",
    DIGITRAIN_THREADS: DIGITRAIN_THREADS ?? "",
  });
});

/** Images that are mostly empty, as handwriting is. */
const images = Float32Array.from({ length: 90 * 50 }, (_, i) =>
  (i * 7919) % 13 < 4 ? ((i * 31) % 97) / 97 : 0,
);
const labels = Int32Array.from({ length: 90 }, (_, i) => (i * 7) % 6);
const data = { train: { images, labels }, test: { images, labels }, classes: 6 };
const small: TrainOptions = { data, epochs: 2, batchSize: 16, learningRate: 0.05 };
const configurations: TrainOptions[] = [
  { hidden: [40, 33] },
  { hidden: [] },
  { hidden: [70, 9, 35], loss: "cross-entropy", momentum: 0.9, weightDecay: 1e-3, shuffle: true, seed: 3 },
  { hidden: [64], loss: "cross-entropy", weightDecay: 0.01, outputActivation: "relu", batchSize: 7 },
];

function bitsOf({ model, history }: TrainResult) {
  const epochs = history.epochs.map(({ testLoss, testAccuracy }) => [testLoss, testAccuracy]);
  return { weights: model.toSafetensors(), losses: history.losses, epochs };
}

describe("threads", () => {
  it("warm up while data is awaited, which changes no bit and leaves nothing behind", async () => {
    process.env.DIGITRAIN_VARIANT = "simd-threads";
    const { fromOwnData } = await import("../../../ts/data/check.js");
    const { train } = await import("../../../ts/index.js");
    const { build } = await import("../../../ts/core/core.js");
    const { CompressedExamples, Network, Team, Trainer } = build({ lanes: "simd", threads: true }).core;
    const free = [CompressedExamples, Network, Team, Trainer].map(({ prototype }) =>
      jest.spyOn(prototype, "free"),
    );
    const run = async (data: TrainOptions["data"]) => {
      for (const mock of free) mock.mockClear();
      const bits = bitsOf(await train({ ...small, data: data ?? "auto", threads: 2, hidden: [40] }));
      return { bits, freed: free.map(({ mock }) => mock.calls.length) };
    };
    const dataset = await fromOwnData(data);
    const later = new Promise<typeof dataset>((resolve) => setTimeout(resolve, 500, dataset));
    const [cold, warm] = [await run(dataset), await run(later)];
    jest.restoreAllMocks();
    expect(warm.bits).toEqual(cold.bits);
    // Once more of each, but for the test examples and the team, which the run takes over.
    const [examples = 0, networks = 0, teams = 0, trainers = 0] = cold.freed;
    expect(warm.freed).toEqual([examples + 1, networks + 1, teams, trainers + 1]);
  });

  it.each(["simd", "relaxed"])("change no bit of a run (%s)", async (lanes) => {
    const { train, currentRuntime } = await import("../../../ts/index.js");
    process.env.DIGITRAIN_VARIANT = `${lanes}-threads`;
    try {
      currentRuntime();
    } catch {
      console.warn("skipped: this engine has no relaxed SIMD");
      return;
    }
    for (const configuration of configurations) {
      process.env.DIGITRAIN_VARIANT = lanes;
      const alone = await train({ ...small, ...configuration });
      expect(alone.runtime.variant).toBe(lanes);
      process.env.DIGITRAIN_VARIANT = `${lanes}-threads`;
      for (const threads of [1, 2, 3, 5, 8]) {
        const shared = await train({ ...small, ...configuration, threads });
        expect(shared.runtime).toMatchObject({ variant: `${lanes}-threads`, threads });
        expect(bitsOf(shared)).toEqual(bitsOf(alone));
      }
    }
  });

  it("are tried in different numbers as a run goes, which changes no bit", async () => {
    jest.unstable_mockModule("../../../ts/base/environment.js", () => ({
      environment: () => undefined,
      availableCores: () => 4,
    }));
    const { train, syntheticDigits } = await import("../../../ts/index.js");
    const options = {
      data: await syntheticDigits({ train: 4000, test: 100 }),
      recipe: "fast",
      epochs: 3,
    } as const;
    const alone = await train({ ...options, threads: 1, deterministic: true });
    let first = 0;
    const onStart: TrainOptions["onStart"] = ({ runtime }) => {
      first = runtime.threads;
    };
    const tried = await train({ ...options, deterministic: true, onStart });
    const short = await train({ ...options, limit: 400, deterministic: true });
    jest.unstable_unmockModule("../../../ts/base/environment.js");
    expect(bitsOf(tried)).toEqual(bitsOf(alone));
    const { threads, why } = tried.runtime;
    expect(first).toBe(4);
    expect([4, 2, 1]).toContain(threads);
    expect(why).toMatch(
      threads === 4 ? /; 4 threads: one for each core$/ : /: quicker here than 4, as measured$/,
    );
    // It ends before any others are tried.
    expect(short.history.losses.length).toBeLessThan(24);
    expect(short.runtime.threads).toBe(2);
    expect(short.runtime.why).toMatch(/; 2 threads: more are tried when the engine has compiled the core$/);
    // What is asked for stays.
    expect((await train({ ...options, threads: 3 })).runtime).toMatchObject({ threads: 3 });
  });

  it("serve runs that take turns", async () => {
    const { train } = await import("../../../ts/index.js");
    const options = [2, 3, 1].map((threads) => ({ ...small, hidden: [threads * 20], threads }));
    const apart = [];
    for (const option of options) apart.push(bitsOf(await train(option)));
    const together = await Promise.all(options.map((option) => train(option)));
    expect(together.map(bitsOf)).toEqual(apart);
  });

  it("are not worth starting for a small network", async () => {
    const { train } = await import("../../../ts/index.js");
    process.env.DIGITRAIN_VARIANT = "simd-threads";
    const { runtime } = await train({ ...small, threads: "auto" });
    expect(runtime.threads).toBe(1);
    expect(runtime.why).toMatch(
      /one thread: (so small a network gains nothing from more|there is one core)$/,
    );
  });

  it.each([0, 65, 1.5, "two"])("are not %p", async (threads) => {
    const { train } = await import("../../../ts/index.js");
    const shown = JSON.stringify(threads);
    await expect(train({ ...small, threads: threads as number })).rejects.toThrow(
      `threads takes "auto" or a whole number from 1 to 64, got ${shown}`,
    );
    process.env.DIGITRAIN_THREADS = String(threads);
    await expect(train(small)).rejects.toThrow(
      `DIGITRAIN_THREADS takes a whole number from 1 to 64, got "${threads}"`,
    );
  });
});

describe("a worker", () => {
  beforeEach(() => {
    workers.length = 0;
  });
  const long = { ...small, epochs: 1000, logEvery: 1, threads: 3 };

  it("that is terminated ends the run with an error, and the next has one thread", async () => {
    const { train } = await import("../../../ts/index.js");
    let steps = 0;
    const run = train({
      ...long,
      onStep: () => {
        if (++steps === 20) void workers[1]?.terminate();
      },
    });
    await expect(run).rejects.toThrow(
      "the run has lost one of its 3 threads; start the run again, or with threads: 1",
    );
    const { runtime } = await train({ ...small, threads: 3 });
    expect(runtime.threads).toBe(1);
    expect(runtime.why).toMatch(/; one thread: a worker has stopped$/);
  });

  it("that can't start is missing where it is needed only", async () => {
    workerSource = (source) => (workers.length === 0 ? source : "throw new Error('out of memory')");
    const { train } = await import("../../../ts/index.js");
    for (const [threads, why] of [
      [3, /; one thread: a worker failed: out of memory$/],
      [2, /; 2 threads: as asked for$/],
      [3, /; one thread: a worker failed: out of memory$/],
    ] as const) {
      expect((await train({ ...small, threads })).runtime.why).toMatch(why);
    }
  });

  it("that can't start leaves one thread", async () => {
    workerSource = () => "throw new Error('out of memory')";
    const { train } = await import("../../../ts/index.js");
    const { runtime } = await train({ ...small, threads: 2 });
    expect(runtime.threads).toBe(1);
    expect(runtime.why).toMatch(/; one thread: a worker failed: out of memory$/);
  });
});
