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

const VECTOR = 0x7b;
const FLOAT = 0x7d;

/** A module whose only function, exported as "f", is this code, which leaves one value. */
function probe(result: number, ...code: number[]): Uint8Array<ArrayBuffer> {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = [1, 5, 1, 0x60, 0, 1, result];
  const functions = [3, 2, 1, 0];
  const exports = [7, 5, 1, 1, 0x66, 0, 0];
  const body = [0, ...code, 0x0b];
  const codes = [10, body.length + 2, 1, body.length, ...body];
  return Uint8Array.from([...header, ...type, ...functions, ...exports, ...codes]);
}

const ZERO = [0x41, 0];
const SPLAT = [0xfd, 0x0f];
/** i8x16.splat: 128-bit SIMD. */
const SIMD = probe(VECTOR, ...ZERO, ...SPLAT);
/** i8x16.relaxed_swizzle: relaxed SIMD. */
const RELAXED = probe(VECTOR, ...ZERO, ...SPLAT, ...ZERO, ...SPLAT, 0xfd, 0x80, 2);

/** Four times this number. */
function splat(value: number): number[] {
  return [0x43, ...new Uint8Array(Float32Array.of(value).buffer), 0xfd, 0x13];
}

const FACTOR = 1 + 2 ** -12;
/** f32x4.relaxed_madd: a number's square less the same square rounded. */
const PRODUCT = probe(
  FLOAT,
  ...splat(FACTOR),
  ...splat(FACTOR),
  ...splat(-(1 + 2 ** -11)),
  0xfd,
  0x85,
  2,
  0xfd,
  0x1f,
  0,
);

/** Whether this engine has the instructions. */
export function hasLanes(lanes: Lanes): boolean {
  return WebAssembly.validate(lanes === "simd" ? SIMD : RELAXED);
}

/**
 * Whether relaxed SIMD rounds a product and a sum once. Where it rounds twice, as in JavaScriptCore and on processors
 * without such an instruction, it has plain SIMD's bits.
 */
export function roundsOnce(): boolean {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(PRODUCT));
    return (exports as { f: () => number }).f() !== 0;
  } catch {
    // A page's rules may forbid it until they allow the core.
    return true;
  }
}
