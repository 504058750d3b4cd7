import { train, type TrainResult } from "../../../ts/index.js";
import { type Listener, type Phase, Session } from "../../../ts/demo/session.js";

const images = Uint8Array.from({ length: 40 * 4 }, (_, i) => (i * 37) % 256);
const data = { name: "tiny", train: { images, labels: Array.from({ length: 40 }, (_, i) => i % 2) } };
const options = { data, hidden: [], batchSize: 4, epochs: 2 };

/** A session, and what it told. */
function session(run = train) {
  const phases: Phase[] = [];
  const steps: number[] = [];
  const failures: unknown[] = [];
  const models: unknown[] = [];
  const results: TrainResult[] = [];
  let told: (() => void)[] = [];
  const tell = () => {
    for (const one of told) one();
    told = [];
  };
  const listener: Listener = {
    phase: (phase) => {
      phases.push(phase);
      tell();
    },
    started: (_, model) => void models.push(model),
    stepped: ({ epoch, step }) => {
      steps.push(10 * epoch + step);
      tell();
    },
    epochEnded: () => undefined,
    model: (model) => models.push(model),
    ended: (result) => results.push(result),
    failed: (error) => failures.push(error),
  };
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise<void>((resolve) => told.push(resolve));
  };
  return { session: new Session(run, listener), phases, steps, failures, models, results, until };
}

describe("a session", () => {
  it("runs from start to end", async () => {
    const { session: one, phases, steps, models, results } = session();
    await one.start(() => Promise.resolve(options));
    expect(phases).toEqual(["starting", "running", "finished"]);
    expect(steps).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(models.length).toBeGreaterThanOrEqual(1);
    expect(results.map(({ stopped }) => stopped.why)).toEqual(["finished"]);
  });

  it("takes no step before what is told of its start is done", async () => {
    const steps: number[] = [];
    let stepsBefore: number | undefined;
    const started = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      stepsBefore = steps.length;
    };
    const nothing = () => undefined;
    const listener: Listener = {
      phase: nothing,
      started,
      stepped: ({ step }) => steps.push(step),
      epochEnded: nothing,
      model: nothing,
      ended: nothing,
      failed: nothing,
    };
    await new Session(train, listener).start(() => Promise.resolve(options));
    expect(stepsBefore).toBe(0);
    expect(steps).toHaveLength(20);
  });

  it("goes step by step, continues, and can be started again", async () => {
    const { session: one, phases, steps, until } = session();
    const run = one.start(() => Promise.resolve(options), true);
    await until(() => steps.length > 0);
    expect(steps).toEqual([0]);
    for (let step = 1; step < 4; step++) {
      // Whoever steps by hand takes longer than a frame.
      await new Promise((resolve) => setTimeout(resolve, 80));
      expect(steps).toHaveLength(step);
      one.step();
      await until(() => steps.length > step);
      expect(steps).toHaveLength(step + 1);
    }
    expect(one.phase).toBe("paused");
    one.continue();
    await run;
    expect(phases).toEqual(["starting", "paused", "running", "finished"]);
    await one.start(() => Promise.resolve(options));
    expect(one.phase).toBe("finished");
  });

  it("pauses: nothing follows but what is under way", async () => {
    const { session: one, steps, until } = session();
    const run = one.start(() => Promise.resolve({ ...options, epochs: 1000 }));
    await until(() => steps.length > 5);
    one.pause();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const at = steps.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(steps).toHaveLength(at);
    one.stop();
    await run;
    expect(one.phase).toBe("idle");
  });

  it("shows the model of a pause, though one of before is still on its way", async () => {
    const { phases, models, failures, until, ...rest } = session(slowly);
    const taken: number[] = [];
    let isHeldUp = true;
    /** Trains as ever, but its models take their time. */
    function slowly(given: Parameters<typeof train>[0] = {}): ReturnType<typeof train> {
      const onStart: typeof given.onStart = async (event) => {
        const snapshot = async () => {
          const model = await event.snapshot();
          taken.push(rest.steps.length);
          while (isHeldUp && taken.length > 1) await new Promise((resolve) => setTimeout(resolve, 5));
          return model;
        };
        await given.onStart?.({ ...event, snapshot });
      };
      return train({ ...given, onStart });
    }
    const run = rest.session.start(() => Promise.resolve({ ...options, epochs: 100_000 }));
    while (taken.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    rest.session.pause();
    const shown = models.length;
    await until(() => rest.steps.length > (taken[1] ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 50));
    isHeldUp = false;
    while (models.length < shown + 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(taken.at(-1)).toBe(rest.steps.length);
    rest.session.stop();
    await run;
    expect(failures).toEqual([]);
    expect(phases).toContain("paused");
  });

  it.each(["running", "paused"] as const)("ends a %s run with its model", async (phase) => {
    const { session: one, steps, results, until } = session();
    const run = one.start(() => Promise.resolve({ ...options, epochs: 100_000 }));
    await until(() => steps.length > 5);
    if (phase === "paused") one.pause();
    one.finish();
    await run;
    expect(one.phase).toBe("finished");
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ stopped: { why: "stop" }, model: { layers: [4, 2] } });
    await one.start(() => Promise.resolve(options));
    expect(results[1]?.stopped.why).toBe("finished");
  });

  it("is stopped without a word of failure", async () => {
    const { session: one, steps, failures, until } = session();
    const run = one.start(() => Promise.resolve({ ...options, epochs: 1000 }));
    await until(() => steps.length > 0);
    one.stop();
    await run;
    expect(failures).toEqual([]);
    expect(one.phase).toBe("idle");
  });

  it.each([
    ["that can't be prepared", () => Promise.reject(new Error("no data")), "no data"],
    ["that can't be trained", () => Promise.resolve({ ...options, learningRate: 1e30 }), "became"],
  ])("tells of a run %s", async (_, prepare, why) => {
    const { session: one, failures } = session();
    await one.start(prepare);
    expect(String(failures)).toContain(why);
    expect(one.phase).toBe("idle");
  });
});
