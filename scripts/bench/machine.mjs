// The machine: what it is, and programs run on so many of its cores.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";

/** The browser. */
export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** What a result was measured on, and what it measured. */
export function describeMachine() {
  const [{ model }] = cpus();
  const flags = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
  return {
    processor: model.trim(),
    avx512: /\bavx512f\b/.test(flags),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${process.platform} ${process.arch}`,
  };
}

/** What the benchmark writes itself, and so says nothing of what it measured. */
const WRITTEN = ["docs/performance.md", "bench/results.json", "bench/RESULTS.md", "bench/epoch.svg"];

/** The commit that is measured, "-dirty" where files differ from it. */
export function describeCommit() {
  const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const others = WRITTEN.map((path) => `:!${path}`);
  const changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ...others) !== "";
  return `${git("rev-parse", "--short", "HEAD")}${changed ? "-dirty" : ""}`;
}

/** The Nodes that are compared: the current one, and that of bench/package.json where it is installed. */
export function findNodes() {
  const paths = [process.execPath, "bench/node_modules/node/bin/node"].filter((path) => existsSync(path));
  const nodes = paths.map((path) => ({ path, name: `Node ${versionOf(path).slice(1)}` }));
  return nodes.filter(({ name }, i) => nodes.findIndex((other) => other.name === name) === i);
}

/** The browsers that are compared: Chromium where it is installed, whose version reads "Chromium 150.0.7871.46 built on ...". */
export function findBrowsers() {
  return [CHROMIUM]
    .filter((path) => existsSync(path))
    .map((path) => ({ isBrowser: true, name: /^\S+ \d+/.exec(versionOf(path))?.[0] ?? "Chromium" }));
}

function versionOf(program) {
  return execFileSync(program, ["--version"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/**
 * Runs a program on the machine's last `cores` cores.
 * @param onLine is told each line of its output and the seconds since its start
 * @returns its output, the seconds from its start to its end, and the largest memory it had (Linux only)
 */
export async function runPinned(cores, [program, ...args], { env = {}, onLine } = {}) {
  const all = availableParallelism();
  if (cores > all) throw new Error(`${cores} cores were asked for, but this machine has ${all}`);
  const pin = process.platform === "linux" ? ["taskset", "-c", `${all - cores}-${all - 1}`] : [];
  const [command, ...rest] = [...pin, program, ...args];
  const begun = performance.now();
  const elapsed = () => (performance.now() - begun) / 1000;
  const child = spawn(command, rest, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  let lineStart = 0;
  child.stdout.on("data", (chunk) => {
    output += chunk;
    for (let end; (end = output.indexOf("\n", lineStart)) >= 0; lineStart = end + 1) {
      onLine?.(output.slice(lineStart, end), elapsed());
    }
  });
  child.stderr.on("data", (chunk) => (errors += chunk));
  const memory = watchMemory(child.pid);
  const status = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  const seconds = elapsed();
  const peakBytes = memory.stop();
  if (status !== 0) throw new Error(lastLine(errors) || `${program} ended with ${status}`);
  return { output, seconds, peakBytes };
}

/** Looks at a process's high-water mark of resident memory until told to stop. */
function watchMemory(pid) {
  let peak;
  const look = () => {
    try {
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      if (kilobytes) peak = 1024 * Number(kilobytes);
    } catch {
      // The process has ended, or this isn't Linux.
    }
  };
  const timer = setInterval(look, 20);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

/** Of a program's errors the line that says what is wrong. */
function lastLine(errors) {
  const lines = errors.trim().split("\n");
  return (lines.find((line) => /\w*Error: /.test(line)) ?? lines.at(-1) ?? "").slice(0, 300);
}
