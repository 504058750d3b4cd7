import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { codeOf, DigitrainError } from "../base/errors.js";

/** Who holds a directory. `started` tells two processes of one number apart, where the system says when one began. */
const holder = v.object({ pid: v.number(), host: v.string(), started: v.exactOptional(v.string()) });
type Holder = v.InferOutput<typeof holder>;

/** When a process began, in ticks since the system did; undefined where there is none, or no /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  // The second field is the program's name in parentheses, and may hold anything.
  return stat.slice(stat.lastIndexOf(")")).split(" ")[20];
}

async function isAlive({ pid, started }: Holder): Promise<boolean> {
  if (started !== undefined) return (await startOf(pid)) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/** Whether a lock was left behind by a run that is over. Of another machine's processes nothing is known. */
async function isStale(text: string, path: string): Promise<boolean> {
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), holder), text);
  if (success && output.host === hostname() && !(await isAlive(output))) return true;
  const who = success ? `process ${output.pid} on ${output.host}` : "another process";
  throw new DigitrainError(
    `${path}: ${who} keeps checkpoints in this directory; take another one or, if that run is over, remove this file`,
  );
}

/** Takes a stale lock away: that one alone, and not another run's which has taken its place since it was read. */
async function remove(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside);
  if ((await readFile(aside, "utf8")) === text) await rm(aside);
  else await rename(aside, path);
}

/**
 * Locks a directory for this process alone, until it is released or the process has ended.
 * @returns what releases it
 * @throws DigitrainError where another run holds it; the system's error where it can't be written to.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, "lock");
  const started = await startOf(process.pid);
  const here: Holder = { pid: process.pid, host: hostname(), ...(started !== undefined && { started }) };
  for (;;) {
    try {
      await writeFile(path, JSON.stringify(here), { flag: "wx" });
      return () => rm(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    try {
      const text = await readFile(path, "utf8");
      if (await isStale(text, path)) await remove(path, text);
    } catch (error) {
      // It was released, or taken away by another run, in the meantime.
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
}
