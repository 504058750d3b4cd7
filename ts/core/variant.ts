/** The instructions that a build of the core uses: WebAssembly's 128-bit SIMD, or relaxed SIMD too, which is faster. */
export type Lanes = "simd" | "relaxed";

/** What a build of the core is called. */
export type VariantName = Lanes | `${Lanes}-threads`;

/** A build of the core. */
export interface Variant {
  readonly lanes: Lanes;
  /** Whether its memory can be shared by threads. */
  readonly threads: boolean;
}

/** All builds of the core, by name. */
export const VARIANTS: ReadonlyMap<string, Variant> = new Map([
  ["simd", { lanes: "simd", threads: false }],
  ["relaxed", { lanes: "relaxed", threads: false }],
  ["simd-threads", { lanes: "simd", threads: true }],
  ["relaxed-threads", { lanes: "relaxed", threads: true }],
]);

/** A variant's name. */
export function nameOf({ lanes, threads }: Variant): VariantName {
  return threads ? `${lanes}-threads` : lanes;
}

/** A module whose only function is this code, which leaves a vector. */
function probe(...code: number[]): Uint8Array<ArrayBuffer> {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = [1, 5, 1, 0x60, 0, 1, 0x7b];
  const body = [0, ...code, 0x0b];
  return Uint8Array.from([...header, ...type, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body]);
}

const ZERO = [0x41, 0];
const SPLAT = [0xfd, 0x0f];
/** i8x16.splat: 128-bit SIMD. */
const SIMD = probe(...ZERO, ...SPLAT);
/** i8x16.relaxed_swizzle: relaxed SIMD. */
const RELAXED = probe(...ZERO, ...SPLAT, ...ZERO, ...SPLAT, 0xfd, 0x80, 2);

/** Whether this engine has the instructions. */
export function hasLanes(lanes: Lanes): boolean {
  return WebAssembly.validate(lanes === "simd" ? SIMD : RELAXED);
}
