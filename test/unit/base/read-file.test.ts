import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { itOnUnix } from "../../systems.js";
import { readWholeFile } from "../../../ts/base/read-file.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "digitrain-"));
});
afterEach(() => rm(directory, { recursive: true }));

test("a file is read whole", async () => {
  await writeFile(join(directory, "file"), Uint8Array.of(1, 2));
  expect(await readWholeFile(join(directory, "file"))).toEqual(Uint8Array.of(1, 2));
});

test("an abort ends it with the signal's reason", async () => {
  await writeFile(join(directory, "file"), "");
  const reason = new Error("enough");
  await expect(readWholeFile(join(directory, "file"), AbortSignal.abort(reason))).rejects.toBe(reason);
});

test("a directory and what isn't there can't be read", async () => {
  await expect(readWholeFile(directory)).rejects.toThrow("this is a directory");
  await expect(readWholeFile(join(directory, "none"))).rejects.toThrow(/^ENOENT/);
});

itOnUnix("pipes and devices are not waited for", async () => {
  execFileSync("mkfifo", [join(directory, "pipe")]);
  for (const path of [join(directory, "pipe"), "/dev/zero"])
    await expect(readWholeFile(path)).rejects.toThrow("this is a pipe or a device, not a file");
});
