//! How much the core can take. `scripts/build-wasm` writes these numbers to ts/core/limits.ts, so that each is said once.

/// The most inputs, units of a layer and classes: an example's columns and its label have 16 bits.
pub const MAX_LAYER_SIZE: usize = 1 << 16;

/// The most examples of a batch.
pub const MAX_BATCH_SIZE: usize = 1 << 16;

/// The most threads of a team.
pub const MAX_THREADS: usize = 64;
