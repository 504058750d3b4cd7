import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { run, temporaryDirectory } from "./command.js";

const directory = temporaryDirectory();
const model = join(directory, "model.safetensors");

/** Pictures of 8x8 with their ink on the left or on the right, each a little different. */
const sides = ["left", "right"];
const pixelsOf = (side: string, i: number) =>
  Uint8Array.from({ length: 64 }, (_, pixel) =>
    pixel % 8 < 4 === (side === "left") ? 200 + ((pixel + i) % 50) : 0,
  );
for (const side of sides) {
  mkdirSync(join(directory, "pictures", side), { recursive: true });
  for (let i = 0; i < 20; i++) {
    const png = encode({ width: 8, height: 8, data: pixelsOf(side, i), channels: 1 });
    writeFileSync(join(directory, "pictures", side, `${i}.png`), png);
  }
}
const pictures = join(directory, "pictures");
const csv = join(directory, "sides.csv");
writeFileSync(csv, ["right", "left"].map((side) => [side, ...pixelsOf(side, 3)].join()).join("\n"));
const unlabelled = join(directory, "unlabelled.csv");
writeFileSync(unlabelled, ["right", "left"].map((side) => pixelsOf(side, 3).join()).join("\n"));

beforeAll(async () => {
  const args = [
    "--recipe",
    "fast",
    "--epochs",
    "20",
    "--hidden",
    "8",
    "--learning-rate",
    "0.05",
    "--save",
    model,
  ];
  const { status, stdout, stderr } = await run([
    "train",
    "--data",
    pictures,
    "--test-fraction",
    "0.2",
    ...args,
  ]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^epoch +\d+\/\d+ {2}loss [\d.]+ {2}test 100\.00 % {2}[\d.]+ s$/m);
  expect(stderr).toMatch(/^100\.00 % of 8 test images in [\d.]+ s \(\d+ threads?\)$/m);
  expect(stderr).toContain(`\nsaved ${model}\nnext: digitrain predict ${model} seven.png, digitrain demo\n`);
  expect(stdout).toContain("x: (32, 8, 8) float32");
  expect(stdout).toContain("x_test: (8, 8, 8) float32");
  expect(stdout).toContain("\nclasses: left, right\n");
});

describe("your own pictures", () => {
  it("are those of the command to try next, read in the same way", async () => {
    const flags = ["--data", pictures, "--ink", "light", "--test-fraction", "0.2"];
    const { stderr } = await run(["train", ...flags, "--epochs", "1"]);
    expect(stderr).toContain(`\nnext: digitrain train ${flags.join(" ")} --recipe fast, digitrain demo\n`);
  });

  it("have their names in info, evaluate and predict", async () => {
    expect((await run(["info", model])).stdout).toMatch(
      /^network {3}64-8-2\noutput {4}linear\nloss {6}cross-entropy\nclasses {3}left, right\ntrained {3}\d+ epochs? on 32 examples of pictures \(recipe fast, learning rate \S+, batches of \d+, seed 0\)\n$/,
    );
    expect(JSON.parse((await run(["info", model, "--json"])).stdout)).toMatchObject({
      layers: [64, 8, 2],
      outputActivation: "linear",
      loss: "cross-entropy",
      classNames: sides,
    });
    const evaluate = ["evaluate", model, "--data", pictures, "--test-fraction", "0.2"];
    expect((await run(evaluate)).stdout).toMatch(
      /^ {5}0 +4 +100.00 % +100.00 % {2}left\n {5}1 +4 +100.00 % +100.00 % {2}right\n/m,
    );
    expect(JSON.parse((await run([...evaluate, "--json"])).stdout)).toMatchObject({ classNames: sides });
    const picture = join(pictures, "right", "7.png");
    const { stdout } = await run(["predict", model, "--show", picture]);
    expect(stdout).toMatch(/7\.png: right {2}\(right: \d+\.\d %, left: \d+\.\d %\).*\n {2}⣿⣿\n {2}⣿⣿\n$/);
    expect(JSON.parse((await run(["predict", model, "--json", picture])).stdout)).toMatchObject({
      image: picture,
      label: 1,
      className: "right",
    });
  });

  it("may be rows of a CSV file, with labels or without", async () => {
    for (const path of [csv, unlabelled]) {
      const { status, stdout } = await run(["predict", model, path]);
      expect(status).toBe(0);
      expect(stdout.replaceAll(path, "~")).toMatch(/^~:1: right .*\n~:2: left .*\n$/);
    }
    const { stdout, stderr } = await run(["evaluate", model, "--data", csv]);
    expect(stderr).toContain("sides.csv has no test images; these are the results on all of its 2 images");
    expect(stdout).toContain("accuracy  100.00 %\n");
  });

  it("may have numbers for the classes that the network has names for, which is told", async () => {
    const numbered = join(directory, "numbered.csv");
    writeFileSync(numbered, sides.map((side, label) => [label, ...pixelsOf(side, 5)].join()).join("\n"));
    const { stdout, stderr } = await run(["evaluate", model, "--data", numbered]);
    expect(stdout).toContain("accuracy  100.00 %\n");
    expect(stderr).toContain(
      "digitrain: the model's classes are left, right, but those of numbered.csv are numbers; they are taken to be in the same order\n",
    );
  });

  it("must be of the network's size and classes", async () => {
    const png = join(directory, "large.png");
    writeFileSync(png, encode({ width: 9, height: 8, data: new Uint8Array(72), channels: 1 }));
    expect(await run(["predict", model, png])).toMatchObject({
      status: 1,
      stderr: `digitrain: ${png}: the model takes pictures of 64 pixels, got 9x8\n`,
    });
    const short = join(directory, "short.csv");
    writeFileSync(short, "left,1,2\n");
    expect(await run(["predict", model, short])).toMatchObject({
      status: 1,
      stderr: `digitrain: ${short}: an image has 2 numbers, but the model takes 64\n`,
    });
    const others = join(directory, "others.csv");
    writeFileSync(others, ["up", "down"].map((name) => [name, ...pixelsOf("left", 1)].join()).join("\n"));
    expect(await run(["evaluate", model, "--data", others])).toMatchObject({
      status: 1,
      stderr: `digitrain: ${model}: the model's classes are left, right, but those of others.csv are down, up\n`,
    });
  });
});

describe("several sources", () => {
  const events = async (data: string) => {
    const args = ["train", "--json", "--epochs", "0", "--data", data];
    const { status, stdout, stderr } = await run(args);
    const [start] = stdout.split("\n");
    return { status, stderr, start: start ? (JSON.parse(start) as unknown) : undefined };
  };

  it("stand with commas, and are one", async () => {
    const { start, stderr } = await events(`${pictures},${csv}`);
    expect(stderr).toBe("");
    expect(start).toMatchObject({ data: { name: "pictures + sides.csv", train: 42, test: null } });
  });

  it("a path with a comma is taken whole where it exists", async () => {
    const named = join(directory, "pictures,sides.csv");
    writeFileSync(named, readFileSync(csv));
    expect((await events(named)).start).toMatchObject({ data: { name: "pictures,sides.csv", train: 2 } });
  });

  it("nothing between two commas is no source", async () => {
    expect(await events(`${csv},`)).toMatchObject({
      status: 2,
      stderr: `digitrain: --data takes sources with a comma between two, got "${csv},"\n`,
    });
  });
});
