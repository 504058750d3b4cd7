// Prints the most float32 operations a second that WebAssembly's 128-bit multiply-adds reach on this core: a loop of
// twelve independent chains, more than the eight (latency four, two a cycle) that fill a current processor's units, and
// few enough to stay in its registers. The best of several runs, since only interruptions can make one slower.
import "../../dist/cli/relaxed-simd.js";
import wabt from "wabt";

const CHAINS = 12;
const ROUNDS = 20_000_000;
const RUNS = 5;
const OPERATIONS = 2 * 4; // a multiplication and an addition in each of four lanes

const names = Array.from({ length: CHAINS }, (_, i) => `$sum${i}`);
const text = `(module (func (export "run") (param $rounds i32) (result v128)
  (local $factor v128) ${names.map((name) => `(local ${name} v128)`).join(" ")}
  (local.set $factor (f32x4.splat (f32.const 0.001)))
  (loop $again
    ${names.map((name) => `(local.set ${name} (f32x4.relaxed_madd (local.get $factor) (local.get $factor) (local.get ${name})))`).join("\n")}
    (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
  ${names.map((name) => `(local.get ${name})`).join(" ")} ${"f32x4.add ".repeat(CHAINS - 1)})
  (func (export "work") (param i32) (drop (call 0 (local.get 0)))))`;

const { buffer } = (await wabt()).parseWat("peak.wat", text, { simd: true, relaxed_simd: true }).toBinary({});
const { instance } = await WebAssembly.instantiate(buffer);
const run = instance.exports.work;
run(ROUNDS / 10); // lets the engine compile it well
const seconds = Array.from({ length: RUNS }, () => {
  const begun = performance.now();
  run(ROUNDS);
  return (performance.now() - begun) / 1000;
});
const flopsPerSecond = (ROUNDS * CHAINS * OPERATIONS) / Math.min(...seconds);
process.stdout.write(`${JSON.stringify({ flopsPerSecond })}\n`);
