import fc from "fast-check";
import { parseNpy } from "../../../../ts/data/formats/npy.js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { npy, npyOf, thrown, TYPES } from "../made.js";

function valuesOf(type: string): fc.Arbitrary<number> {
  const bits = 8 * Number(type[1]);
  if (type === "f4") return fc.float();
  if (type === "f8") return fc.double();
  if (type === "b1") return fc.integer({ min: 0, max: 1 });
  if (bits === 64)
    return type === "u8" ? fc.maxSafeNat() : fc.maxSafeInteger().map((value) => (value === 0 ? 0 : value));
  const half = 2 ** (bits - 1);
  return type.startsWith("u")
    ? fc.integer({ min: 0, max: 2 * half - 1 })
    : fc.integer({ min: -half, max: half - 1 });
}

const array = npy("|u1", [2, 2], [1, 2, 3, 4]);

function withHeader(header: string): Uint8Array {
  return npyOf(header, Uint8Array.of(1, 2, 3, 4));
}

describe("parseNpy", () => {
  describe.each(TYPES)("dtype %s", (type) => {
    it.each(["<", ">"])("gives back numbers in byte order %s, in each version of the format", (order) => {
      fc.assert(
        fc.property(fc.array(valuesOf(type)), fc.integer({ min: 1, max: 3 }), (values, version) => {
          const parsed = parseNpy(npy(`${order}${type}`, [values.length, 1], values, version), "x");
          expect(parsed.shape).toEqual([values.length, 1]);
          expect(parsed.kind).toBe(type[0]);
          expect(values.map((_, i) => parsed.at(i))).toEqual(values);
        }),
      );
    });
  });

  it.each([
    ["{'shape': (4,), 'descr': '=u1', 'fortran_order': False}", [4]],
    ["  {  'descr' :'|u1','fortran_order':False,'shape':(2,2)}", [2, 2]],
    ["{'descr': '|u1', 'fortran_order': False, 'shape': (4L, 1L), }", [4, 1]],
  ])("reads the header %s", (header, shape) => {
    expect(parseNpy(withHeader(header), "x").shape).toEqual(shape);
  });

  it("reads an array of no dimensions, which is one number", () => {
    expect(parseNpy(npy("<i4", [], [-7]), "x").at(0)).toBe(-7);
  });

  it("reads an array in Fortran order, row by row", () => {
    const ordered = (shape: string) =>
      withHeader(`{'descr': '|u1', 'fortran_order': True, 'shape': ${shape}}`);
    const read = (bytes: Uint8Array) => [0, 1, 2, 3].map((i) => parseNpy(bytes, "x").at(i));
    expect(read(ordered("(2, 2)"))).toEqual([1, 3, 2, 4]);
    expect(read(ordered("(1, 2, 2)"))).toEqual([1, 3, 2, 4]);
    expect(read(ordered("(4,)"))).toEqual([1, 2, 3, 4]);
    expect(parseNpy(ordered("(2, 2)"), "x").bytes).toBeUndefined();
  });

  it("reads halves and texts", () => {
    const halves = Uint8Array.of(0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc, 0xff, 0x7b);
    const half = parseNpy(npyOf("{'descr': '<f2', 'fortran_order': False, 'shape': (4,)}", halves), "x");
    expect([0, 1, 2, 3].map((i) => half.at(i))).toEqual([1, 2 ** -24, -Infinity, 65504]);
    const letters = new Uint8Array(Uint32Array.of(0x41, 0, 0x1f600, 0x42).buffer);
    const texts = parseNpy(npyOf("{'descr': '<U2', 'fortran_order': False, 'shape': (2,)}", letters), "x");
    expect([texts.textAt(0), texts.textAt(1), texts.at(0)]).toEqual(["A", "\u{1f600}B", NaN]);
    const bytes = parseNpy(
      npyOf("{'descr': '|S2', 'fortran_order': False, 'shape': (2,)}", Uint8Array.of(65, 66, 67, 0)),
      "x",
    );
    expect([bytes.textAt(0), bytes.textAt(1)]).toEqual(["AB", "C"]);
    expect(parseNpy(npy("<i2", [1], [-7]), "x").textAt(0)).toBe("-7");
  });

  it.each([
    "",
    "{}",
    "['descr']",
    "{'descr': '|u1', 'fortran_order': False}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (4,)",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (4,)} + {}",
    "{'descr': '|u1', 'fortran_order': 0, 'shape': (4,)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (-4,)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (4 1)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': '4'}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), 'more': True}",
    "{'descr': '|u1' 'fortran_order': False, 'shape': (4,)}",
    "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (4,)}",
    "{'descr': __import__('os'), 'fortran_order': False, 'shape': (4,)}",
  ])("refuses the header %s", (header) => {
    expect(thrown(() => parseNpy(withHeader(header), "x"))).toEqual(
      new DigitrainError(`x: the header can't be understood: ${header}`),
    );
  });

  it("refuses a header of a million dimensions", () => {
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${"1,".repeat(1e6)}), }`;
    const long = Buffer.concat([
      Buffer.from("\x93NUMPY\x02\0", "latin1"),
      Buffer.alloc(4),
      Buffer.from(header),
    ]);
    long.writeUInt32LE(header.length, 8);
    expect(thrown(() => parseNpy(long, "x"))).toEqual(
      new DigitrainError(`x: the header can't be understood: ${header.slice(0, 77)}...`),
    );
  });

  it("shows a header on one line, whatever is in it", () => {
    expect(thrown(() => parseNpy(withHeader("{\n\u001b[2J"), "x"))).toHaveProperty(
      "message",
      "x: the header can't be understood: {\\u000a\\u001b[2J",
    );
  });

  it("shows no more than the start of a long header", () => {
    expect(thrown(() => parseNpy(withHeader("?".repeat(300)), "x"))).toEqual(
      new DigitrainError(`x: the header can't be understood: ${"?".repeat(77)}...`),
    );
  });

  it.each(["<f3", "<c8", "|O", "<U0", "|S0", "<U55555", "<M8[ns]", "u1", "constructor", "<constructor", ""])(
    "refuses the dtype '%s'",
    (dtype) => {
      const bytes = withHeader(`{'descr': '${dtype}', 'fortran_order': False, 'shape': (2, 2)}`);
      expect(thrown(() => parseNpy(bytes, "x"))).toEqual(
        new DigitrainError(
          `x: arrays of dtype '${dtype}' can't be read; save it as one of integers, float32, float64 or bool, such as with astype("uint8")`,
        ),
      );
    },
  );

  it.each([
    [Uint8Array.of(1, 2, 3), "x: not an array in numpy's format: it doesn't start with \\x93NUMPY"],
    [npy("|u1", [0], [], 4), "x: version 4 of numpy's format can't be read; versions 1 to 3 can"],
    [array.subarray(0, 50), "x: the file ends within its header; make or download it again"],
    [
      array.subarray(0, -1),
      "x: the header says 4 numbers of 1 bytes (4 bytes), but there are 3; make or download it again",
    ],
    [
      npy("<f8", [1], [1, 2]),
      "x: the header says 1 numbers of 8 bytes (8 bytes), but there are 16; make or download it again",
    ],
  ])("refuses a wrong array (%#)", (bytes, message) => {
    expect(thrown(() => parseNpy(bytes, "x"))).toEqual(new DigitrainError(message));
  });

  it("refuses an array cut off anywhere", () => {
    for (let length = 0; length < array.length; length++)
      expect(thrown(() => parseNpy(array.subarray(0, length), "x"))).toBeInstanceOf(DigitrainError);
  });
});
