// The record of the built variants (ts/wasm/record.json): from which sources and by which tools each was made.
// Beside it, ts/core/limits.ts says in TypeScript how much the core can take, as the core told it.
//   sources                 prints the hash of the sources
//   write VARIANT SOURCES   records the files that are now in ts/wasm/VARIANT, and the hash of what they were built from
//   check                   fails when a variant isn't what the record says, or isn't what it should be
//   compare OLD             fails when the rebuilt variants differ from an older record though the tools are the same
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const variants = ["simd", "relaxed", "simd-threads", "relaxed-threads"];
const files = ["digitrain.js", "digitrain.d.ts", "digitrain_bg.wasm"];
const largestModule = 160_000;
const recordFile = "ts/wasm/record.json";
const limitsFile = "ts/core/limits.ts";

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** One hash over all that decides what is built, apart from the tools. */
function hashSources() {
  const crate = readdirSync("crate/src", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/"))
    .sort();
  const others = [
    "crate/Cargo.toml",
    "Cargo.toml",
    "Cargo.lock",
    "scripts/build-wasm",
    "scripts/toolchain.sh",
  ];
  return sha256(...[...crate, ...others].map((path) => `${path} ${sha256(readFileSync(path))}\n`));
}

const TEXT = { encoding: "utf8", maxBuffer: 2 ** 28 };

/** What one of binaryen's programs prints. */
function binaryen(program, ...parameters) {
  return execFileSync(process.execPath, [`node_modules/binaryen/bin/${program}`, ...parameters], TEXT);
}

/** The first line that each tool prints as its version. */
function toolVersions() {
  const tools = [
    process.env.RUSTC ?? "rustc",
    // A nightly's own linker has no name here; it is of the compiler's version.
    process.env.CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER,
    "wasm-pack",
    "wasm-bindgen",
  ];
  const versions = tools
    .filter((tool) => tool !== undefined)
    .map((tool) => execFileSync(tool, ["--version"], TEXT));
  return [...versions, binaryen("wasm-opt", "--version")].map((text) => text.split("\n")[0]);
}

const readRecord = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
const hashFiles = (variant) =>
  Object.fromEntries(files.map((name) => [name, sha256(readFileSync(`ts/wasm/${variant}/${name}`))]));

/** The text of {@link limitsFile}, from a variant without shared memory. */
async function limitsOf(variant) {
  const core = await import(`../ts/wasm/${variant}/digitrain.js`);
  core.initSync({ module: readFileSync(`ts/wasm/${variant}/digitrain_bg.wasm`) });
  const limits = core.limits();
  const lines = [
    "// Written by scripts/build-wasm, as the core says it in crate/src/limits.rs and panel.rs.",
    "/** The most inputs, units of a layer and classes. */",
    `export const MAX_LAYER_SIZE = ${limits.MAX_LAYER_SIZE};`,
    "/** The most examples of a batch. */",
    `export const MAX_BATCH_SIZE = ${limits.MAX_BATCH_SIZE};`,
    "/** The most threads of a team. */",
    `export const MAX_THREADS = ${limits.MAX_THREADS};`,
    "/** How many columns a panel of a dense matrix has. */",
    `export const PANEL_WIDTH = ${limits.PANEL_WIDTH};`,
  ];
  return `${lines.join("\n")}\n`;
}

function write(variant, sources) {
  const record = readRecord(recordFile);
  const bytes = statSync(`ts/wasm/${variant}/digitrain_bg.wasm`).size;
  record[variant] = { sources, tools: toolVersions(), bytes, sha256: hashFiles(variant) };
  writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`);
  console.log(`ts/wasm/${variant}: ${bytes} bytes`);
}

/** The kernel's loops over the elements of a row, where each meets eight vectors; up to the branch that repeats them. */
function kernelLoops(text) {
  const loops = text.split("(loop ").slice(1);
  const bodies = loops.map((loop) => loop.slice(0, loop.lastIndexOf(`(br_if ${/^\S+/.exec(loop)[0]}`)));
  const products = (body) => body.match(/f32x4\.(relaxed_madd|mul)/g)?.length;
  return bodies.filter((body) => body.includes("v128.load32_splat") && products(body) === 8);
}

/** Yields a sentence for each thing that is wrong with a built variant. */
function* faults(variant, recorded) {
  const remedy = `run scripts/build-wasm ${variant}`;
  const directory = `ts/wasm/${variant}`;
  const missing = files.filter((name) => !existsSync(`${directory}/${name}`));
  if (recorded === undefined || missing.length > 0) {
    yield `${directory} is missing or incomplete; ${remedy}`;
    return;
  }
  if (recorded.sources !== hashSources())
    yield `${directory} was built from other sources than these; ${remedy}`;
  for (const [name, hash] of Object.entries(hashFiles(variant))) {
    if (hash !== recorded.sha256[name])
      yield `${directory}/${name} is not the file that was built; ${remedy}`;
  }

  const wasm = `${directory}/digitrain_bg.wasm`;
  const bytes = statSync(wasm).size;
  if (bytes > largestModule)
    yield `${wasm} is ${bytes} bytes, more than ${largestModule}; make the core smaller`;
  const text = binaryen("wasm-dis", "--all-features", wasm);
  const relaxed = /\(\w+\.relaxed_\w+/.exec(text);
  if (!text.includes("(f32x4."))
    yield `${wasm} holds no SIMD arithmetic; see variant_flags in scripts/toolchain.sh`;
  if (variant.startsWith("simd") && relaxed) {
    yield `${wasm} holds ${relaxed[0].slice(1)}, which engines without relaxed SIMD reject; ${remedy}`;
  }
  if (variant.startsWith("relaxed") && !relaxed)
    yield `${wasm} holds no relaxed opcode; see variant_flags in scripts/toolchain.sh`;
  const loops = kernelLoops(text);
  if (loops.length === 0 || !loops.every((body) => body.includes("(br_if ")))
    yield `${wasm} has lost the branch in the middle of the kernel's products, and is slow in Node 20 and 22; see kernel.rs`;
  const shared = /\(memory [^)]*shared\)/.test(text);
  if (variant.endsWith("-threads") !== shared)
    yield `${wasm} has ${shared ? "" : "no "}shared memory; see variant_flags in scripts/toolchain.sh`;
}

/** Yields a sentence for each variant that the same tools built differently. */
function* differences(variant, old, rebuilt) {
  if (old.sources !== rebuilt.sources) {
    yield `ts/wasm/${variant} was built from other sources than these; run scripts/build-wasm ${variant} and commit ts/wasm`;
  } else if (old.tools.join() !== rebuilt.tools.join()) {
    console.log(`ts/wasm/${variant}: committed ${old.bytes} bytes, built by ${old.tools.join(", ")};`);
    console.log(`  rebuilt ${rebuilt.bytes} bytes by other tools: ${rebuilt.tools.join(", ")}`);
  } else if (JSON.stringify(old.sha256) !== JSON.stringify(rebuilt.sha256)) {
    yield `ts/wasm/${variant} differs from what the same tools build of these sources; commit what scripts/build-wasm makes`;
  } else {
    console.log(`ts/wasm/${variant}: rebuilt, the same bytes`);
  }
}

const [command, argument, sources] = process.argv.slice(2);
if (command === "sources") {
  console.log(hashSources());
} else if (command === "write") {
  write(argument, sources);
  if (argument === "simd") writeFileSync(limitsFile, await limitsOf("simd"));
} else {
  const record = readRecord(recordFile);
  const old = command === "compare" ? readRecord(argument) : undefined;
  const problems = variants.flatMap((variant) => [
    ...(old ? differences(variant, old[variant], record[variant]) : faults(variant, record[variant])),
  ]);
  if (problems.length === 0 && readFileSync(limitsFile, "utf8") !== (await limitsOf("simd")))
    problems.push(`${limitsFile} is not what the core says; run scripts/build-wasm simd`);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
