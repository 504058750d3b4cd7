import { randomUUID } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { codeOf, DigitrainError } from "../base/errors.js";
import { isRunning } from "../base/is-running.js";

const NAME = /^lock-[0-9a-f-]{36}$/;

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
  return started === undefined ? isRunning(pid) : (await startOf(pid)) === started;
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

/**
 * Locks a directory for one run, until it is released or the process has ended. Each run puts down a lock of its own
 * and only then looks for others: of two that start at once, one at least finds the other's and gives way.
 * @returns what releases it
 * @throws DigitrainError where another run holds it; the system's error where it can't be written to.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const started = await startOf(process.pid);
  const here: Holder = { pid: process.pid, host: hostname(), ...(started !== undefined && { started }) };
  const own = `lock-${randomUUID()}`;
  const release = () => rm(join(directory, own), { force: true });
  try {
    await writeFile(join(directory, own), JSON.stringify(here), { flag: "wx" });
    for (const name of await readdir(directory)) {
      if (!NAME.test(name) || name === own) continue;
      const path = join(directory, name);
      const text = await readFile(path, "utf8").catch((error: unknown) => {
        if (codeOf(error) === "ENOENT") return undefined;
        throw error;
      });
      if (text !== undefined && (await isStale(text, path))) await rm(path, { force: true });
    }
  } catch (error) {
    await release().catch(() => undefined);
    throw error;
  }
  return release;
}
