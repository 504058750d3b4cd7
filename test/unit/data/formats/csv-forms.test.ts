import { gzipSync } from "node:zlib";
import { type Digits, kindsOf, lines, load, makeDigits, pixelsOf } from "../forms/form.js";

let digits: Digits;

beforeAll(async () => {
  digits = await makeDigits();
});

const HEADER = Array.from({ length: 784 }, (_, i) => `pixel${i}`);
const OTHER_NAMES = Array.from({ length: 784 }, (_, i) => `${Math.floor(i / 28) + 1}x${(i % 28) + 1}`);

const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** Forms of one file: its text, and the kinds of remarks that it brings. */
const FORMS: [what: string, text: (digits: Digits) => string | Uint8Array, remarks?: string[]][] = [
  [
    "Kaggle's form",
    ({ train }) => [["label", ...HEADER], ...lines(train, (l, p) => [l, ...p].join())].join("\n"),
  ],
  ["no header, the label first", ({ train }) => lines(train, (l, p) => [l, ...p].join()).join("\n")],
  [
    "no header, the label last",
    ({ train }) => lines(train, (l, p) => [...p, l].join()).join("\n"),
    ["converted"],
  ],
  [
    "quotes around everything",
    ({ train }) =>
      [["label", ...HEADER], ...lines(train, (l, p) => [l, ...p].map((field) => `"${field}"`).join())].join(
        "\n",
      ),
  ],
  [
    "semicolons",
    ({ train }) =>
      [["label", ...HEADER].join(";"), ...lines(train, (l, p) => [l, ...p].join(";"))].join("\n"),
  ],
  ["tabs", ({ train }) => lines(train, (l, p) => [l, ...p].join("\t")).join("\n")],
  [
    "spaces, several of them",
    ({ train }) => lines(train, (l, p) => `  ${[l, ...p].join("   ")} `).join("\n"),
  ],
  [
    "a byte order mark and Windows' line ends",
    ({ train }) => `\ufeff${lines(train, (l, p) => [l, ...p].join()).join("\r\n")}`,
  ],
  [
    "line ends of CR alone",
    ({ train }) => [["label", ...HEADER], ...lines(train, (l, p) => [l, ...p].join())].join("\r"),
  ],
  [
    "UTF-16",
    ({ train }) => Buffer.from(`\ufeff${lines(train, (l, p) => [l, ...p].join()).join("\n")}`, "utf16le"),
  ],
  [
    "UTF-16 without a byte order mark",
    ({ train }) => Buffer.from(lines(train, (l, p) => [l, ...p].join()).join("\n"), "utf16le"),
  ],
  [
    "big-endian UTF-16",
    ({ train }) =>
      Buffer.from(`\ufeff${lines(train, (l, p) => [l, ...p].join()).join("\n")}`, "utf16le").swap16(),
  ],
  [
    "a header of other names",
    ({ train }) => [["Digit", ...OTHER_NAMES], ...lines(train, (l, p) => [l, ...p].join())].join("\n"),
  ],
  [
    "a header of numbers",
    ({ train }) => [[...Array(785).keys()], ...lines(train, (l, p) => [l, ...p].join())].join("\n"),
  ],
  [
    "numbers that pandas made different for a header (A-Z)",
    ({ train }) =>
      [
        ["0", ...Array.from({ length: 784 }, (_, i) => `0.${i + 1}`)],
        ...lines(train, (l, p) => [l, ...p].join()),
      ].join("\n"),
  ],
  [
    "digits in words",
    ({ train }) => [["label", ...HEADER], ...lines(train, (l, p) => [WORDS[l], ...p].join())].join("\n"),
  ],
  [
    "the label last, called class (OpenML)",
    ({ train }) => [[...HEADER, "class"], ...lines(train, (l, p) => [...p, `'${l}'`].join())].join("\n"),
  ],
  [
    "pandas' index without a name",
    ({ train }) => [["", "label", ...HEADER], ...lines(train, (l, p, i) => [i, l, ...p].join())].join("\n"),
    ["left out"],
  ],
  [
    "a column id",
    ({ train }) =>
      [["id", "label", ...HEADER], ...lines(train, (l, p, i) => [i + 1, l, ...p].join())].join("\n"),
    ["left out"],
  ],
  [
    "an index and no header",
    ({ train }) => lines(train, (l, p, i) => [i, l, ...p].join()).join("\n"),
    ["left out"],
  ],
  [
    "a column of file names",
    ({ train }) =>
      [["file", "label", ...HEADER], ...lines(train, (l, p, i) => [`${i}.png`, l, ...p].join())].join("\n"),
    ["left out"],
  ],
  ["labels like 5.0", ({ train }) => lines(train, (l, p) => [`${l}.0`, ...p].join()).join("\n")],
  [
    "one-hot labels, named",
    ({ train }) =>
      [
        [...Array.from({ length: 10 }, (_, i) => `label_${i}`), ...HEADER],
        ...lines(train, (l, p) => [...Array.from({ length: 10 }, (_, i) => Number(i === l)), ...p].join()),
      ].join("\n"),
    ["converted"],
  ],
  [
    "one-hot labels behind the pixels, no header (Semeion)",
    ({ train }) =>
      lines(train, (l, p) => [...p, ...Array.from({ length: 10 }, (_, i) => Number(i === l))].join(" ")).join(
        "\n",
      ),
    ["converted"],
  ],
  [
    "pixels like 255.0",
    ({ train }) => lines(train, (l, p) => [l, ...p.map((v) => v.toFixed(1))].join()).join("\n"),
    ["converted"],
  ],
  [
    "numpy's savetxt",
    ({ train }) =>
      ["# label pixels", ...lines(train, (l, p) => [l, ...p].map((v) => v.toExponential(18)).join(" "))].join(
        "\n",
      ),
    ["converted"],
  ],
  [
    "a comma at the end of each line",
    ({ train }) => lines(train, (l, p) => `${[l, ...p].join()},`).join("\n"),
  ],
  ["empty lines", ({ train }) => `\n\n${lines(train, (l, p) => [l, ...p].join()).join("\n\n")}\n\n`],
];

describe("a CSV file", () => {
  it.each(FORMS)("may have %s", async (_, text, remarks = []) => {
    const data = await load({ "digits.csv": text(digits) }, "digits.csv");
    expect(data).toMatchObject({ name: "digits.csv", classes: 10 });
    expect(data.train).toEqual(digits.train);
    expect(kindsOf(data)).toEqual(remarks);
  });

  it.each(["digits.csv", "digits.tsv", "digits.txt", "digits.data", "digits"])(
    "may be called %s",
    async (name) => {
      const { train } = await load(
        { [name]: lines(digits.train, (l, p) => [l, ...p].join("\t")).join("\n") },
        name,
      );
      expect(train).toEqual(digits.train);
    },
  );

  it.each([
    ["0 to 1", (value: number) => value / 255, []],
    ["0 to 255, not all of them whole", (value: number) => value + (value === 255 ? 0 : 0.25), ["converted"]],
  ])("may have real pixels from %s", async (_, real, remarks) => {
    const text = lines(digits.train, (l, p) =>
      [l, ...p.map((value) => real(value).toPrecision(9))].join(),
    ).join("\n");
    const data = await load({ "digits.csv": text }, "digits.csv");
    const { images } = data.train;
    expect(images).toBeInstanceOf(Float32Array);
    const scale = remarks.length > 0 ? 255 : 1;
    const errors = Array.from(images, (value, i) =>
      Math.abs(value - real(digits.train.images[i] ?? NaN) / scale),
    );
    expect(errors).toHaveLength(digits.train.images.length);
    expect(Math.max(...errors)).toBeLessThan(1e-6);
    expect(kindsOf(data)).toEqual(remarks);
  });

  it("may have decimal commas where semicolons separate its columns", async () => {
    const { train } = await load({ "f.csv": "label;a;b\n0;0,5;1\n1;-2;1e-1\n" }, "f.csv");
    expect(train.images).toEqual(Float32Array.of(0.5, 1, -2, 0.1));
  });

  it("may have commas, quotes and line ends within quotes", async () => {
    const text = 'label,a\n"big, ""red""\none",1\nplain,2\n"big, ""red""\none",3\n';
    for (const ends of [text, text.replaceAll("\n", "\r\n")]) {
      const data = await load({ "f.csv": ends }, "f.csv");
      expect(data.train).toMatchObject({ labels: Int32Array.of(0, 1, 0), images: Uint8Array.of(1, 2, 3) });
      expect(data.classNames?.[0]).toMatch(/^big, "red"\\u000[ad]/);
    }
  });

  it("may be in Latin-1, which is said", async () => {
    const text = Array.from(
      { length: 30 },
      (_, i) => `${["Mülle", "Mölle", "x"][i % 3] ?? ""},${i},2\n`,
    ).join("");
    const data = await load({ "f.csv": Buffer.from(text, "latin1") }, "f.csv");
    expect(data).toMatchObject({
      classNames: ["Mölle", "Mülle", "x"],
      train: { labels: { 0: 1, 1: 0, 2: 2 } },
    });
    expect(data.remarks).toEqual([
      { kind: "converted", text: expect.stringContaining("read as Windows-1252 (Latin-1)") as string },
    ]);
  });

  it("may be a Latin-1 file of few lines, whose classes stay apart", async () => {
    const text = "Größe,1,2\nGräße,3,4\nx,5,6\n";
    const data = await load({ "f.csv": Buffer.from(text, "latin1") }, "f.csv");
    expect(data.classNames).toEqual(["Gräße", "Größe", "x"]);
  });

  it("that is compressed a thousandfold takes as much memory as its arrays, whatever it claims", async () => {
    const bomb = gzipSync("1,2\n".repeat(2_000_000), { level: 9 });
    const { train } = await load({ "bomb.csv.gz": bomb }, "bomb.csv.gz");
    expect(bomb.length).toBeLessThan(20_000);
    expect([train.count, train.images.buffer.byteLength < 4_000_000]).toEqual([2_000_000, true]);
  });

  it("has no control characters in its classes' names", async () => {
    const data = await load({ "f.csv": "\u001b]0;x\u0007,1\nplain,2\n" }, "f.csv");
    expect(data.classNames).toEqual(["\\u001b]0;x\\u0007", "plain"]);
    await expect(load({ "f.csv": "label,a\n1,\u001b[2J\n0,1\n" }, "f.csv")).rejects.toThrow(
      '~/f.csv: column 2 of row 1 holds "\\u001b[2J" where a number should be',
    );
  });

  it("takes the column of labels that is named", async () => {
    const text = "a,label,kind\n1,2,0\n3,4,1\n";
    for (const labelColumn of ["kind", "KIND", "3", "last"])
      expect((await load({ "f.csv": text }, "f.csv", { labelColumn })).train).toMatchObject({
        labels: Int32Array.of(0, 1),
        images: Uint8Array.of(1, 2, 3, 4),
      });
    await expect(load({ "f.csv": text }, "f.csv", { labelColumn: "sort" })).rejects.toThrow(
      'labelColumn (--label) names no column of ~/f.csv, got "sort"; the header has "a", "label", "kind"',
    );
    await expect(load({ "f.csv": "1,2\n3,4\n" }, "f.csv", { labelColumn: "3" })).rejects.toThrow(
      'got "3"; there is no header, so it takes "first", "last" or a number from 1 to 2',
    );
  });

  it("may be compressed, in several members", async () => {
    const all = lines(digits.train, (l, p) => `${[l, ...p].join()}\n`);
    const bytes = Buffer.concat([gzipSync(all.slice(0, 7).join("")), gzipSync(all.slice(7).join(""))]);
    expect((await load({ "digits.csv.gz": bytes }, "digits.csv.gz")).train).toEqual(digits.train);
    await expect(load({ "digits.csv.gz": bytes.subarray(0, 2000) }, "digits.csv.gz")).rejects.toThrow(
      "~/digits.csv.gz: the gzip file is damaged (unexpected end of file); download it again",
    );
  });

  it("of test images may have no labels, which is said", async () => {
    const data = await load({
      "train.csv": [["label", ...HEADER], ...lines(digits.train, (l, p) => [l, ...p].join())].join("\n"),
      "test.csv": [["ImageId", ...HEADER], ...lines(digits.test, (_, p, i) => [i + 1, ...p].join())].join(
        "\n",
      ),
    });
    expect(data).not.toHaveProperty("test");
    expect(data.remarks?.map(({ text }) => text.replace(/^.*\//, ""))).toEqual([
      'test.csv: the column "ImageId", which numbers or names the rows, is left out',
      "test.csv: it has no labels, so it is not used as a test set; predict can read it",
    ]);
  });

  it("has its test images beside it", async () => {
    const csv = (part: "train" | "test") => lines(digits[part], (l, p) => [l, ...p].join()).join("\n");
    const files = { "mnist_train.csv": csv("train"), "mnist_test.csv": csv("test") };
    expect(await load({ ...files, "mnist_val.csv": csv("test") })).toMatchObject({
      train: digits.train,
      validation: digits.test,
      test: digits.test,
    });
    expect(await load({ "train.csv": csv("train"), "valid.csv": csv("test") })).toMatchObject({
      test: digits.test,
    });
    const data = await load(files);
    expect(data).toEqual({ name: "data", classes: 10, train: digits.train, test: digits.test });
  });

  const oneHot = (i: number) => [
    ...Array.from({ length: 3 }, (_, k) => Number(k === i % 3)),
    ...Array<number>(16).fill(i),
  ];

  it.each([
    ["bytes", () => "label,a\n1,2\n\u0000\n", "this is no text, which a CSV file is: it holds bytes of 0"],
    ["an open quote", () => 'label,a\n1,"2\n0,3\n', "the quote in row 1 is not closed"],
    [
      "too many labels",
      () => ["label,a", ...Array.from({ length: 70_000 }, (_, i) => `${i},1`)].join("\n"),
      "there are more than 65536 different labels; is another column the one of labels? Name it with --label (labelColumn)",
    ],
    [
      "a one-hot label of two classes",
      () =>
        [...Array.from({ length: 250 }, (_, i) => oneHot(i % 256)), [1, 1, ...oneHot(0).slice(2)]].join("\n"),
      "row 251 has no single 1 in its one-hot label",
    ],
  ])("is refused where it has %s", async (_, text, message) => {
    await expect(load({ "f.csv": text() }, "f.csv")).rejects.toThrow(`~/f.csv: ${message}`);
  });

  it("takes no more memory than its arrays need", async () => {
    const rows = 400_000;
    const text = "1,2\n0,3\n".repeat(rows / 2);
    const { train } = await load({ "f.csv": text }, "f.csv");
    expect([train.count, train.images.buffer.byteLength <= 1.6 * rows, train.labels.byteLength]).toEqual([
      rows,
      true,
      4 * rows,
    ]);
    expect(pixelsOf(train, 0).slice(0, 2)).toEqual([2, 3]);
  });
});
