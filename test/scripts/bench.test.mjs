import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { plot } from "../../scripts/bench/plot.mjs";
import { allTables, insertTable } from "../../scripts/bench/report.mjs";
import { largestDifference, median, summarize } from "../../scripts/bench/statistics.mjs";

const measured = (value) => ({ median: value, min: 0.9 * value, max: 1.1 * value, runs: 5 });
const machine = { processor: "Some processor", avx512: true, cores: 2, system: "linux x64" };
const group = (...cases) => ({ measured: "2026-01-02", commit: "abc1234", machine, rounds: 5, cases });
const results = {
  tutorial: group(
    { name: "digitrain", cores: 1, engine: "Node 24.1.0", variant: "relaxed", seconds: measured(0.31) },
    {
      name: "digitrain",
      cores: 2,
      engine: "Node 24.1.0",
      variant: "relaxed-threads",
      seconds: measured(0.17),
    },
    { name: "digitrain", cores: 2, engine: "Node 24.1.0", variant: "simd", absent: "no threads" },
  ),
  peers: group(
    {
      name: "Peer",
      cores: 1,
      version: "Peer 3.2",
      seconds: measured(1.25),
      sameWork: true,
      lossDifference: 1e-6,
    },
    {
      name: "Other",
      cores: 1,
      version: "Other 1.0",
      seconds: measured(0.01),
      sameWork: false,
      lossDifference: 0.5,
    },
    { name: "Gone", cores: 1, absent: "not installed" },
  ),
  fast: group({
    name: "Recipe fast",
    cores: 2,
    target: 0.98,
    reached: 19,
    testAccuracy: { median: 0.982, min: 0.9799, max: 0.983, runs: 20 },
    seconds: measured(1.4),
  }),
  training: group(
    { name: "Adam", cores: 1, engine: "Node 24.1.0", seconds: measured(0.5), peakBytes: 2e8 },
    { name: "Adam, JAX", cores: 1, seconds: measured(0.9), peakBytes: 5e8 },
    { name: "augmented", cores: 1, absent: "no cores left" },
  ),
  page: group({ name: "page", cores: 1, engine: "Chromium 1", seconds: measured(0.4), files: 9, bytes: 2e6 }),
};

test("the median is the middle value, or the mean of the two in the middle", () => {
  expect(median([3])).toBe(3);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(summarize([0.3, 0.1, 0.2])).toEqual({ median: 0.2, min: 0.1, max: 0.3, runs: 3 });
});

test("losses are compared as far as both go", () => {
  expect(largestDifference([2, 4.2], [2, 4, 8])).toBeCloseTo(0.05);
  expect(largestDifference([2, 4, 8, 9], [2, 4, 8])).toBe(0);
});

test("one row a program, its cores side by side, and nothing of a program that does other work", () => {
  const page = allTables(results);
  expect(page).toContain(
    "| digitrain, relaxed, Node 24.1.0 | 0.31 (0.28–0.34) | 0.17 (0.15–0.19) |\n" +
      "| digitrain, simd, Node 24.1.0 | – | – |\n" +
      "| Peer, 3.2 | 1.25 (1.13–1.38) | – |",
  );
  expect(page).not.toContain("| Other");
  expect(page).toContain("- Other, 1.0: its losses differ from ours by 5.0e-1");
  expect(page).toContain("- Gone: not measured on one core: not installed.");
  expect(page).toContain(
    "- Recipe fast: 98.20 % of the test images (97.99 % to 98.30 %), with 19 of 20 seeds at least 98.0 %",
  );
  expect(page).toContain("| Adam, JAX | 0.90 (0.81–0.99) | – | 500 MB |\n| augmented | – | – | – |");
  expect(page).toContain(
    "- Page: 9 files, 2000 kB, uncompressed; Start can be pressed 0.40 (0.36–0.44) s after",
  );
});

test("a longer time is a longer bar", () => {
  const widths = [...plot(results).matchAll(/<rect x="250".* width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  expect(widths).toHaveLength(3);
  const [one, two, peer] = widths;
  expect(two).toBeLessThan(one);
  expect(one).toBeLessThan(peer);
});

test("the committed tables and plot are those of the committed results", async () => {
  const committed = JSON.parse(readFileSync("bench/results.json", "utf8"));
  const formatted = async (path, text) => format(text, { ...(await resolveConfig(path)), filepath: path });
  const page = readFileSync("docs/performance.md", "utf8");
  expect(await formatted("docs/performance.md", insertTable(page, committed))).toBe(page);
  const all = readFileSync("bench/RESULTS.md", "utf8");
  expect(await formatted("bench/RESULTS.md", allTables(committed))).toBe(all);
  expect(readFileSync("bench/epoch.svg", "utf8")).toBe(plot(committed));
});
