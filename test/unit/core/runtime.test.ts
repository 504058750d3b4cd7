import { jest } from "@jest/globals";

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
