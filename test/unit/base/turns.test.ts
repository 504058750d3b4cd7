import { jest } from "@jest/globals";
import { inTurns } from "../../../ts/base/turns.js";

afterEach(() => {
  jest.restoreAllMocks();
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

  it("goes on piece by piece where it was held up", async () => {
    let now = 0;
    jest.spyOn(performance, "now").mockImplementation(() => now);
    const sizes: number[] = [];
    const work = (start: number, end: number) => {
      sizes.push(end - start);
      now += 1;
    };
    const holdUp = () => {
      if (sizes.length >= 3) now += 100;
    };
    await inTurns(80, work, undefined, holdUp);
    expect(sizes.slice(0, 5)).toEqual([1, 8, 64, 1, 1]);
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
