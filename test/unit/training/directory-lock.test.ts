import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { DigitrainError, train, type TrainOptions } from "../../../ts/index.js";
import { lockDirectory } from "../../../ts/training/directory-lock.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "digitrain-"));
});
afterEach(() => rm(directory, { recursive: true }));

const held =
  "keeps checkpoints in this directory; take another one or, if that run is over, remove this file";
const LOCK = "lock-00000000-0000-4000-8000-000000000000";

test("a second run in the same directory is refused, and the first one continues", async () => {
  const images = new Float32Array(40).fill(0.5);
  const data = { train: { images, labels: Array.from({ length: 10 }, (_, i) => i % 2) } };
  const options: TrainOptions = { data, hidden: [3], epochs: 2, checkpoint: { directory, resume: true } };
  let second: unknown;
  const onEpoch = async () => {
    second ??= await train(options).catch((error: unknown) => error);
  };
  const { history } = await train({ ...options, onEpoch });
  expect(second).toBeInstanceOf(DigitrainError);
  expect(String(second)).toContain(`: process ${process.pid} on ${hostname()} ${held}`);
  expect(history.epochs).toHaveLength(2);
  expect(await readdir(directory)).toEqual([
    "checkpoint-0000000001.safetensors",
    "checkpoint-0000000002.safetensors",
  ]);
});

const gone = spawnSync(process.execPath, ["--version"]).pid;
test.each([
  ["a process that is gone", { pid: gone, host: hostname() }],
  ["an earlier process of the same number", { pid: process.pid, host: hostname(), started: "1" }],
])("a lock of %s is taken away", async (_, holder) => {
  await writeFile(join(directory, LOCK), JSON.stringify(holder));
  const unlock = await lockDirectory(directory);
  expect(await readdir(directory)).toEqual([expect.not.stringMatching(LOCK)]);
  await expect(lockDirectory(directory)).rejects.toThrow(held);
  await unlock();
  expect(await readdir(directory)).toEqual([]);
});

test.each([
  [JSON.stringify({ pid: 1, host: "another.machine" }), "process 1 on another.machine"],
  [JSON.stringify({ pid: process.ppid, host: hostname() }), `process ${process.ppid} on ${hostname()}`],
  ["", "another process"],
  ["null", "another process"],
])("a lock that says %j is respected", async (text, who) => {
  await writeFile(join(directory, LOCK), text);
  await expect(lockDirectory(directory)).rejects.toThrow(`${join(directory, LOCK)}: ${who} ${held}`);
  expect(await readdir(directory)).toEqual([LOCK]);
});

test("of many that begin at once, no two have the directory", async () => {
  for (let round = 0; round < 20; round++) {
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
    const releases = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(releases.length).toBeLessThan(2);
    for (const release of releases) await release();
    expect(await readdir(directory)).toEqual([]);
  }
});
