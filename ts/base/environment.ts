import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** An environment variable, where it is set and not empty. */
export function environment(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}

/** How many physical cores this process may use: two threads of one core would share its arithmetic units. */
export function availableCores(): number {
  const logical = availableParallelism();
  return hasTwoThreadsPerCore() ? Math.ceil(logical / 2) : logical;
}

function hasTwoThreadsPerCore(): boolean {
  if (process.platform === "linux") {
    try {
      return readFileSync("/sys/devices/system/cpu/smt/active", "utf8").trim() === "1";
    } catch {
      return false;
    }
  }
  // Elsewhere nothing tells; most x64 processors have two, and ARM's have one.
  return process.arch === "x64";
}
