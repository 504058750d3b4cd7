import fc from "fast-check";
import { DigitrainError } from "../../../ts/base/errors.js";
import { read, type Tensor, write } from "../../../ts/model/safetensors.js";

/** A file of this header, written as it is, and so many bytes of data. */
function file(header: string | object, dataLength = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function entry(shape: unknown, offsets: unknown, dtype: unknown = "F32"): object {
  return { dtype, shape, data_offsets: offsets };
}

const name = "model.safetensors";
const invalid = "the header is not JSON in UTF-8; this is no safetensors file, or a damaged one";

describe("what is written is read", () => {
  it("tensors of any shape and bits, and metadata", () => {
    const tensor = fc.array(fc.nat(3), { maxLength: 3 }).chain((shape) => {
      const size = shape.reduce((product, side) => product * side, 1);
      const values = fc.float32Array({ minLength: size, maxLength: size });
      return values.map((values): Tensor => ({ shape, values }));
    });
    const tensors = fc.dictionary(fc.string(), tensor);
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
        delete tensors.__metadata__;
        const written = new Map(Object.entries(tensors));
        const bytes = write(written, new Map(Object.entries(metadata)));
        const back = read(bytes, name);
        expect(new Map([...back.metadata].sort())).toEqual(new Map(Object.entries(metadata).sort()));
        expect([...back.tensors.keys()].sort()).toEqual([...written.keys()].sort());
        for (const [key, value] of written) expect(back.tensors.get(key)).toEqual(value);
      }),
    );
  });

  it("the names that objects have by nature are names like others", () => {
    const values = new Float32Array([1]);
    const tensors = new Map([["__proto__", { shape: [1], values }]]);
    const back = read(write(tensors, new Map([["__proto__", "x"]])), name);
    expect([...back.tensors]).toEqual([...tensors]);
    expect([...back.metadata]).toEqual([["__proto__", "x"]]);
  });

  it("with the data at a multiple of 8 bytes, after a header padded with spaces", () => {
    const bytes = write(new Map([["w", { shape: [1], values: new Float32Array([1.5]) }]]), new Map());
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(header.trimEnd()).toBe('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
    expect(bytes.subarray(8 + length)).toEqual(new Uint8Array([0, 0, 0xc0, 0x3f]));
  });

  it("part of a larger array is read and written as such", () => {
    const values = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const bytes = write(new Map([["w", { shape: [2], values }]]), new Map());
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(read(larger.subarray(3), name).tensors.get("w")?.values).toEqual(new Float32Array([1, 2]));
  });
});

describe("tensors are read", () => {
  it("from a Buffer, as from any Uint8Array", () => {
    const values = new Float32Array([1, 2]);
    const bytes = write(new Map([["w", { shape: [2], values }]]), new Map());
    expect(read(Buffer.from(bytes), name).tensors.get("w")).toEqual({ shape: [2], values });
  });

  it("in the order of their bytes, an empty one among them", () => {
    const header = { b: entry([2], [4, 12]), c: entry([0, 5], [4, 4]), a: entry([], [0, 4]) };
    expect([...read(file(header, 12), name).tensors.keys()]).toEqual(["a", "c", "b"]);
  });

  it("from a file without any", () => {
    expect(read(file({}), name)).toEqual({ tensors: new Map(), metadata: new Map() });
  });

  it("with a name of many megabytes", () => {
    const long = '\\"{'.repeat(4e6);
    expect(
      [...read(file(`{"${long}":${JSON.stringify(entry([], [0, 4]))}}`, 4), name).tensors.keys()][0],
    ).toHaveLength(8e6);
  });
});

describe("damaged and hostile files are refused", () => {
  const w = entry([1], [0, 4]);
  const entryText = JSON.stringify(w);
  const long = new Uint8Array(16);
  new DataView(long.buffer).setBigUint64(0, 2n ** 63n, true);
  long.set(new TextEncoder().encode("{"), 8);
  const longer = new Uint8Array(16);
  new DataView(longer.buffer).setBigUint64(0, 9n, true);
  const notText = file("{}");
  notText[9] = 0xff;

  it.each<[string, Uint8Array, string]>([
    [
      "too short",
      new Uint8Array(7),
      "a safetensors file begins with the 8 bytes of its header's length, but this one holds 7",
    ],
    [
      "a huge header",
      long,
      "the header is said to hold 9223372036854775808 bytes, more than the 100000000 allowed",
    ],
    [
      "a file of another kind",
      new TextEncoder().encode("# A text, which says what it says"),
      "this is no safetensors file: no header begins behind its first 8 bytes",
    ],
    ["a header past the end", longer, "the header is said to hold 9 bytes, but only 8 follow"],
    ["no JSON", file("{w}"), invalid],
    ["an empty header", file(""), invalid],
    ["not UTF-8", notText, invalid],
    ["a byte order mark", file("\ufeff{}"), invalid],
    ["a list", file("[]"), "the header is not a JSON object of tensors"],
    ["null", file("null"), "the header is not a JSON object of tensors"],
    ["a name twice", file(`{"w":${entryText},"w":${entryText}}`, 4), 'the header names "w" twice'],
    [
      "a name twice, in disguise",
      file(`{"w":${entryText},"\\u0077" :${entryText}}`, 4),
      'the header names "w" twice',
    ],
    ["a key twice", file('{"w":{"dtype":"F32","dtype":"F32"}}'), 'the header names "dtype" twice'],
    ["no entry", file({ w: 1 }), 'the header\'s entry for "w" has no valid dtype and shape'],
    ["no shape", file({ w: { dtype: "F32" } }), 'the header\'s entry for "w" has no valid dtype and shape'],
    [
      "a negative shape",
      file({ w: entry([-1], [0, 4]) }, 4),
      'the header\'s entry for "w" has no valid dtype and shape',
    ],
    [
      "another type",
      file({ w: entry([1], [0, 2], "I16") }, 2),
      'the tensor "w" is of I16, but only F32, F64, F16, BF16 can be read',
    ],
    [
      "no offsets",
      file({ w: entry([1], undefined) }),
      'the header\'s entry for "w" has no valid data_offsets',
    ],
    [
      "three offsets",
      file({ w: entry([1], [0, 4, 8]) }),
      'the header\'s entry for "w" has no valid data_offsets',
    ],
    [
      "fractional offsets",
      file({ w: entry([1], [0.5, 4.5]) }),
      'the header\'s entry for "w" has no valid data_offsets',
    ],
    [
      "offsets the wrong way",
      file({ w: entry([1], [4, 0]) }, 4),
      'the tensor "w" of shape [1] takes 4 bytes, but its offsets say -4',
    ],
    [
      "a wrong size",
      file({ w: entry([2, 3], [0, 4]) }, 4),
      'the tensor "w" of shape [2, 3] takes 24 bytes, but its offsets say 4',
    ],
    [
      "a size that overflows",
      file({ w: entry([2 ** 32, 2 ** 32], [0, 0]) }),
      'the tensor "w" of shape [4294967296, 4294967296] takes 73786976294838210000 bytes, but its offsets say 0',
    ],
    [
      "an overlap",
      file({ w: w, x: entry([1], [0, 4]) }, 4),
      'the tensor "x" overlaps the tensor before it: it begins at byte 0 of the data, not 4',
    ],
    [
      "a gap",
      file({ w: entry([1], [4, 8]) }, 8),
      'the tensor "w" leaves a gap before it: it begins at byte 4 of the data, not 0',
    ],
    [
      "out of bounds",
      file({ w: entry([2], [0, 8]) }, 4),
      'the tensor "w" ends at byte 8 of the data, which has only 4',
    ],
    ["bytes left over", file({ w: w }, 7), "3 bytes follow the last tensor; there should be none"],
    [
      "metadata that is no object",
      file({ __metadata__: 1 }),
      "the header's __metadata__ is not an object of strings",
    ],
    [
      "metadata that is no string",
      file({ __metadata__: { a: 1 } }),
      'the header\'s __metadata__ "a" is not a string',
    ],
  ])("%s", (_, bytes, message) => {
    expect(() => read(bytes, name)).toThrow(new DigitrainError(`${name}: ${message}`));
  });

  it("cut short or changed anywhere: an error, or another valid file", () => {
    const tensors = new Map([
      ["w", { shape: [2, 2], values: new Float32Array(4) }],
      ["b", { shape: [2], values: new Float32Array(2) }],
    ]);
    const bytes = write(tensors, new Map([["format", "x"]]));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length), name)).toThrow(DigitrainError);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (position, value) => {
        const changed = bytes.slice();
        changed[position] = value;
        try {
          read(changed, name);
        } catch (error) {
          expect(error).toBeInstanceOf(DigitrainError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
