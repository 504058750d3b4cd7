import wabt from "wabt";
import { instrument } from "../../scripts/count-operations/instrument.mjs";

/** A module's exports, with the counter. */
async function instrumented(text) {
  const wasm = await wabt();
  const { buffer } = wasm.parseWat("test.wat", text, { simd: true, relaxed_simd: true }).toBinary({});
  const { instance } = await WebAssembly.instantiate(await instrument(buffer));
  return instance.exports;
}

const COUNTDOWN = `(module
  (global $calls (mut i32) (i32.const 0))
  (memory (export "memory") 1)
  (func $half (param i32) (result i32)
    local.get 0
    i32.const 1
    i32.shr_u)
  (func (export "run") (param i32) (result i32)
    loop $again
      i32.const 8
      v128.const f32x4 1 2 3 4
      v128.store
      local.get 0
      i32.const 1
      i32.sub
      local.tee 0
      br_if $again
    end
    i32.const 7
    call $half)
  (func (export "choose") (param i32) (result i32)
    local.get 0
    if (result i32)
      i32.const 2
      i32.const 3
      i32.mul
    else
      block (result i32)
        i32.const 1
        br 0
      end
    end))`;

test("each round of a loop is counted, calls are entered, names and constants are free", async () => {
  const { run, operations, memory } = await instrumented(COUNTDOWN);
  for (const rounds of [1, 2, 1000]) {
    const before = operations.value;
    expect(run(rounds)).toBe(3);
    // A round stores, subtracts and branches; after the last come the call and the shift in it.
    expect(operations.value - before).toBe(BigInt(3 * rounds + 2));
  }
  expect([...new Float32Array(memory.buffer, 8, 4)]).toEqual([1, 2, 3, 4]);
});

test("of two branches only the one taken is counted", async () => {
  const { choose, operations } = await instrumented(COUNTDOWN);
  expect(choose(1)).toBe(6);
  expect(operations.value).toBe(2n); // if, multiply
  expect(choose(0)).toBe(1);
  expect(operations.value).toBe(4n); // if, br
});
