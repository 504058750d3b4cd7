// The programs that digitrain is compared with. Each has a folder in bench/peers with its own lock file.
import { existsSync } from "node:fs";

const FOLDER = "bench/peers";

function python(name, folder, options = {}) {
  const program = `${FOLDER}/${folder}/.venv/bin/python`;
  const { args = [], ...rest } = options;
  return {
    name,
    installed: existsSync(program),
    command: [program, `${FOLDER}/${folder}/train.py`, ...args],
    ...rest,
  };
}

function javascript(name, folder, options = {}) {
  const { args = [], ...rest } = options;
  const installed = existsSync(`${FOLDER}/${folder}/node_modules`);
  return { name, installed, command: [process.execPath, `${FOLDER}/${folder}/train.mjs`, ...args], ...rest };
}

/** The one that is beside us in other settings, too. */
export const JAX = python("JAX", "jax", { wholeJob: true });

/**
 * `epochs` and `rounds`: how many are measured of a slow one. `wholeJob`: whether it can do the whole job, from start to saved
 * weights. `work`: what it can do of the walk-through's program, where it can't do all; ours is then compared in that.
 */
export const PEERS = [
  JAX,
  python("PyTorch", "pytorch", { wholeJob: true }),
  python("TensorFlow, tf.function", "tensorflow", { args: ["--mode", "function"], wholeJob: true }),
  python("TensorFlow, eager", "tensorflow", { args: ["--mode", "eager"], epochs: 2 }),
  javascript("jax-js", "jax-js", { epochs: 2 }),
  javascript("TensorFlow.js (wasm), by hand", "tfjs", { args: ["--mode", "hand"], epochs: 1, rounds: 1 }),
  javascript("TensorFlow.js (wasm), model.fit", "tfjs", { args: ["--mode", "fit"], epochs: 2, rounds: 1 }),
  javascript("brain.js", "brain.js", {
    epochs: 2,
    work: { batchSize: 1, outputActivation: "relu", limit: 1000 },
  }),
  {
    name: "netsaur",
    installed: false,
    why: "it is published for Deno on JSR, not on npm, and its CPU back end is a library that it downloads from GitHub",
  },
];
