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

/** Runs a command to its end, showing what it prints. */
function run([command, ...parameters], env = {}) {
  const child = spawn(command, parameters, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
  return new Promise((resolve) => {
    child.on("error", ({ message }) => {
      console.log(message);
      resolve({ status: 1, output });
    });
    child.on("close", (code) => {
      resolve({ status: code ?? 1, output });
    });
  });
}

/** A part of the tests: a command, and how what it did is counted. */
async function part(name, countResult, command, env) {
  console.log(`\n== ${name}`);
  const begun = performance.now();
  const { status, output } = await run(command, env);
  countResult(status, output);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`== ${name}: ${status === 0 ? "passed" : "FAILED"}, ${seconds} s`);
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
  return part(`jest (${name})`, countJest, command, env);
}

// Linking with optimisation is for what is shipped: without it the Rust tests compile in half the time.
Object.assign(process.env, { CARGO_PROFILE_RELEASE_LTO: "off", CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16" });

async function testNative() {
  if (!ask("cargo", "--version").isDone) {
    skip("the core's own tests", "no Rust");
    return;
  }
  if (ask("cargo", "fmt", "--version").isDone)
    await part("cargo fmt", countCheck, ["cargo", "fmt", "--check"]);
  else skip("cargo fmt", "rustfmt is missing");
  const [, host] = /^host: (.*)$/m.exec(ask("rustc", "-vV").said) ?? [];
  const crates = ask("cargo", "fetch", "--quiet", "--target", host);
  if (!crates.isDone) {
    console.log(crates.lastLine);
    skip("cargo clippy and cargo test", "their crates can't be downloaded");
    return;
  }
  const clippy = ["cargo", "clippy", "--all-targets", "--", "-D", "warnings"];
  if (ask("cargo", "clippy", "--version").isDone) await part("cargo clippy", countCheck, clippy);
  else skip("cargo clippy", "clippy is missing");
  await part("cargo test", countCargo, ["cargo", "test", "--release"]);
  // With loom a test runs once for each order in which its threads may run, but for those with many preemptions.
  const loom = { RUSTFLAGS: "--cfg loom", LOOM_MAX_PREEMPTIONS: "3", CARGO_TARGET_DIR: "target/loom" };
  const ofTeam = ["cargo", "test", "--release", "--lib", "team::"];
  await part("cargo test of the team (loom)", countCargo, ofTeam, loom);
}

async function testWasm() {
  const name = "the core's tests in WebAssembly";
  if (!ask("bash", "--version").isDone) {
    skip(name, "no bash, which the WebAssembly toolchain's scripts need");
    return;
  }
  const test = (what) => ["bash", "scripts/test-wasm", what, ...relaxedFlags];
  const toolchain = ask(...test("toolchain"));
  if (!toolchain.isDone) {
    skip(name, toolchain.lastLine);
    return;
  }
  await part("cargo clippy for WebAssembly", countCheck, test("clippy"));
  // The tests' runner has no threads; the variants that have them are tested by jest.
  for (const variant of ["simd", "relaxed"])
    await part(`cargo test in WebAssembly (${variant})`, countCargo, test(variant));
}

await part("lint", countCheck, ["npm", "run", "--silent", "lint"]);
await part("types", countCheck, [
  process.execPath,
  "node_modules/typescript/bin/tsc",
  "--noEmit",
  "-p",
  "tsconfig.json",
]);
await part("documentation", countCheck, ["npm", "run", "--silent", "docs", "--", "--emit", "none"]);
await part("build", countCheck, ["npm", "run", "--silent", "build"]);
await part("WebAssembly record", countCheck, [process.execPath, "scripts/wasm-record.mjs", "check"]);
// Each variant runs what depends on its arithmetic. What takes many epochs runs once.
const traces = "/test/reference/(tensorflow|fixture)";
const [only, without] = ["--testPathPatterns", "--testPathIgnorePatterns"];
await jest("simd", "simd", without, "published", "/test/(browser|packaging)/");
await jest("relaxed", "relaxed", only, traces, "/test/unit/(core|model)/");
await jest("simd-threads", "simd-threads", only, traces);
await jest("relaxed-threads", "relaxed-threads", only, traces, "published");
await jest("browsers, package", "simd", only, "/test/(browser|packaging)/");
await testNative();
await testWasm();

if (process.env.CI === "true" && total.skipped > 0) {
  console.log("\nCI=true: what was skipped counts as failed");
  total.failed += total.skipped;
  total.skipped = 0;
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
