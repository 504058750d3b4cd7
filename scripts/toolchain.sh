# shellcheck shell=bash
# Sourced by setup, build-wasm and test: where the WebAssembly tools are, and which Rust compiles the core.

# Outside the checkout, so that a fresh clone finds them again.
tools="${DIGITRAIN_TOOLS:-$HOME/.cache/digitrain/tools}"
export PATH="$tools/bin:$PATH"

# Debian's current Rust, with the sources of its standard library.
debian_packages=(rustc-web cargo-web rust-web-src rust-web-clippy lld-22)

# Prints those of the named Debian packages that aren't installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || echo "$package"
  done
}

# Selects the Rust that compiles to WebAssembly - Debian's, else rustup's nightly - or returns 1.
# Either must have the sources of the standard library, which is compiled again with our target features.
use_wasm_rust() {
  local sysroot
  if [[ -z "$(missing_packages "${debian_packages[@]}")" ]]; then
    # wasm-pack calls the `cargo` that it finds first; `node` must stay the caller's.
    PATH="$(dirname "$(command -v node)"):/usr/bin:$PATH"
    # -Zbuild-std is an unstable option, which a stable compiler takes only so.
    export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo RUSTC_BOOTSTRAP=1
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22
  elif sysroot="$(RUSTUP_TOOLCHAIN=nightly RUSTUP_AUTO_INSTALL=0 rustc --print sysroot 2>/dev/null)" &&
    [[ -d "$sysroot/lib/rustlib/src/rust/library" ]]; then
    export RUSTUP_TOOLCHAIN=nightly
  else
    return 1
  fi
}

# As above, and wasm-pack and wasm-bindgen are there too.
use_wasm_toolchain() {
  command -v wasm-pack wasm-bindgen wasm-bindgen-test-runner >/dev/null && use_wasm_rust
}

variants=(simd relaxed simd-threads relaxed-threads)

# Prints the compiler flags of a variant, one a line; returns 1 for an unknown variant.
# The paths of this machine are taken out of panic messages, so that the same toolchain gives the same bytes anywhere.
variant_flags() {
  local features symbol
  case "$1" in
    simd | simd-threads) features=+simd128 ;;
    relaxed | relaxed-threads) features=+simd128,+relaxed-simd ;;
    *) return 1 ;;
  esac
  if [[ "$1" == *-threads ]]; then
    features+=,+atomics,+bulk-memory,+mutable-globals
    # Memory that the threads share is made in JavaScript, and grows to WebAssembly's 4 GiB at most.
    printf '%s\n' -Clink-arg=--shared-memory -Clink-arg=--import-memory -Clink-arg=--max-memory=4294967296
    # wasm-bindgen's thread support needs these, and the linker no longer exports them by itself.
    for symbol in __wasm_init_tls __tls_size __tls_align __tls_base __heap_base __stack_pointer; do
      printf '%s\n' "-Clink-arg=--export=$symbol"
    done
  fi
  # LLVM's loop strength reduction computes addresses that WebAssembly's loads could name as offsets: slower, and larger.
  printf '%s\n' "-Ctarget-feature=$features" -Cllvm-args=-disable-lsr \
    "--remap-path-prefix=$(pwd)=/digitrain" \
    "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo" \
    "--remap-path-prefix=$("${RUSTC:-rustc}" --print sysroot)/lib/rustlib/src/rust=/rust"
}
