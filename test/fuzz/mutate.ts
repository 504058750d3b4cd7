import fc from "fast-check";

/** A change to a file's bytes, which stay as they are. */
type Edit = (bytes: Uint8Array) => Uint8Array;

/** Files that changed ones are made of, and what is known of their kind. */
export interface Kind {
  readonly seeds: readonly Uint8Array[];
  /** Seeds that take long to read: each is taken a hundredth as often. */
  readonly slowSeeds?: readonly Uint8Array[];
  /** Texts, or bytes, that mean something in files of this kind. */
  readonly words?: readonly (string | Uint8Array)[];
  /** Makes lengths and checksums right again, so that what is wrong behind them is reached. */
  readonly repair?: (bytes: Uint8Array, seed: Uint8Array) => Uint8Array;
}

/** No file grows beyond it. */
export const LARGEST = 2 ** 20;

const NUMBERS = [0n, 1n, 2n, 3n, 127n, 128n, 255n, 256n, 0x7fffn, 0xffffn, 0x7fff_ffffn, 0x8000_0000n]
  .concat([0xffff_ffffn, 1n << 32n, 1n << 53n, (1n << 63n) - 1n, (1n << 64n) - 1n])
  .concat([65_537n, 1_000_000n, 0x7fc0_0000n, 0x7f80_0000n]);
const WRITTEN = [
  "0",
  "-1",
  "1.5",
  "1e3",
  "1e9",
  "1e309",
  "255",
  "256",
  "65537",
  "4294967296",
  "9007199254740993",
].concat(["99999999999999999999", "NaN", "null", "true", '"1"', "[]", "{}", "[1,2]", '"\\u001b[2J"', ""]);

const encode = (text: string) => new TextEncoder().encode(text);

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts)).subarray(0, LARGEST);
}

/** A place in a file, mostly near its start or its end, where the headers are. */
const place = fc.oneof(
  { weight: 3, arbitrary: fc.nat(64) },
  { weight: 2, arbitrary: fc.integer({ min: -96, max: -1 }) },
  { weight: 4, arbitrary: fc.nat(LARGEST) },
);

function within(at: number, { length }: Uint8Array): number {
  if (length === 0) return 0;
  return at < 0 ? Math.max(0, length + at) : at % length;
}

const overwritten = (bytes: Uint8Array, at: number, by: Uint8Array) =>
  joined(bytes.subarray(0, at), by.subarray(0, bytes.length - at), bytes.subarray(at + by.length));
const inserted = (bytes: Uint8Array, at: number, more: Uint8Array) =>
  joined(bytes.subarray(0, at), more, bytes.subarray(at));

/** A number in so many bytes, in either order. */
function numberBytes(value: bigint, size: number, isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(8 * size, value), isLittle);
  const all = new Uint8Array(view.buffer);
  return isLittle ? all.subarray(0, size) : all.subarray(8 - size);
}

const bitFlipped = fc.tuple(place, fc.nat(7)).map(([at, bit]): Edit => (bytes) => {
  const copy = bytes.slice();
  const i = within(at, bytes);
  copy[i] = (copy[i] ?? 0) ^ (1 << bit);
  return copy;
});
const byteSet = fc.tuple(place, fc.nat(255)).map(
  ([at, value]): Edit =>
    (bytes) =>
      overwritten(bytes, within(at, bytes), Uint8Array.of(value)),
);
const numberSet = fc
  .tuple(place, fc.constantFrom(...NUMBERS), fc.constantFrom(1, 2, 4, 8), fc.boolean())
  .map(([at, value, size, isLittle]): Edit => {
    return (bytes) => overwritten(bytes, within(at, bytes), numberBytes(value, size, isLittle));
  });
const cut = place.map(
  (at): Edit =>
    (bytes) =>
      bytes.subarray(0, within(at, bytes)),
);
const removed = fc.tuple(place, fc.integer({ min: 1, max: 64 })).map(([at, count]): Edit => (bytes) => {
  const start = within(at, bytes);
  return joined(bytes.subarray(0, start), bytes.subarray(start + count));
});
const repeated = fc
  .tuple(place, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }))
  .map(([at, count, times]): Edit => {
    return (bytes) => {
      const start = within(at, bytes);
      const part = bytes.subarray(start, start + count);
      return inserted(bytes, start, joined(...Array.from({ length: times }, () => part)));
    };
  });
const copied = fc.tuple(place, place, fc.integer({ min: 1, max: 64 })).map(([from, to, count]): Edit => {
  return (bytes) => {
    const start = within(from, bytes);
    return overwritten(bytes, within(to, bytes), bytes.subarray(start, start + count));
  };
});
const noise = fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 16 })).map(
  ([at, more]): Edit =>
    (bytes) =>
      inserted(bytes, within(at, bytes), more),
);
/** Puts another in the place of the next number that is written in digits. */
const numberWritten = fc.tuple(place, fc.constantFrom(...WRITTEN)).map(([at, text]): Edit => {
  return (bytes) => {
    const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
    const start = bytes.findIndex((byte, i) => i >= within(at, bytes) && isDigit(byte));
    if (start < 0) return bytes;
    const length = bytes.subarray(start).findIndex((byte) => !isDigit(byte));
    const rest = length < 0 ? new Uint8Array() : bytes.subarray(start + length);
    return joined(bytes.subarray(0, start), encode(text), rest);
  };
});

/** Puts a word in, or in another's place. */
function worded(words: readonly (string | Uint8Array)[]): fc.Arbitrary<Edit> {
  const word = fc.constantFrom(...words.map((one) => (typeof one === "string" ? encode(one) : one)));
  const put = fc.tuple(place, word).map(([at, text]): Edit => {
    return (bytes) => inserted(bytes, within(at, bytes), text);
  });
  const exchanged = fc.tuple(word, word).map(([from, to]): Edit => {
    return (bytes) => {
      const at = Buffer.from(bytes).indexOf(from);
      return at < 0 ? bytes : joined(bytes.subarray(0, at), to, bytes.subarray(at + from.length));
    };
  });
  return fc.oneof(put, exchanged);
}

/** The start of one file and the end of another. */
const spliced = (seeds: readonly Uint8Array[]) =>
  fc.tuple(fc.constantFrom(...seeds), place, place).map(([other, from, to]): Edit => {
    return (bytes) => joined(bytes.subarray(0, within(to, bytes)), other.subarray(within(from, other)));
  });

/** Files of a kind, changed in up to six ways; some are left whole. */
export function mutants({ seeds, slowSeeds = [], words = [], repair }: Kind): fc.Arbitrary<Uint8Array> {
  const edits: fc.MaybeWeightedArbitrary<Edit>[] = [
    { weight: 4, arbitrary: bitFlipped },
    { weight: 4, arbitrary: byteSet },
    { weight: 6, arbitrary: numberSet },
    { weight: 4, arbitrary: numberWritten },
    cut,
    removed,
    repeated,
    copied,
    noise,
    spliced(seeds),
    ...(words.length > 0 ? [{ weight: 5, arbitrary: worded(words) }] : []),
  ];
  const usual = { weight: 100, arbitrary: fc.constantFrom(...seeds) };
  const slow = slowSeeds.map((seed) => ({ weight: 1, arbitrary: fc.constant(seed) }));
  return fc
    .tuple(fc.oneof(usual, ...slow), fc.array(fc.oneof(...edits), { maxLength: 6 }), fc.boolean())
    .map(([seed, changes, isRepaired]) => {
      const changed = changes.reduce((bytes, change) => change(bytes), seed);
      return repair && isRepaired ? repair(changed, seed) : changed;
    });
}
