/** A module whose only function is this code, which leaves a vector. */
function moduleOf(...code: number[]): Uint8Array<ArrayBuffer> {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = [1, 5, 1, 0x60, 0, 1, 0x7b];
  const body = [0, ...code, 0x0b];
  return Uint8Array.from([...header, ...type, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body]);
}

const ZERO = [0x41, 0];
const SPLAT = [0xfd, 0x0f];
/** i8x16.splat: 128-bit SIMD. */
const SIMD = moduleOf(...ZERO, ...SPLAT);
/** i8x16.relaxed_swizzle: relaxed SIMD. */
const RELAXED = moduleOf(...ZERO, ...SPLAT, ...ZERO, ...SPLAT, 0xfd, 0x80, 2);

/** Whether this engine has the instructions of a variant's lanes. */
export function hasLanes(lanes: "simd" | "relaxed"): boolean {
  return WebAssembly.validate(lanes === "simd" ? SIMD : RELAXED);
}
