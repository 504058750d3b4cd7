import { jest } from "@jest/globals";
import { DigitrainError } from "../../../ts/base/errors.js";
import { checkLayers, parameterCount } from "../../../ts/model/layers.js";
import { inTurns } from "../../../ts/base/turns.js";

const { DIGITRAIN_VARIANT, DIGITRAIN_THREADS } = process.env;
/** Whether an engine can run the module that it is asked about. */
type Answer = () => boolean;

/** A core loaded anew, on an engine that answers so when it is asked whether it can run a module. */
async function coreOnEngine(answer: Answer) {
  jest.resetModules();
  jest.spyOn(WebAssembly, "validate").mockImplementation(answer);
  return import("../../../ts/core/runtime.js");
}

beforeEach(() => {
  delete process.env.DIGITRAIN_VARIANT;
  process.env.DIGITRAIN_THREADS = "1";
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => {
  Object.assign(process.env, { DIGITRAIN_VARIANT: "", DIGITRAIN_THREADS: "" });
  if (DIGITRAIN_VARIANT !== undefined) process.env.DIGITRAIN_VARIANT = DIGITRAIN_VARIANT;
  if (DIGITRAIN_THREADS !== undefined) process.env.DIGITRAIN_THREADS = DIGITRAIN_THREADS;
});

describe("which variant runs, and why", () => {
  const oneThread = "one thread: DIGITRAIN_THREADS asks for it";
  const runsAll: Answer = () => true;
  const runsNothing: Answer = () => false;
  /** As an engine without relaxed SIMD: it is the first variant that is asked about. */
  const runsSimd = (): Answer => {
    const answers = [false, true];
    return () => answers.shift() ?? false;
  };

  it("relaxed, where the engine has it", async () => {
    const { currentRuntime } = await coreOnEngine(runsAll);
    const why = `relaxed simd: this engine has it; ${oneThread}`;
    expect(currentRuntime()).toEqual({ variant: "relaxed", threads: 1, why });
  });

  it("simd, where it hasn't", async () => {
    const { currentRuntime } = await coreOnEngine(runsSimd());
    const missing =
      "this engine has no relaxed SIMD (Node 20 has it behind --experimental-wasm-relaxed-simd)";
    expect(currentRuntime()).toEqual({ variant: "simd", threads: 1, why: `simd: ${missing}; ${oneThread}` });
  });

  it("simd, where the same bits are to come out everywhere, whatever the environment says", async () => {
    const { currentRuntime } = await coreOnEngine(runsAll);
    process.env.DIGITRAIN_VARIANT = "relaxed";
    const { variant, why } = currentRuntime({ deterministic: true });
    expect(variant).toBe("simd");
    expect(why).toMatch(/^simd: deterministic was asked for; one thread: /);
    expect(currentRuntime({ deterministic: false }).variant).toBe("relaxed");
  });

  it("the one that DIGITRAIN_VARIANT asks for", async () => {
    const { currentRuntime } = await coreOnEngine(runsAll);
    process.env.DIGITRAIN_VARIANT = "simd";
    process.env.DIGITRAIN_THREADS = "3";
    const noMore = 'one thread: the variant "simd" that DIGITRAIN_VARIANT asks for has no more';
    const why = `simd: DIGITRAIN_VARIANT asks for it; ${noMore}`;
    expect(currentRuntime()).toEqual({ variant: "simd", threads: 1, why });
    process.env.DIGITRAIN_VARIANT = "relaxed-threads";
    expect(currentRuntime()).toEqual({
      variant: "relaxed-threads",
      threads: 3,
      why: "relaxed simd: DIGITRAIN_VARIANT asks for it; 3 threads: DIGITRAIN_THREADS asks for it",
    });
    expect(currentRuntime({ threads: 1 }).variant).toBe("relaxed-threads");
    expect(currentRuntime({ deterministic: true, threads: 2 }).variant).toBe("simd-threads");
  });

  it("an error, where DIGITRAIN_VARIANT names none", async () => {
    const { currentRuntime } = await coreOnEngine(runsAll);
    process.env.DIGITRAIN_VARIANT = "avx";
    expect(() => currentRuntime()).toThrow(
      'DIGITRAIN_VARIANT takes "simd" or "relaxed" or "simd-threads" or "relaxed-threads", got "avx"',
    );
  });

  it("an error, where the engine can't run it", async () => {
    const { currentRuntime } = await coreOnEngine(runsNothing);
    process.env.DIGITRAIN_VARIANT = "relaxed";
    expect(() => currentRuntime()).toThrow(
      `the variant "relaxed" can't run: DIGITRAIN_VARIANT asks for it, but this engine has no relaxed SIMD`,
    );
    delete process.env.DIGITRAIN_VARIANT;
    expect(() => currentRuntime({ deterministic: true })).toThrow(
      `the variant "simd" can't run: deterministic was asked for, but this engine has no WebAssembly SIMD`,
    );
  });

  it("is compiled once", async () => {
    jest.resetModules();
    const { loadCore } = await import("../../../ts/core/core.js");
    let compiled = 0;
    const { Module } = WebAssembly;
    class CountedModule extends Module {
      constructor(bytes: BufferSource) {
        super(bytes);
        compiled++;
      }
    }
    WebAssembly.Module = CountedModule;
    try {
      const core = loadCore({ deterministic: true });
      expect(loadCore({ deterministic: true })).toBe(core);
    } finally {
      WebAssembly.Module = Module;
    }
    expect(compiled).toBe(1);
  });
});

describe("work in turns", () => {
  it("does each piece once, in order, and reports it after it is done", async () => {
    const done: number[] = [];
    const reported: number[] = [];
    const work = (start: number, end: number) => {
      for (let i = start; i < end; i++) done.push(i);
    };
    const report = (start: number, end: number) => {
      expect(done).toHaveLength(end);
      reported.push(...done.slice(start, end));
    };
    const milliseconds = await inTurns(1000, work, undefined, report);
    expect(done).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(reported).toEqual(done);
    expect(milliseconds).toBeGreaterThanOrEqual(0);
  });

  it("lets others have their turn between two calls", async () => {
    const order: string[] = [];
    setImmediate(() => order.push("other"));
    await inTurns(2, (start) => order.push(`work ${start}`));
    expect(order).toEqual(["work 0", "other", "work 1"]);
  });

  it("does so without setImmediate, too", async () => {
    const saved = globalThis.setImmediate;
    const calls: number[] = [];
    try {
      Reflect.deleteProperty(globalThis, "setImmediate");
      await inTurns(3, (start) => calls.push(start));
    } finally {
      globalThis.setImmediate = saved;
    }
    expect(calls[0]).toBe(0);
  });

  it("makes calls short by how long they took, and long ones no longer than one piece", async () => {
    let now = 0;
    jest.spyOn(performance, "now").mockImplementation(() => now);
    const sizes: number[] = [];
    const pieceTakes = (milliseconds: number) => (start: number, end: number) => {
      sizes.push(end - start);
      now += milliseconds * (end - start);
    };
    expect(await inTurns(100, pieceTakes(0.5))).toBeCloseTo(50);
    expect(sizes).toEqual([1, 8, 32, 32, 27]);
    sizes.length = 0;
    await inTurns(3, pieceTakes(100));
    expect(sizes).toEqual([1, 1, 1]);
  });

  it("stops with the signal's reason", async () => {
    const controller = new AbortController();
    const calls: number[] = [];
    const work = (start: number) => {
      calls.push(start);
      if (calls.length === 2) controller.abort("enough");
    };
    await expect(inTurns(1e9, work, controller.signal)).rejects.toBe("enough");
    expect(calls).toHaveLength(2);
  });

  it("ends with the work's own error", async () => {
    const work = () => {
      throw new Error("no");
    };
    await expect(inTurns(1, work)).rejects.toThrow("no");
  });
});

describe("layers", () => {
  it("have weights and biases", () => {
    expect(parameterCount([784, 256, 128, 10])).toBe(235_146);
    expect(parameterCount([784, 10])).toBe(7_850);
  });

  it("must be of a size that the core can count", () => {
    const message = "a network of layers [65537, 10] is not possible: each has 1 to 65536 numbers";
    expect(() => {
      checkLayers([65_537, 10], 128);
    }).toThrow(new DigitrainError(message));
    expect(() => {
      checkLayers([65_536, 10], 128);
    }).not.toThrow();
  });

  it("must fit WebAssembly's memory", () => {
    const message =
      "a network of layers [784, 65535, 65535, 10] with batches of 128 takes about 69.8 GB, more than WebAssembly's memory has; try smaller layers or batches";
    expect(() => {
      checkLayers([784, 65_535, 65_535, 10], 128);
    }).toThrow(new DigitrainError(message));
    expect(() => {
      checkLayers([784, 4096, 10], 65_536);
    }).toThrow(/try smaller layers or batches$/);
  });
});
