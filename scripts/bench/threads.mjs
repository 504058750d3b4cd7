// What threads "auto" costs beside the best fixed number of threads, in situations where no system tells how many help:
//   node scripts/bench/threads.mjs MNIST-DIRECTORY [SITUATION...]
// Prints the median seconds of an epoch, of nine runs of four epochs each in a process of its own, in turns. Needs Linux.
import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { describeMachine } from "./machine.mjs";
import { median } from "./statistics.mjs";
import { withWebKit } from "./threads/webkit.mjs";

const ROUNDS = 9;
const RUN = fileURLToPath(new URL("threads/run.mjs", import.meta.url));
const ONE_CORE = ["taskset", "-c", "0"];

/** Each situation: how many threads are tried in it, on which cores, and how many the system claims there are. */
const SITUATIONS = {
  quiet: { title: "two cores, nothing else", threads: [1, 2, 4, 8, "auto"] },
  pretended: {
    title: "two cores, of which the system says that they are 8",
    threads: [1, 2, "auto"],
    cores: 8,
  },
  pinned: { title: "one core", threads: [1, 2, "auto"], pin: ONE_CORE },
  quota: {
    title: "one core, of which the system says that it is 2",
    threads: [1, 2, "auto"],
    pin: ONE_CORE,
    cores: 2,
  },
  busy: { title: "two cores, one of them busy", threads: [1, 2, "auto"], isBusy: true },
  webkit: { title: "WebKit (30,000 synthetic images), two cores", threads: [1, 2, "auto"], isWebKit: true },
};

/** The seconds of a run's epochs, and how many threads it had at its end. */
async function runInNode(data, threads, { pin = [], cores }) {
  const [program, ...parameters] = [
    ...pin,
    process.execPath,
    RUN,
    data,
    String(threads),
    String(cores ?? ""),
  ];
  const { stdout } = await promisify(execFile)(program, parameters);
  return JSON.parse(stdout);
}

/** Runs each number of threads in turns. */
async function measure(threads, run) {
  const results = new Map(threads.map((one) => [one, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const one of threads) results.get(one).push(await run(one));
  return results;
}

function print(title, results) {
  console.log(`${title}:`);
  for (const [threads, runs] of results) {
    const seconds = median(runs.map((run) => run.seconds));
    const ends = threads === "auto" ? `, at their end ${runs.map((run) => run.threads).join(" ")}` : "";
    console.log(`  ${String(threads).padEnd(4)} ${seconds.toFixed(3)} s${ends}`);
  }
}

const [data, ...named] = process.argv.slice(2);
console.log(JSON.stringify(describeMachine()));
for (const name of named.length > 0 ? named : Object.keys(SITUATIONS)) {
  const { title, threads, isBusy, isWebKit, ...surroundings } = SITUATIONS[name];
  const [taskset, ...first] = ONE_CORE;
  const other = isBusy && spawn(taskset, [...first, process.execPath, "-e", "for (;;);"]);
  try {
    const runAll = (run) => measure(threads, run);
    print(
      title,
      isWebKit ? await withWebKit(runAll) : await runAll((one) => runInNode(data, one, surroundings)),
    );
  } finally {
    if (other) other.kill();
  }
}
