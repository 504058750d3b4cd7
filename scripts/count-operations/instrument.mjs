// Puts a counter into a WebAssembly module: its text form has one operation a line, so a line is what is counted.
import wabt from "wabt";

const FEATURES = {
  simd: true,
  relaxed_simd: true,
  threads: true,
  bulk_memory: true,
  reference_types: true,
  multi_value: true,
  sign_extension: true,
  sat_float_to_int: true,
  mutable_globals: true,
};

/** What an engine's compiler makes no instruction of: names of values, constants, and where blocks begin and end. */
const FREE = /^(local\.|drop|nop|block|loop|else|end|(i32|i64|f32|f64|v128)\.const)/;
/** Where control may come in or leave, so that what stands between two of them runs as a whole. */
const BOUNDARY = /^(block|loop|if|else|end|br|br_if|br_table|return|unreachable)\b/;
const COUNTER = "$operations";

/**
 * Gives a module a counter of the operations that it executes: an i64, exported as "operations".
 * An operation on a whole block of memory (memory.copy, memory.fill) counts as one.
 */
export async function instrument(bytes) {
  const wasm = await wabt();
  const module = wasm.readWasm(bytes, FEATURES);
  const lines = module.toText({ foldExprs: false, inlineExport: false }).split("\n");
  module.destroy();
  const output = [];
  let run = [];
  let weight = 0;
  const endRun = () => {
    const count = [`global.get ${COUNTER}`, `i64.const ${weight}`, "i64.add", `global.set ${COUNTER}`];
    output.push(...(weight > 0 ? count : []), ...run);
    run = [];
    weight = 0;
  };
  for (const line of lines) {
    const operation = line.trimStart();
    // Operations are indented by four and more and stand alone on a line; all else of a module is in parentheses.
    if (!line.startsWith("    ") || operation.startsWith("(")) {
      endRun();
      output.push(line);
      continue;
    }
    run.push(line);
    if (!FREE.test(operation)) weight++;
    if (BOUNDARY.test(operation)) endRun();
  }
  endRun();
  const end = output.findLastIndex((line) => line.startsWith("  (export"));
  output.splice(
    end,
    0,
    `(global ${COUNTER} (mut i64) (i64.const 0)) (export "operations" (global ${COUNTER}))`,
  );
  return wasm.parseWat("digitrain.wat", output.join("\n"), FEATURES).toBinary({}).buffer;
}
