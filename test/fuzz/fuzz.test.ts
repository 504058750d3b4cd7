import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** How many changed files of each kind are read here; `npm run fuzz` reads hundreds of thousands. */
const INPUTS = 2000;

interface Counts {
  inputs: number;
  read: number;
  findings: { file: string; what: string }[];
}

test("changed files of every kind are refused in a sentence, or read rightly", async () => {
  const script = ["scripts/fuzz.mjs", "--inputs", String(INPUTS), "--json"];
  // What it finds ends it with status 1.
  const ran = promisify(execFile)(process.execPath, script).catch((error: unknown) => error);
  const { stdout, stderr } = (await ran) as { stdout: string; stderr: string };
  expect(stdout === "" && stderr).toBe(false);
  const counts = Object.entries(JSON.parse(stdout) as Record<string, Counts>);
  expect(counts.flatMap(([, { findings }]) => findings)).toEqual([]);
  for (const [kind, { inputs, read }] of counts) {
    // Changes that leave nothing to read would find nothing.
    expect({ kind, inputs, areRead: read > INPUTS / 50 }).toEqual({ kind, inputs: INPUTS, areRead: true });
  }
}, 600_000);
