import { zipSync } from "fflate";
import { isZip, ZipArchive } from "../../../../ts/data/formats/zip.js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { rejection, thrown } from "../made.js";

const text = new TextEncoder().encode("some text, some text, some text");
const stored = zipSync({ a: [text, { level: 0 }] });
const deflated = zipSync({ a: [text, { level: 9 }] });
const centralOf = (archive: Uint8Array) => new DataView(archive.buffer).getUint32(archive.length - 6, true);

/** A copy with some bytes replaced. */
function changed(archive: Uint8Array, position: number, ...values: number[]): Uint8Array {
  const copy = archive.slice();
  copy.set(values, position);
  return copy;
}

async function refusal(archive: Uint8Array): Promise<unknown> {
  return rejection(new ZipArchive(archive, "z").read("a"));
}

describe("ZipArchive", () => {
  it("reads stored and deflated files, and knows what it holds", async () => {
    const archive = new ZipArchive(zipSync({ a: [text, { level: 0 }], "b/ü": [text, { level: 9 }] }), "z");
    expect(archive.names).toEqual(["a", "b/ü"]);
    expect(await archive.read("a")).toEqual(text);
    expect(await archive.read("b/ü")).toEqual(text);
    expect(await archive.read("c")).toBeUndefined();
  });

  it("reads past an archive's comment", async () => {
    const comment = new TextEncoder().encode("PK\x05\x06, said the comment");
    const archive = Uint8Array.of(...changed(stored, stored.length - 2, comment.length, 0), ...comment);
    expect(await new ZipArchive(archive, "z").read("a")).toEqual(text);
  });

  it("refuses a method other than stored and deflated", async () => {
    expect(await refusal(changed(stored, centralOf(stored) + 10, 12, 0))).toEqual(
      new DigitrainError(
        "z: a is compressed by method 12; numpy.savez and numpy.savez_compressed use 0 and 8",
      ),
    );
  });

  it.each([
    [
      stored.subarray(0, -1),
      "z: the zip archive is damaged (its directory is missing, so it was probably cut off); make or download it again",
    ],
    [
      changed(stored, stored.length - 6, 3),
      "z: the zip archive is damaged (no valid record at byte 3); make or download it again",
    ],
    [
      changed(stored, centralOf(stored) + 20, 0xff, 0xff),
      "z: the zip archive is damaged (a ends beyond the file); make or download it again",
    ],
    [
      changed(stored, centralOf(stored) + 42, 0xff, 0xff, 0xff, 0xff),
      "z: the archive is too large; arrays of up to 2 GB can be read",
    ],
  ])("refuses a wrong directory (%#)", (archive, message) => {
    expect(thrown(() => new ZipArchive(archive, "z"))).toEqual(new DigitrainError(message));
  });

  it.each([
    [
      changed(stored, 35, 0),
      "z: the zip archive is damaged (a doesn't have its checksum); make or download it again",
    ],
    [
      changed(deflated, centralOf(deflated) + 24, 30),
      "z: the zip archive is damaged (a: it holds more than the 30 bytes it should); make or download it again",
    ],
    [
      changed(deflated, centralOf(deflated) + 24, 40),
      "z: the zip archive is damaged (a: it holds 31 bytes where it should hold 40); make or download it again",
    ],
    [
      changed(deflated, 31, 0xff, 0xff),
      "z: the zip archive is damaged (a: invalid block type); make or download it again",
    ],
  ])("refuses a wrong file (%#)", async (archive, message) => {
    expect(await refusal(archive)).toEqual(new DigitrainError(message));
  });
});

describe("isZip", () => {
  it("knows an archive by its start", () => {
    expect(isZip(stored)).toBe(true);
    expect(isZip(zipSync({}))).toBe(true);
    expect(isZip(Uint8Array.of(0x50, 0x4b))).toBe(false);
    expect(isZip(text)).toBe(false);
  });
});
