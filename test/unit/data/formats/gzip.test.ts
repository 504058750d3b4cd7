import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { decompress, decompressParts } from "../../../../ts/data/formats/gzip.js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { rejection } from "../made.js";

const content = Uint8Array.from({ length: 500 }, (_, i) => (i * i) & 255);
const compressed = new Uint8Array(gzipSync(content));

function changed(position: number, value: number): Uint8Array {
  const copy = compressed.slice();
  copy[copy.length + position] = value;
  return copy;
}

describe("decompress", () => {
  it("gives back what was compressed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        expect(await decompress(new Uint8Array(gzipSync(bytes)), "f")).toEqual(bytes);
      }),
    );
  });

  it("gives back what compresses best of all", async () => {
    const zeros = new Uint8Array(5_000_000);
    const result = await decompress(new Uint8Array(gzipSync(zeros, { level: 9 })), "f");
    expect(Buffer.compare(result, zeros)).toBe(0);
  });

  it("reads several members, and past zeros", async () => {
    const second = new Uint8Array(gzipSync(Uint8Array.of(1, 2, 3)));
    const all = Uint8Array.of(...content, 1, 2, 3);
    expect(await decompress(Uint8Array.of(...compressed, ...second), "f")).toEqual(all);
    expect(await decompress(Uint8Array.of(...compressed, ...second, ...new Uint8Array(600)), "f")).toEqual(
      all,
    );
    expect(await decompress(Uint8Array.of(...compressed, ...new Uint8Array(3)), "f")).toEqual(content);
  });

  it("takes no memory for more than the data says that it holds", async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(2 ** 27 + 1), { level: 1 }));
    for (const bytes of [bomb, new Uint8Array(Buffer.concat([bomb, compressed]))])
      await expect(decompress(bytes, "f", () => 1000)).rejects.toThrow(
        "f: the gzip file is damaged (it holds more than the 1000 bytes it should); download it again",
      );
  });

  it.each([
    [
      Uint8Array.of(0x3c, 0x0d),
      "f: not a gzip file: it starts with 3c 0d where gzip has 1f 8b; download it again",
    ],
    [new Uint8Array(), "f: not a gzip file: it starts with nothing where gzip has 1f 8b; download it again"],
    [
      compressed.subarray(0, 17),
      "f: the gzip file is damaged (it ends within its header); download it again",
    ],
    [changed(-4, 0xf3), "f: the gzip file is damaged (incorrect length check); download it again"],
    [
      changed(-1, 0xff),
      /^f: the gzip file is damaged \(\d+ bytes can't hold 4278190580\); download it again$/,
    ],
    [changed(-8, 0), "f: the gzip file is damaged (incorrect data check); download it again"],
    [
      Uint8Array.of(...compressed, 0x05, 0x02, 0, 0),
      "f: the gzip file is damaged (incorrect header check); download it again",
    ],
  ])("refuses a damaged file (%#)", async (bytes, message) => {
    const error = await rejection(decompress(bytes, "f"));
    expect(error).toBeInstanceOf(DigitrainError);
    expect(error).toHaveProperty(
      "message",
      typeof message === "string" ? message : expect.stringMatching(message),
    );
  });

  it.each([compressed, content])("closes a file that isn't read to its end (%#)", async (bytes) => {
    let isClosed = false;
    const file = async function* () {
      try {
        yield await Promise.resolve(bytes.subarray(0, 100));
        yield bytes.subarray(100);
      } finally {
        isClosed = true;
      }
    };
    const parts = decompressParts(file(), "f");
    await parts.next();
    await parts.return(undefined);
    expect(isClosed).toBe(true);
  });

  it("refuses a file cut off anywhere", async () => {
    for (let length = 0; length < compressed.length; length++)
      expect(await rejection(decompress(compressed.subarray(0, length), "f"))).toBeInstanceOf(DigitrainError);
  });
});
