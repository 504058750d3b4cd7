// npm test: every check and every test that this machine can run; what it can't run is named.
// A failing part doesn't stop the others. With CI=true nothing may be skipped.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import spawn from "cross-spawn";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const scratch = mkdtempSync(join(tmpdir(), "digitrain-test-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const jestResult = join(scratch, "jest.json");

const total = { passed: 0, failed: 0, skipped: 0 };

/** Adds a part's counts. One that failed without a failed test (it didn't compile, say) is one failure. */
function count(status, { passed, failed, skipped }) {
  total.passed += passed;
  total.failed += status !== 0 && failed === 0 ? 1 : failed;
  total.skipped += skipped;
}

/** A check is one, passed or failed. */
function countCheck(status) {
  count(status, { passed: status === 0 ? 1 : 0, failed: 0, skipped: 0 });
}

/** Names the skipped tests. A suite that didn't run counts as one failure. */
function countJest(status) {
  const result = existsSync(jestResult) ? JSON.parse(readFileSync(jestResult, "utf8")) : undefined;
  for (const { fullName, status } of result?.testResults.flatMap((suite) => suite.assertionResults) ?? [])
    if (status === "pending" || status === "todo") console.log(`skipped: ${fullName}`);
  count(status, {
    passed: result?.numPassedTests ?? 0,
    failed: (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0),
    skipped: (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0),
  });
}

/** libtest and wasm-bindgen's test runner both end with "test result: ok. 3 passed; 0 failed; 1 ignored; ...". */
function countCargo(status, output) {
  const results = output.split("\n").filter((line) => line.startsWith("test result: "));
  const sum = (word) =>
    results.reduce((all, line) => all + Number(new RegExp(`(\\d+) ${word};`).exec(line)?.[1] ?? 0), 0);
  count(status, { passed: sum("passed"), failed: sum("failed"), skipped: sum("ignored") });
}

/** Runs a command to its end; `show` gets what it prints, as it does. */
function run([command, ...parameters], env, show) {
  const child = spawn(command, parameters, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      show(text);
    });
  return new Promise((resolve) => {
    child.on("error", ({ message }) => {
      show(`${message}\n`);
      resolve({ status: 1, output });
    });
    child.on("close", (code) => {
      resolve({ status: code ?? 1, output });
    });
  });
}

/** A part of the tests: a command, and how what it did is counted. */
function part(name, countResult, command, env = {}) {
  return { name, countResult, command, env };
}

/** Runs a part, showing what it prints as it does, or at its end. */
async function perform({ name, countResult, command, env }, isShownAtEnd = false) {
  const begun = performance.now();
  let shown = `\n== ${name}\n`;
  const show = (text) => (isShownAtEnd ? (shown += text) : process.stdout.write(text));
  if (!isShownAtEnd) process.stdout.write(shown);
  const { status, output } = await run(command, env, show);
  if (isShownAtEnd) process.stdout.write(shown);
  countResult(status, output);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`== ${name}: ${status === 0 ? "passed" : "FAILED"}, ${seconds} s`);
}

/** Runs parts two at a time, as most use one core, and the first of them first. */
async function sideBySide(parts) {
  const left = [...parts];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) await perform(next, true);
  };
  await Promise.all([work(), work()]);
}

function skip(name, why) {
  console.log(`\nskipped: ${name} (${why})`);
  total.skipped++;
}

/** Runs a command unseen: whether it succeeded, and the last line of what it says. */
function ask(command, ...parameters) {
  const { status, stdout, stderr } = spawn.sync(command, parameters, { encoding: "utf8" });
  const said = `${stdout ?? ""}${stderr ?? ""}`.trimEnd();
  return { isDone: status === 0, said, lastLine: said.slice(said.lastIndexOf("\n") + 1) };
}

// Node 20 has relaxed SIMD behind a flag, which later versions don't know. NODE_OPTIONS doesn't take it.
const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";
const relaxedFlags = ask(process.execPath, RELAXED_FLAG, "--eval", "").isDone ? [RELAXED_FLAG] : [];

function jest(name, variant, ...parameters) {
  const command = [
    process.execPath,
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    ...(variant.startsWith("relaxed") ? relaxedFlags : []),
    "node_modules/jest/bin/jest.js",
    "--maxWorkers=2",
    "--json",
    `--outputFile=${jestResult}`,
    ...parameters,
  ];
  const env = { DIGITRAIN_VARIANT: variant, ...(variant.endsWith("-threads") && { DIGITRAIN_THREADS: "2" }) };
  rmSync(jestResult, { force: true });
  return perform(part(`jest (${name})`, countJest, command, env));
}

// Linking with optimisation is for what is shipped: without it the Rust tests compile in half the time.
Object.assign(process.env, { CARGO_PROFILE_RELEASE_LTO: "off", CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16" });

/** The parts that take a Rust compiler. */
function nativeParts() {
  if (!ask("cargo", "--version").isDone) {
    skip("the core's own tests", "no Rust");
    return [];
  }
  const parts = [];
  if (ask("cargo", "fmt", "--version").isDone)
    parts.push(part("cargo fmt", countCheck, ["cargo", "fmt", "--check"]));
  else skip("cargo fmt", "rustfmt is missing");
  const [, host] = /^host: (.*)$/m.exec(ask("rustc", "-vV").said) ?? [];
  const crates = ask("cargo", "fetch", "--quiet", "--target", host);
  if (!crates.isDone) {
    console.log(crates.lastLine);
    skip("cargo clippy and cargo test", "their crates can't be downloaded");
    return parts;
  }
  const clippy = ["cargo", "clippy", "--all-targets", "--", "-D", "warnings"];
  if (ask("cargo", "clippy", "--version").isDone) parts.push(part("cargo clippy", countCheck, clippy));
  else skip("cargo clippy", "clippy is missing");
  // With loom a test runs once for each order in which its threads may run, but for those with many preemptions.
  const loom = { RUSTFLAGS: "--cfg loom", LOOM_MAX_PREEMPTIONS: "3", CARGO_TARGET_DIR: "target/loom" };
  const ofTeam = ["cargo", "test", "--release", "--lib", "team::"];
  return [
    ...parts,
    part("cargo test", countCargo, ["cargo", "test", "--release"]),
    part("cargo test of the team (loom)", countCargo, ofTeam, loom),
  ];
}

/** The parts that compile Rust to WebAssembly. */
function wasmParts() {
  const name = "the core's tests in WebAssembly";
  if (!ask("bash", "--version").isDone) {
    skip(name, "no bash, which the WebAssembly toolchain's scripts need");
    return [];
  }
  const test = (what) => ["bash", "scripts/test-wasm", what, ...relaxedFlags];
  const toolchain = ask(...test("toolchain"));
  if (!toolchain.isDone) {
    skip(name, toolchain.lastLine);
    return [];
  }
  // The tests' runner has no threads; the variants that have them are tested by jest.
  const variants = ["simd", "relaxed"];
  return [
    part("cargo clippy for WebAssembly", countCheck, test("clippy")),
    ...variants.map((variant) => part(`cargo test in WebAssembly (${variant})`, countCargo, test(variant))),
  ];
}

const npm = (...parameters) => ["npm", "run", "--silent", ...parameters];
const tsc = [process.execPath, "node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"];
// The longest come first.
await sideBySide([
  part("lint", countCheck, npm("lint")),
  ...wasmParts(),
  ...nativeParts(),
  part("types", countCheck, tsc),
  part("documentation", countCheck, npm("docs", "--", "--emit", "none")),
  part("build", countCheck, npm("build")),
  part("WebAssembly record", countCheck, [process.execPath, "scripts/wasm-record.mjs", "check"]),
]);
// Each variant runs what depends on its arithmetic. What takes many epochs runs once.
const traces = "/test/reference/(tensorflow|fixture)";
const [only, without] = ["--testPathPatterns", "--testPathIgnorePatterns"];
await jest("simd", "simd", without, "published", "/test/(browser|packaging)/");
await jest("relaxed", "relaxed", only, traces, "/test/unit/(core|model)/");
await jest("simd-threads", "simd-threads", only, traces);
await jest("relaxed-threads", "relaxed-threads", only, traces, "published");
await jest("browsers, package", "simd", only, "/test/(browser|packaging)/");

if (process.env.CI === "true" && total.skipped > 0) {
  console.log("\nCI=true: what was skipped counts as failed");
  total.failed += total.skipped;
  total.skipped = 0;
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
