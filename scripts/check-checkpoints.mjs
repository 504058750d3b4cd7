// Kills training runs at random moments with SIGKILL, resumes them, and checks that each ends with the bits of a run that
// was let alone, that no checkpoint is ever unreadable, and that a kill loses nothing but the newest steps:
//   npm run build && node scripts/check-checkpoints.mjs [KILLS [SEED]]   500 kills by default; takes some ten minutes
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Model } from "../dist/node/index.js";

const [kills = 500, seed = Date.now() % 1e6] = process.argv.slice(2).map(Number);
const command = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "digitrain-kills-"));
const digits = join(scratch, "digits");
const others = join(scratch, "others");
const directory = join(scratch, "run");
const saved = join(scratch, "model.safetensors");

const configurations = [
  "--threads 1",
  "--threads 2 --recipe fast --epochs 10",
  "--threads 2 --hidden none --shuffle --momentum 0.9 --batch-size 32 --epochs 20",
  "--threads 3 --recipe accurate --epochs 8 --deterministic",
  "--threads 2 --recipe fast --optimizer adam --dropout 0.3 --epochs 40 --validation-fraction 0.1 --early-stopping 3 --keep-best",
  `--threads 2 --data ${digits},${others} --recipe robust --epochs 4 --early-stopping 2 --keep-best`,
  "--threads 1 --hidden 64,32 --output-activation relu --weight-decay 0.001 --batch-size 500 --epochs 60",
];

/** Numbers from 0 to 1, the same ones for a seed (a linear congruential generator: any would do). */
let state = seed;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

/** Runs until it ends, or for so many milliseconds; returns how it ended. */
function run(args, milliseconds = Infinity) {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, [command, ...args], { stdio: ["ignore", "ignore", "inherit"] });
    const timer = Number.isFinite(milliseconds) && setTimeout(() => program.kill("SIGKILL"), milliseconds);
    program.on("error", reject);
    program.on("close", (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal });
    });
  });
}

function check(holds, what) {
  if (!holds) throw new Error(`${what} (seed ${seed}; look into ${scratch})`);
}

/** The steps of the newest checkpoint, after all of them have been read. */
function newest() {
  let names = [];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith(".safetensors"));
  } catch {
    // The run was killed before it made its directory.
  }
  for (const name of names) Model.fromSafetensors(readFileSync(join(directory, name)), name);
  return Math.max(0, ...names.map((name) => Number(/\d+/.exec(name)[0])));
}

let killed = 0;
let completed = 0;
let inside = 0;
for (const [index, path] of [digits, others].entries()) {
  const args = ["digits", "--save", path, "--count", "12000", "--seed", `${index}`];
  execFileSync(process.execPath, [command, ...args], { stdio: "ignore" });
}
for (const [index, configuration] of configurations.entries()) {
  const options = ["train", "--quiet", "--data", digits, ...configuration.split(" "), "--save", saved];
  const begun = performance.now();
  check((await run(options)).status === 0, `${configuration}: the run failed`);
  const time = performance.now() - begun;
  const expected = readFileSync(saved);
  const keep = index % 2 ? "1" : "3";
  const checkpoint = [
    "--checkpoint",
    directory,
    "--resume",
    "--checkpoint-every-steps",
    "5",
    "--checkpoint-keep",
    keep,
  ];
  const end = Math.round((kills * (index + 1)) / configurations.length);
  for (let before = 0; killed < end || before > 0;) {
    const limit = killed < end ? random() * 1.2 * time : Infinity;
    const { status, signal } = await run([...options, ...checkpoint], limit);
    const steps = newest();
    check(steps >= before, `${configuration}: step ${before} was saved, but now the newest is ${steps}`);
    if (signal === "SIGKILL") {
      killed++;
      if (steps > before) inside++;
      before = steps;
      continue;
    }
    check(status === 0, `${configuration}: a resumed run failed`);
    check(readFileSync(saved).equals(expected), `${configuration}: a resumed run ended with other bits`);
    completed++;
    before = 0;
    rmSync(directory, { recursive: true });
  }
  console.log(`${configuration}: ${killed} kills so far, ${completed} runs completed with the same bits`);
}
console.log(
  `${killed} kills, ${inside} of them after new checkpoints; ${completed} completed runs, all equal in bits`,
);

/** A disk that has room for two checkpoints and not for the third; then a larger one, on which the run resumes. */
function fillDisk() {
  const options = [..."train --quiet --recipe fast --epochs 5 --data".split(" "), digits, "--save", saved];
  execFileSync(process.execPath, [command, ...options]);
  const expected = readFileSync(saved);
  // What the mount namespace holds is gone after it, so that all of this happens inside.
  const script = `
    mkdir "$DISK" && mount -t tmpfs -o size=5m digitrain "$DISK" || exit 99
    "$@"; echo "status $?"; ls "$DISK"
    mount -o remount,size=100m "$DISK" && "$@"; echo "status $?"`;
  const train = [process.execPath, command, ...options, "--checkpoint", directory, "--resume"];
  const inside = ["--map-root-user", "--mount", "sh", "-c", `exec 2>&1;${script}`, "sh", ...train];
  const output = execFileSync("unshare", inside, {
    encoding: "utf8",
    env: { ...process.env, DISK: directory },
  });
  const [error, ...lines] = output.trimEnd().split("\n");
  check(
    error.includes("checkpoints cannot be written here: no space left on device"),
    `not the error: ${error}`,
  );
  check(lines[0] === "status 1" && lines.at(-1) === "status 0", `not the exit status: ${output}`);
  const files = lines.slice(1, 3);
  check(
    files.every((name) => /^checkpoint-\d{10}\.safetensors$/.test(name)),
    `not two whole checkpoints: ${output}`,
  );
  check(readFileSync(saved).equals(expected), "the run on a larger disk ended with other bits");
  console.log(`a full disk: "${error}"; ${files.join(", ")} stayed, and the run went on to the same bits`);
}

if (process.platform === "linux") fillDisk();
rmSync(scratch, { recursive: true });
