// What not every system has: tests that need it are skipped by name where it is missing.
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const isWindows = process.platform === "win32";

/** Windows lets nobody make symbolic links who hasn't asked for it. */
function mayLink(): boolean {
  if (!isWindows) return true;
  const directory = mkdtempSync(join(tmpdir(), "digitrain-link-"));
  try {
    symlinkSync(directory, join(directory, "link"));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** `it` where programs are told of signals: on Windows they just end. */
export const itWithSignals: jest.It = isWindows ? it.skip : it;

/** `it` where files have modes, any characters in their names, and pipes and devices for neighbours. */
export const itOnUnix: jest.It = isWindows ? it.skip : it;

/** `it` where there are symbolic links. */
export const itWithLinks: jest.It = mayLink() ? it : it.skip;

/** `it` where there is a device that is full. */
export const itWithFullDevice: jest.It = existsSync("/dev/full") ? it : it.skip;
