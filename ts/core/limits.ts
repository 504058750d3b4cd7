// Written by scripts/build-wasm, as the core says it in crate/src/limits.rs and panel.rs.
/** The most inputs, units of a layer and classes. */
export const MAX_LAYER_SIZE = 65536;
/** The most examples of a batch. */
export const MAX_BATCH_SIZE = 65536;
/** The most threads of a team. */
export const MAX_THREADS = 64;
/** How many columns a panel of a dense matrix has. */
export const PANEL_WIDTH = 32;
