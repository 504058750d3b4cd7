// The benchmark's groups of cases. Cases of a group run in turns, round after round, so that whatever else the machine
// does falls on all of them alike.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { runPinned } from "./machine.mjs";
import { measureRoofline } from "./roofline.mjs";
import { JAX, PEERS } from "./peers.mjs";
import { QUICKEST } from "./quickest.mjs";
import { largestDifference, median, summarize } from "./statistics.mjs";

const SCRATCH = "target/bench";
const INITIAL = `${SCRATCH}/initial-256-128-linear.safetensors`;
/** Losses that differ by more come from other work. Frameworks differ among themselves by some 1e-6. */
const SAME_WORK = 1e-3;

const command = (node, ...args) => [node.path, "dist/cli/main.js", "train", ...args];

/** Measures every case in each round; a case whose `run` fails is told of, and not tried again. */
async function inRounds(cases, rounds, run) {
  const results = cases.map(() => []);
  const absent = cases.map(({ absent }) => absent);
  for (let round = 0; round < rounds; round++) {
    for (const [i, item] of cases.entries()) {
      if (absent[i] || round >= (item.rounds ?? rounds)) continue;
      process.stderr.write(`bench: round ${round + 1} of ${rounds}: ${item.name}, ${item.cores} cores\n`);
      try {
        results[i].push(await run(item, round));
      } catch (error) {
        absent[i] = error.message;
      }
    }
  }
  return cases.map((item, i) => ({ item, results: results[i], absent: absent[i] }));
}

/** The environment that makes digitrain use a variant and so many threads. */
function environment({ variant, cores }) {
  const name = variant && (cores > 1 ? `${variant}-threads` : variant);
  return { DIGITRAIN_THREADS: `${cores}`, ...(name && { DIGITRAIN_VARIANT: name }) };
}

/** One process that trains with digitrain: the median of its epochs but the first, its losses, its largest memory. */
async function trainHere({ engine, cores, variant, options }, { data }) {
  const program = engine.isBrowser
    ? [process.execPath, "scripts/bench/chromium.mjs"]
    : [engine.path, "scripts/bench/epochs.mjs"];
  const job = [...program, JSON.stringify({ data, ...options })];
  const { output, peakBytes } = await runPinned(cores, job, { env: environment({ variant, cores }) });
  const { seconds, losses, runtime } = JSON.parse(output);
  if (runtime.threads !== cores) throw new Error(`it ran on ${runtime.threads} threads: ${runtime.why}`);
  // The browser's processes are others.
  const memory = engine.isBrowser ? {} : { peakBytes };
  return { seconds: median(seconds.slice(seconds.length > 1 ? 1 : 0)), losses, runtime, ...memory };
}

function epochResult({ item, results, absent }) {
  const { name, cores, engine, facts } = item;
  const of = { name, cores, engine: engine?.name, ...facts };
  if (absent) return { ...of, absent };
  const [{ runtime }] = results;
  return {
    ...of,
    variant: runtime?.variant,
    seconds: summarize(results.map(({ seconds }) => seconds)),
    peakBytes: Math.max(...results.map(({ peakBytes }) => peakBytes ?? 0)) || undefined,
  };
}

/** So many cores as there are, of one and two. */
function coreCounts() {
  return [1, 2].filter((cores) => cores <= availableParallelism());
}

async function measureTutorial(context) {
  const options = { initial: INITIAL, epochs: context.quick ? 3 : 6 };
  const of = (cores, engine, variant) => ({
    name: "digitrain",
    cores,
    engine,
    variant,
    options,
    facts: { variant },
  });
  const cases = coreCounts().flatMap((cores) => [
    ...["relaxed", "simd"].flatMap((variant) => context.nodes.map((node) => of(cores, node, variant))),
    ...context.browsers.map((browser) => of(cores, browser, "relaxed")),
  ]);
  const measured = await inRounds(cases, context.rounds, (item) => trainHere(item, context));
  return measured.map(epochResult);
}

/** The median of a peer's epochs but the first, its losses, its largest memory. */
async function trainPeer(program, args, { data, cores, epochs, initial }) {
  const job = ["--data", data, "--initial", initial, "--threads", `${cores}`, "--epochs", `${epochs}`];
  const { output, peakBytes } = await runPinned(cores, [...program, ...job, ...args]);
  const { seconds, losses, version } = JSON.parse(output.trimEnd().split("\n").at(-1));
  return { seconds: median(seconds.slice(seconds.length > 1 ? 1 : 0)), losses, version, peakBytes };
}

/** JAX in the setting of a case of ours that has been measured just before, from the same weights. */
async function trainJax({ ours, cores }, { data }) {
  const { batchSize, optimizer, epochs, initial } = ours.options;
  const args = [
    ...(batchSize ? ["--batch-size", `${batchSize}`] : []),
    ...(optimizer ? ["--optimizer", optimizer] : []),
  ];
  const { losses, ...result } = await trainPeer(JAX.command, args, { data, cores, epochs, initial });
  // Adam divides by gradients' sizes: where these are small, what rounding differs in grows to a hundredth in an epoch.
  const compared = optimizer === "adam" ? losses.slice(0, 2) : losses;
  const difference = largestDifference(compared, ours.losses);
  if (!(difference <= SAME_WORK))
    throw new Error(`its losses differ from ours by ${difference.toExponential(1)}`);
  return result;
}

/**
 * A group that varies one option, on the newest Node with the variant that digitrain chooses itself; with `besideJax`
 * what JAX takes for the same.
 */
function measureOption(settings) {
  return async (context) => {
    const engine = context.nodes.at(-1);
    const cases = [];
    for (const cores of coreCounts()) {
      for (const { label, besideJax, ...options } of settings(context)) {
        const epochs = options.epochs ?? (context.quick ? 2 : 4);
        const initial = besideJax && { initial: await initialWeights(context, { hidden: options.hidden }) };
        const ours = { name: label, cores, engine, options: { ...options, ...initial, epochs } };
        cases.push(ours);
        if (besideJax && JAX.installed) cases.push({ name: `${label}, JAX`, cores, ours });
      }
    }
    const measured = await inRounds(cases, context.rounds, async (item) => {
      if (item.ours) return trainJax(item, context);
      const result = await trainHere(item, context);
      item.losses = result.losses;
      return result;
    });
    return measured.map(epochResult);
  };
}

const measureBatches = measureOption(() =>
  [1, 8, 32, 128, 512].map((batchSize) => ({
    label: `batches of ${batchSize}`,
    batchSize,
    besideJax: batchSize >= 32,
    ...(batchSize === 1 ? { epochs: 1, limit: 10_000 } : {}),
  })),
);
const measureHidden = measureOption(() =>
  ["64-32", "512-256", "1024-512"].map((label) => ({
    label: `hidden ${label}`,
    hidden: label.split("-").map(Number),
    besideJax: true,
  })),
);
const measureTraining = measureOption(() => [
  { label: "Adam", optimizer: "adam", learningRate: 1e-3, besideJax: true },
  { label: "dropout 0.5", dropout: 0.5 },
  { label: "augmented", augment: true },
]);
const measureExamples = measureOption(({ quick }) =>
  [1000, 10_000, 60_000, 600_000].map((examples) => ({
    label: `${examples.toLocaleString("en")} examples`,
    ...(examples > 60_000 ? { repeat: examples / 60_000, epochs: quick ? 1 : 2 } : { limit: examples }),
    ...(examples < 60_000 ? { epochs: 10 } : {}),
  })),
);

/** The whole job: from the start of the process to its end, ten epochs and saved weights between. */
async function measureJob(context) {
  const epochs = context.quick ? 2 : 10;
  const peers = PEERS.filter(({ wholeJob, installed }) => wholeJob && installed);
  const cases = coreCounts().flatMap((cores) => [
    ...context.nodes.map((engine) => ({ name: "digitrain", cores, engine })),
    ...peers.map(({ name, command }) => ({ name, cores, program: command })),
  ]);
  const run = async ({ engine, program, cores }) => {
    const args = ["--data", context.data, "--initial", INITIAL, "--epochs", `${epochs}`];
    const save = ["--save", `${SCRATCH}/saved.safetensors`];
    let firstStep;
    const onLine = (line, seconds) => {
      if (line.includes('"event":"step"')) firstStep ??= seconds;
    };
    const whole = engine
      ? [...command(engine, ...args, ...save), "--evaluate-every", "0", "--json"]
      : [...program, ...args, ...save, "--threads", `${cores}`];
    const { seconds, peakBytes } = await runPinned(cores, whole, { env: environment({ cores }), onLine });
    return { seconds, peakBytes, firstStep };
  };
  const measured = await inRounds(cases, context.rounds, run);
  return measured.map((one) => {
    const result = { ...epochResult(one), epochs };
    const firstSteps = one.results.flatMap(({ firstStep }) => firstStep ?? []);
    return { ...result, ...(firstSteps.length > 0 && { firstStep: summarize(firstSteps) }) };
  });
}

/** What a recipe's flags reach with different seeds, and in what time from the start of the process to its end. */
function measureRecipe(name, flags, target, mostSeeds = 20) {
  return async (context) => {
    const node = context.nodes.at(-1);
    const cores = coreCounts().at(-1);
    const seeds = context.quick ? 2 : mostSeeds;
    const run = async (_, seed) => {
      const args = [
        "--data",
        context.data,
        ...flags.split(" "),
        "--seed",
        `${seed}`,
        "--evaluate-every",
        "1000",
      ];
      const { output, seconds } = await runPinned(cores, command(node, ...args, "--json"), {});
      const { testAccuracy } = JSON.parse(output.trimEnd().split("\n").at(-1));
      return { seconds, testAccuracy };
    };
    const [{ results, absent }] = await inRounds([{ name, cores }], seeds, run);
    if (absent) return [{ name, cores, engine: node.name, absent }];
    const accuracies = results.map(({ testAccuracy }) => testAccuracy);
    return [
      {
        name,
        cores,
        engine: node.name,
        target,
        reached: accuracies.filter((accuracy) => accuracy >= target).length,
        testAccuracy: summarize(accuracies),
        seconds: summarize(results.map(({ seconds }) => seconds)),
      },
    ];
  };
}

/** The peers on the walk-through's program, each checked against our losses from the same weights. */
async function measurePeers(context) {
  const absent = ({ installed, why }) =>
    installed ? undefined : (why ?? "not installed; npm run bench:peers installs it");
  const cases = PEERS.flatMap((peer) =>
    coreCounts().map((cores) => ({
      ...peer,
      cores,
      absent: absent(peer),
      epochs: context.quick ? 1 : (peer.epochs ?? 6),
    })),
  );
  const references = new Map();
  const node = context.nodes.at(-1);
  const reference = async ({ name, work }) => {
    if (!references.has(name)) {
      const initial = await initialWeights(context, work);
      const options = { initial, epochs: 6, ...work };
      references.set(name, await trainHere({ engine: node, cores: 1, options }, context));
    }
    return references.get(name);
  };
  const run = async (peer) => {
    const ours = await reference(peer);
    const { work = {}, cores, epochs } = peer;
    const args = [];
    if (work.batchSize) args.push("--batch-size", `${work.batchSize}`);
    if (work.limit) args.push("--limit", `${work.limit}`);
    const initial = await initialWeights(context, work);
    const { losses, ...result } = await trainPeer(peer.command, args, { ...context, cores, epochs, initial });
    return { ...result, lossDifference: largestDifference(losses, ours.losses) };
  };
  const measured = await inRounds(cases, context.rounds, run);
  return measured.map((one) => {
    const { epochs, work } = one.item;
    const result = {
      ...epochResult({ ...one, item: { name: one.item.name, cores: one.item.cores } }),
      epochs,
    };
    if (one.absent) return result;
    const lossDifference = Math.max(...one.results.map((of) => of.lossDifference));
    const ours = references.get(one.item.name).seconds;
    const [{ version }] = one.results;
    return {
      ...result,
      version,
      lossDifference,
      sameWork: lossDifference <= SAME_WORK,
      ...(work && { work, ours }),
    };
  });
}

/** The package as npm would publish it. */
function measureSize() {
  const [{ size, unpackedSize, files }] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  const wasm = files
    .filter(({ path }) => path.endsWith(".wasm"))
    .map(({ path, size }) => ({ path, bytes: size }));
  return [{ name: "npm package", packedBytes: size, unpackedBytes: unpackedSize, files: files.length, wasm }];
}

/** The page of `digitrain demo`, on one core: how long it takes to open, and what it loads. */
async function measurePage(context) {
  const cases = context.browsers.map((engine) => ({ name: "page", cores: 1, engine }));
  const run = async () => {
    const program = [process.execPath, "scripts/bench/page.mjs", context.data];
    return JSON.parse((await runPinned(1, program)).output);
  };
  const measured = await inRounds(cases, context.rounds, run);
  return measured.map((one) => ({
    ...epochResult(one),
    ...one.results[0],
    ...(one.absent ? {} : { seconds: summarize(one.results.map(({ seconds }) => seconds)) }),
  }));
}

/** Weights that every program starts from. */
async function initialWeights({ data, nodes }, { outputActivation = "linear", hidden = [256, 128] } = {}) {
  const name = ["initial", ...hidden, outputActivation].join("-");
  const path = `${SCRATCH}/${name}.safetensors`;
  mkdirSync(SCRATCH, { recursive: true });
  const args = [
    "--data",
    data,
    "--epochs",
    "0",
    "--hidden",
    hidden.join(),
    "--output-activation",
    outputActivation,
    "--save",
    path,
    "--quiet",
  ];
  await runPinned(1, command(nodes[0], ...args));
  return path;
}

/** Each group's name, as --only takes it, with what measures it. */
export const GROUPS = {
  tutorial: measureTutorial,
  peers: measurePeers,
  job: measureJob,
  fast: measureRecipe("Recipe fast", QUICKEST[98], 0.98),
  to99: measureRecipe("Recipe fast, augmented, 14 epochs", QUICKEST[99], 0.99, 10),
  accurate: measureRecipe("Recipe accurate", "--recipe accurate", 0.985, 10),
  batch: measureBatches,
  hidden: measureHidden,
  training: measureTraining,
  examples: measureExamples,
  roofline: (context) => measureRoofline(context, (item) => trainHere(item, context)),
  page: measurePage,
  size: measureSize,
};

/** Measures a group. */
export async function measureGroup(name, context) {
  await initialWeights(context);
  return GROUPS[name](context);
}
