#!/usr/bin/env bash
# Where a step's time goes on one thread, phase by phase: scripts/bench/phases.sh MNIST-DIRECTORY
# Compiles the relaxed variant with the crate's feature `clock` into target/clock, and trains with it. Needs scripts/setup.
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/toolchain.sh

(($# == 1)) || { echo "usage: scripts/bench/phases.sh MNIST-DIRECTORY" >&2; exit 2; }
use_wasm_toolchain || { echo "phases: no WebAssembly toolchain; run scripts/setup" >&2; exit 1; }
data="$(realpath "$1")"
package="$(pwd)/target/clock/package"
flags="$(variant_flags relaxed)"
CARGO_ENCODED_RUSTFLAGS="${flags//$'\n'/$'\x1f'}" CARGO_TARGET_DIR="$(pwd)/target/clock" \
  wasm-pack --log-level error build crate --mode force --release --target web --no-opt --no-pack \
  --out-dir "$package" --out-name digitrain -- --locked -Zbuild-std=std,panic_abort --features clock
# It is JavaScript of a module, of which a package.json tells.
echo '{ "type": "module" }' >"$package/package.json"
node --eval 'process.exit(Number(process.versions.node.split(".")[0]) < 22 ? 0 : 1)' && flag=--experimental-wasm-relaxed-simd
node ${flag-} scripts/bench/phases/run.mjs "$package" "$data"
