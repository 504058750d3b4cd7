import { setFlagsFromString } from "node:v8";

// Node 20 and 21 know relaxed SIMD but keep it behind a flag. It must be set before anything compiles WebAssembly,
// so main.ts imports this file first; only a program may set it, a library must not.
if (Number.parseInt(process.versions.node) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
