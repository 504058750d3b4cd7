import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type CsvOptions, type CsvTable, parseCsv } from "../../../../ts/data/formats/csv.js";
import { loadDataset } from "../../../../ts/data/load.js";
import { DigitrainError } from "../../../../ts/base/errors.js";
import { rejection, withDirectory } from "../made.js";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Parses bytes that come in parts of some size. */
function parse(bytes: Uint8Array, options: CsvOptions = {}, size = 7): Promise<CsvTable> {
  const parts = async function* () {
    for (let start = 0; start < bytes.length; start += size)
      yield Promise.resolve(bytes.subarray(start, start + size));
  };
  return parseCsv(parts(), "f.csv", options);
}

describe("parseCsv", () => {
  it.each([
    ["Kaggle's form", "label,pixel0,pixel1\n7,0,255\n1,3,4\n"],
    ["no header", "7,0,255\n1,3,4"],
    [
      "Windows' line ends, empty lines and a byte order mark",
      "\ufefflabel,pixel0,pixel1\r\n\r\n7,0,255\r\n1,3,4\r\n\r\n",
    ],
    ["quotes and spaces", '"label","1x1","1x2"\n"7", 0,"255"\n1, 3 ,4\n'],
    ["a header of numbers but for the label", "label,0,1\n7,0,255\n1,3,4\n"],
    ["the label last", "pixel0,pixel1,class\n0,255,7\n3,4,1\n"],
  ])("reads %s", async (_, text) => {
    expect(await parse(bytesOf(text))).toEqual({
      images: Uint8Array.of(0, 255, 3, 4),
      labels: Int32Array.of(0, 1),
      labelTexts: ["7", "1"],
      count: 2,
      remarks: [],
    });
  });

  it("reads a header with a quote within a name, which quotes nothing", async () => {
    expect(await parse(bytesOf('label,a"b,c\n7,0,255\n1,3,4\n'))).toMatchObject({
      images: Uint8Array.of(0, 255, 3, 4),
      count: 2,
    });
  });

  it("refuses a file whose rows are empty lines of another kind", async () => {
    await expect(parse(bytesOf("label,a,b,c\r\n\r"))).rejects.toThrow(
      "f.csv: there are no rows under the header",
    );
  });

  it("reads a file without labels, with a header or where the number of inputs tells", async () => {
    const table = {
      images: Uint8Array.of(0, 255, 3, 4),
      labels: undefined,
      labelTexts: [],
      count: 2,
      remarks: [],
    };
    expect(await parse(bytesOf("pixel0,pixel1\n0,255\n3,4\n"))).toEqual(table);
    expect(await parse(bytesOf("0,255\n3,4\n"), { inputs: 2 })).toEqual(table);
  });

  it("takes all numbers as they are where one has a decimal point, an exponent or a sign", async () => {
    for (const [text, value] of [
      ["0.5", 0.5],
      ["-2", -2],
      ["1e3", 1000],
    ] as const) {
      const { images } = await parse(bytesOf(`label,a,b\nx,300,${text}\n`));
      expect(images).toEqual(Float32Array.of(300, value));
    }
  });

  it("reads what was written, whatever the sizes", async () => {
    const row = fc.integer({ min: 1, max: 9 }).chain((columns) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: columns, maxLength: columns }), {
        minLength: 1,
      }),
    );
    await fc.assert(
      fc.asyncProperty(row, fc.boolean(), async (rows, header) => {
        const lines = rows.map((values, i) => [i % 7, ...values].join());
        const top = header ? [["label", ...(rows[0] ?? []).map((_, i) => `pixel${i}`)].join()] : [];
        expect(await parse(bytesOf([...top, ...lines].join("\n")))).toEqual({
          images: Uint8Array.from(rows.flat()),
          labels: Int32Array.from(rows, (_, i) => i % 7),
          labelTexts: rows.slice(0, 7).map((_, i) => String(i)),
          count: rows.length,
          remarks: [],
        });
      }),
    );
  });

  it.each([
    ["", "the file is empty"],
    ["\n\n", "the file is empty"],
    ["label\n1\n", "the first line has no commas, semicolons or tabs, which separate a CSV file's columns"],
    ["label,pixel0\n", "there are no rows under the header"],
    ["label,a,b\n1,2,3\n1,2\n", "row 2 has 2 columns, but the header has 3"],
    ["1,2,3\n1,2,3,4\n", "row 2 has 4 columns, but the first row has 3"],
    [
      "label,a,b\n1,2,256\n",
      "column 3 of row 1 holds 256, but whole numbers are pixels from 0 to 255; write other numbers with a decimal point",
    ],
    ["label,a,b\n1,1,2\n,1,2\n", "row 2 has no label"],
    [`label${",".repeat(65_537)}\n`, "the first line has 65538 columns, but at most 65537 are read"],
    ["label,a,b\n1,,2\n", 'column 2 of row 1 holds "" where a number should be'],
    ["label,a,b\n1,2,x y\n", 'column 3 of row 1 holds "x y" where a number should be'],
    ["label,a,b\n1,2,-21e303\n", 'column 3 of row 1 holds "-21e303", but float32 takes numbers up to 3.4e38'],
    ["label,a,b\n1,2,1e999\n", 'column 3 of row 1 holds "1e999" where a number should be'],
  ])("refuses %j", async (text, message) => {
    expect(await rejection(parse(bytesOf(text)))).toEqual(new DigitrainError(`f.csv: ${message}`));
  });

  it("stops at an abort", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    expect(await rejection(parse(bytesOf("1,2\n"), { signal }))).toBe(reason);
  });
});

describe("a data set of CSV files", () => {
  const load = (files: Record<string, string>, name = "") =>
    withDirectory(async (parent) => {
      const directory = join(parent, "digits");
      await mkdir(directory);
      for (const [file, text] of Object.entries(files))
        await writeFile(join(directory, file), file.endsWith(".gz") ? gzipSync(text) : text);
      return loadDataset(join(directory, name)).catch((error: unknown) =>
        String(error).replaceAll(directory, "~"),
      );
    });

  it("may be one file", async () => {
    expect(await load({ "mine.csv": "label,a,b\n3,1,2\n0,3,4\n" }, "mine.csv")).toEqual({
      name: "mine.csv",
      classes: 4,
      train: { images: Uint8Array.of(1, 2, 3, 4), labels: Int32Array.of(3, 0), count: 2, shape: [2] },
    });
  });

  it("has 28x28 digits where a row has 784 numbers", async () => {
    const row = `5${",0".repeat(784)}\n`;
    expect(await load({ "mine.csv": row }, "mine.csv")).toMatchObject({
      classes: 10,
      train: { shape: [28, 28] },
    });
  });

  it("may be two files in a directory, whose labels are names", async () => {
    const files = {
      "animals_train.csv.gz": "label,a\ncat,1\nant,2\n",
      "animals_test.csv": "label,a\ndog,3\ncat,4\n",
      "notes.txt": "",
    };
    expect(await load(files)).toMatchObject({
      name: "digits",
      classes: 3,
      classNames: ["ant", "cat", "dog"],
      train: { labels: Int32Array.of(1, 0) },
      test: { labels: Int32Array.of(2, 1), images: Uint8Array.of(3, 4) },
    });
  });

  it("takes numbers as they are in both files where they are not pixels in one", async () => {
    const data = await load({ "train.csv": "0,1,2\n1,3,4\n", "test.csv": "0,1.5,2\n" });
    expect(data).toMatchObject({
      train: { images: Float32Array.of(1, 2, 3, 4) },
      test: { images: Float32Array.of(1.5, 2) },
    });
  });

  it.each([
    [
      { "train.csv": "label,a\none,1\none,2\n" },
      "DigitrainError: ~/train.csv: its labels name 1 class, one, but at least 2 are needed",
    ],
    [
      { "train.csv": "label,a,b\n0,1,5\n1,2,5\n", "test.csv": "pixel0,pixel1,pixel2\n0,1,2\n" },
      'DigitrainError: ~/test.csv: there is no column "label", and 3 others where images have 2',
    ],
    [
      { "b-train.csv": "0,1\n1,2\n", "a-train.csv": "0,1\n1,2\n", "a-test.csv": "0,1\n" },
      "DigitrainError: ~: there are several such files (a-train.csv, b-train.csv); name one, or keep each set in a directory of its own",
    ],
  ])("refuses %j", async (files, message) => {
    expect(await load(files)).toBe(message);
  });

  it("takes no file for test images that merely ends like one", async () => {
    expect(await load({ "train.csv": "0,1\n1,2\n", "latest.csv": "0,1\n" })).not.toHaveProperty("test");
  });

  it("has no test images where those have no labels, as in Kaggle's competition", async () => {
    const wider = { "train.csv": "label,pixel0,pixel1\n1,2,3\n0,3,4\n", "test.csv": "pixel0,pixel1\n1,2\n" };
    expect(await load(wider)).toMatchObject({ train: { count: 2 } });
    expect(await load(wider)).not.toHaveProperty("test");
    expect(await load({ ...wider, "test.csv": "1,2\n" })).not.toHaveProperty("test");
    expect(await load({ "train.csv": "pixel0,pixel1\n1,2\n" })).toBe(
      'DigitrainError: ~/train.csv: it has 1 row of 2 numbers, but no column of labels, such as "label", which training needs; name it with --label (labelColumn)',
    );
  });
});
