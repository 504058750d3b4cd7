// npm run fuzz -- --minutes 10 [--seed 1] [--only png,jpeg]: reads changed files of every kind, in turns, and prints the
// counts by kind. --inputs N in place of --minutes reads N of each; --json prints the counts as JSON. An input that does
// harm is kept in target/fuzz with the seed that made it. test/fuzz has the kinds; `npm test` reads some thousand of each.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { embedded, glue } from "./core-plugins.mjs";

const DIRECTORY = "target/fuzz";
/** An input that takes longer, on however busy a machine, would never end. */
const HANGS_AFTER_MS = 120_000;
const LOOK_EVERY_MS = 1000;
const LARGEST = 2 ** 20;
const MEMORY = { maxOldGenerationSizeMb: 1024 };

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string" },
    inputs: { type: "string" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

/** The tests' program for threads, as Node can run it. */
async function bundle() {
  const outfile = `${DIRECTORY}/run-${process.pid}.mjs`;
  await build({
    entryPoints: ["test/fuzz/run.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
    external: ["undici", "fast-check", "fast-png", "jpeg-js", "fflate"],
    plugins: [glue, embedded("../browser")],
    outfile,
  });
  return new URL(`../${outfile}`, import.meta.url);
}

/** What a worker says first. */
function firstMessage(script, workerData) {
  return new Promise((resolve, reject) =>
    new Worker(script, { workerData }).once("message", resolve).once("error", reject),
  );
}

/** Reads changed files of one kind until a time or a number is reached; resolves with the counts and what was found. */
function read(script, target, seed, inputs, milliseconds) {
  const current = new SharedArrayBuffer(8 + LARGEST);
  const state = new Int32Array(current, 0, 2);
  const findings = [];
  const begun = performance.now();
  return new Promise((resolve) => {
    const workerData = { target, seed, inputs, milliseconds, current };
    const worker = new Worker(script, { workerData, resourceLimits: MEMORY });
    const end = (counts) => {
      clearInterval(watch);
      void worker.terminate();
      resolve({ target, seed, findings, ...counts });
    };
    const fail = (what) => {
      findings.push({ what, input: new Uint8Array(current, 8, state[1]).slice() });
      end({ inputs: state[0], read: 0, seconds: (performance.now() - begun) / 1000 });
    };
    let [seen, since] = [0, begun];
    const watch = setInterval(() => {
      if (state[0] !== seen) [seen, since] = [state[0], performance.now()];
      else if (performance.now() - since > HANGS_AFTER_MS) fail("it doesn't end");
    }, LOOK_EVERY_MS);
    worker.on("message", (message) => {
      if ("what" in message) findings.push(message);
      else end(message);
    });
    worker.on("error", (error) => fail(error.stack));
  });
}

/** Keeps an input that does harm. */
function keep({ target, seed }, { what, input }, number) {
  const file = join(DIRECTORY, `${target}-${seed}-${number}`);
  writeFileSync(file, input);
  writeFileSync(`${file}.txt`, `${what}\n`);
  return { file, what: what.split("\n").slice(0, 6).join("\n") };
}

mkdirSync(DIRECTORY, { recursive: true });
const script = await bundle();
const names = await firstMessage(script, null);
const only = options.only?.split(",") ?? names;
const unknown = only.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`fuzz: there is no kind "${unknown}"; there are ${names.join(", ")}`);
  process.exit(2);
}
const seed = Number(options.seed);
const totals = new Map(only.map((target) => [target, { inputs: 0, read: 0, seconds: 0, findings: [] }]));

async function turn(target, number, inputs, milliseconds) {
  const result = await read(script, target, seed + 1_000_000 * number, inputs, milliseconds);
  const total = totals.get(target);
  for (const count of ["inputs", "read", "seconds"]) total[count] += result[count];
  for (const finding of result.findings) total.findings.push(keep(result, finding, total.findings.length));
}

if (options.inputs) {
  for (const target of only) await turn(target, 0, Number(options.inputs), Infinity);
} else {
  const end = performance.now() + 60_000 * Number(options.minutes ?? 1);
  const share = Math.min(60_000, (end - performance.now()) / only.length);
  for (let number = 0; performance.now() < end; number++)
    for (const target of only) if (performance.now() < end) await turn(target, number, Infinity, share);
}

const found = [...totals.values()].flatMap(({ findings }) => findings);
if (options.json) console.log(JSON.stringify(Object.fromEntries(totals)));
else {
  for (const { file, what } of found) console.log(`${file}: ${what}\n`);
  console.log("kind         inputs      read   seconds  findings");
  for (const [target, { inputs, read, seconds, findings }] of totals) {
    const figures = [inputs, read, Math.round(seconds), findings.length].map((count) =>
      String(count).padStart(10),
    );
    console.log(`${target.padEnd(9)}${figures.join("")}`);
  }
}
if (found.length > 0)
  console.error(
    `fuzz: ${found.length} inputs did harm; they are in ${DIRECTORY}, named ${basename(found[0].file)} and so on`,
  );
process.exitCode = found.length > 0 ? 1 : 0;
