import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, temporaryDirectory, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
writeTinyData(directory);
const bench = ["bench", "--data", directory, "--rounds", "2"];

interface Result {
  stepsPerEpoch: number;
  data: { train: number };
  cases: { variant: string; threads: number; medianSeconds: number; seconds: number[] }[];
  chosen: { variant: string; threads: number };
}

describe("digitrain bench", () => {
  it("--json gives each way's times and what train chooses", async () => {
    const { status, stdout, stderr } = await run([...bench, "--json"], { DIGITRAIN_THREADS: "2" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const result = JSON.parse(stdout) as Result;
    expect(result).toMatchObject({ stepsPerEpoch: 3, data: { train: 300 } });
    expect(result.cases.map(({ variant, threads }) => [variant, threads])).toEqual([
      ["relaxed", 1],
      ["relaxed-threads", 2],
      ["simd", 1],
      ["simd-threads", 2],
    ]);
    for (const { medianSeconds, seconds } of result.cases) {
      expect(seconds).toHaveLength(2);
      expect(medianSeconds).toBeCloseTo(((seconds[0] ?? NaN) + (seconds[1] ?? NaN)) / 2, 12);
    }
    expect(result.chosen).toMatchObject({ variant: "relaxed-threads", threads: 2 });
  });

  it("prints a table, of the forced variant alone where one is forced", async () => {
    const { status, stdout } = await run(bench, { DIGITRAIN_VARIANT: "simd" });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Node v.*\nseconds an epoch, median: 300 images of /);
    expect(stdout.match(/^(simd|relaxed).*$/gm)).toEqual([
      expect.stringMatching(/^simd +1 thread +[\d.]+ s +[\d,]+ steps\/s$/),
    ]);
    expect(stdout).toContain("train takes simd, 1 thread (");
  });

  it("measures a forced variant with each number of threads", async () => {
    const env = { DIGITRAIN_VARIANT: "relaxed-threads", DIGITRAIN_THREADS: "2" };
    const { cases } = JSON.parse((await run([...bench, "--json"], env)).stdout) as Result;
    expect(cases.map(({ variant, threads }) => [variant, threads])).toEqual([
      ["relaxed-threads", 1],
      ["relaxed-threads", 2],
      ["simd-threads", 1],
      ["simd-threads", 2],
    ]);
  });

  it("takes a table whose column of labels is named, as its error advises", async () => {
    const table = join(directory, "table.csv");
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${i % 2 ? 200 : 10},${i % 7},${i}`);
    writeFileSync(table, ["a,b,c,d", ...rows, ""].join("\n"));
    const { status, stderr } = await run([
      "bench",
      "--data",
      table,
      "--rounds",
      "1",
      "--label",
      "a",
      "--json",
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("refuses no rounds", async () => {
    const { status, stderr } = await run(["bench", "--rounds", "0"]);
    expect(status).toBe(2);
    expect(stderr).toBe("digitrain: --rounds takes a whole number of at least 1, got 0\n");
  });
});
