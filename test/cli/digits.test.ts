import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import { loadDataset } from "../../ts/data/load.js";
import { syntheticDigits } from "../../ts/data/synthetic.js";
import { run, temporaryDirectory, writeTinyData } from "./command.js";

const directory = temporaryDirectory();

describe("digits", () => {
  it("draws a few in the terminal, the same ones every time", async () => {
    const { status, stdout, stderr } = await run(["digits"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // 10 digits, 5 beside each other: 7 lines of braille and one of labels.
    const lines = stdout.split("\n");
    expect(lines).toHaveLength(2 * 8 + 1);
    const { train } = await syntheticDigits({ train: 10, test: 0 });
    const labels = `${lines[7] ?? ""} ${lines[15] ?? ""}`.trim().split(/ +/).map(Number);
    expect(labels).toEqual([...train.labels]);
    const dots = Array.from(stdout, (character) => character.charCodeAt(0) - 0x2800).filter(
      (bits) => bits >= 0,
    );
    const drawn = dots.reduce((sum, bits) => sum + bits.toString(2).replaceAll("0", "").length, 0);
    expect(drawn).toBe(train.images.filter((ink) => ink >= 128).length);
    expect((await run(["digits", "--seed", "1"])).stdout).not.toBe(stdout);
  });

  it("saves a sheet as PNG: dark on white, each digit in its place", async () => {
    const path = join(directory, "sheet.png");
    const result = await run(["digits", "--save", path, "--count", "11", "--seed", "4"]);
    expect(result).toEqual({ status: 0, signal: null, stdout: "", stderr: `saved 11 digits in ${path}\n` });
    const { width, height, channels, depth, data } = decode(readFileSync(path));
    expect({ width, height, channels, depth }).toEqual({
      width: 4 * 28,
      height: 3 * 28,
      channels: 1,
      depth: 8,
    });
    const { train } = await syntheticDigits({ seed: 4, train: 11, test: 0 });
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const digit = 4 * Math.floor(y / 28) + Math.floor(x / 28);
        const ink = digit < 11 ? train.images[784 * digit + 28 * (y % 28) + (x % 28)] : 0;
        if (data[y * width + x] !== 255 - (ink ?? NaN)) throw new Error(`pixel ${x}, ${y} is wrong`);
      }
    }
  });

  it("saves MNIST's four files, which load again", async () => {
    const path = join(directory, "made", "digits");
    const { status, stderr } = await run(["digits", "--save", path, "--count", "50", "--seed", "8"]);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `saved 50 digits and 9 for tests in ${path}\n`,
    });
    expect(readdirSync(path).sort()).toEqual([
      "t10k-images-idx3-ubyte.gz",
      "t10k-labels-idx1-ubyte.gz",
      "train-images-idx3-ubyte.gz",
      "train-labels-idx1-ubyte.gz",
    ]);
    const expected = await syntheticDigits({ seed: 8, train: 50, test: 9 });
    expect(await loadDataset(path)).toEqual({ ...expected, name: "digits" });
  });

  it("refuses what it can't save in or make", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    mkdirSync(join(directory, "a.png"));
    const refusals: [string[], number, string][] = [
      [["--count", "0"], 2, "--count takes a whole number from 1 to 1,000, got 0"],
      [
        ["--count", "10001", "--save", "sheet.png"],
        2,
        "--count takes a whole number from 1 to 10,000 for sheet.png, got 10001",
      ],
      [
        ["--count", "1000001", "--save", join(directory, "a.png")],
        2,
        `--count takes a whole number from 1 to 1,000,000 for ${join(directory, "a.png")}, got 1000001`,
      ],
      [["--seed", "-1"], 2, "--seed takes a whole number from 0 to 2^53 - 1, got -1"],
      [["--save", "sheet.jpg"], 2, '--save takes a file that ends in .png, or a directory, got "sheet.jpg"'],
      [["--save", file], 2, `--save takes a file that ends in .png, or a directory, got "${file}"`],
      [
        ["--save", join(file, "digits")],
        1,
        `${join(file, "digits")}: the directory cannot be made: not a directory`,
      ],
      [
        ["--save", join(directory, "absent", "sheet.png")],
        1,
        `${join(directory, "absent", "sheet.png")}: the sheet cannot be saved: no such file or directory`,
      ],
    ];
    for (const [args, status, sentence] of refusals) {
      expect(await run(["digits", ...args])).toMatchObject({
        status,
        stdout: "",
        stderr: `digitrain: ${sentence}\n`,
      });
    }
    expect(existsSync("sheet.jpg")).toBe(false);
  });
});

describe("digits --augmented", () => {
  const data = ["--data", directory];
  writeTinyData(directory);

  it("saves a sheet of training images, each as it is and as epochs see it", async () => {
    const path = join(directory, "augmented.png");
    const args = ["digits", "--augmented", ...data, "--count", "3", "--save", path];
    const stderr = `saved 3 training images in ${path}, each as it is and as 9 epochs see it\n`;
    expect(await run(args)).toEqual({ status: 0, signal: null, stdout: "", stderr });
    const { width, height } = decode(readFileSync(path));
    expect({ width, height }).toEqual({ width: 20 * (3 * 28 + 2) + 2, height: 2 * (3 * 28 + 2) + 2 });
  });

  it("draws them in the terminal, by the amounts given", async () => {
    const drawn = async (amounts: string) =>
      (await run(["digits", "--augmented", amounts, ...data, "--count", "1"])).stdout;
    const moved = await drawn("shift=2");
    expect(moved.match(/epoch \d/g)).toHaveLength(9);
    expect(await drawn("shift=2")).toBe(moved);
    expect(await drawn("rotation=20,shift=2")).not.toBe(moved);
  });

  it.each<[string[], string]>([
    [["--augmented", "much"], '--augmented takes amounts such as rotation=10,shift=3, got "much"'],
    [["--augmented", "shift=x"], '--augmented takes amounts such as rotation=10,shift=3, got "shift=x"'],
    [["--augmented", "--count", "0", ...data], "--count takes a whole number from 1 to 1,000, got 0"],
    [
      ["--augmented", "--save", "sheets", ...data],
      '--save takes a file that ends in .png with --augmented, got "sheets"',
    ],
    [data, "--data takes effect with --augmented only; add it, too"],
  ])("refuses %j", async (args, sentence) => {
    const stderr = `digitrain: ${sentence}\n`;
    expect(await run(["digits", ...args])).toMatchObject({ status: 2, stdout: "", stderr });
  });
});

it("digits --augmented refuses a table, and advises nothing that it can't do", async () => {
  const table = join(directory, "table.csv");
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${i % 2 ? 200 : 10},${i % 7},${i}`);
  writeFileSync(table, ["label,b,c,d,e", ...rows.map((row, i) => `${row},${i % 3}`), ""].join("\n"));
  const { status, stderr } = await run(["digits", "--augmented", "--data", table]);
  expect(stderr).toContain(
    "digitrain: augment changes images of the shape [height, width], but the examples have [4]\n",
  );
  expect(status).toBe(1);
});

describe("train without MNIST", () => {
  it.each([[["--quiet"]], [["--json"]]])("trains on synthetic digits and says so: %j", async (flags) => {
    // A cache that can't be written keeps this off the network.
    const file = join(directory, "no-directory");
    writeFileSync(file, "");
    const args = ["train", "--cache", file, "--epochs", "1", "--limit", "256", "--evaluate-every", "0"];
    const { status, stdout, stderr } = await run([...args, ...flags]);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^digitrain: the cache directory [^\n]*\n {2}SYNTHETIC digits, made here, stand in for MNIST\n {2}name another [^\n]*\n$/,
    );
    if (flags[0] === "--json")
      expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ data: { name: "synthetic" } });
  });
});
