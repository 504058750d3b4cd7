import { join } from "node:path";
import { mkdirSync, readFileSync } from "node:fs";
import { decode } from "fast-png";
import { run, temporaryDirectory, tiny, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
const data = ["--data", directory];
const model = join(directory, "model.safetensors");
writeTinyData(directory);

interface Evaluation {
  loss: number;
  accuracy: number;
  confusion: number[][];
}

beforeAll(async () => {
  const args = [
    "--recipe",
    "fast",
    "--learning-rate",
    "0.02",
    "--epochs",
    "60",
    "--hidden",
    "16",
    "--quiet",
    "--save",
    model,
  ];
  const { stderr } = await run(["train", ...data, ...args]);
  expect(stderr).toBe("");
});

describe("digitrain evaluate", () => {
  it("--json prints loss, accuracy and confusion matrix, which agree", async () => {
    const { status, stdout, stderr } = await run(["evaluate", model, ...data, "--json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const evaluation = JSON.parse(stdout) as Evaluation;
    expect(Object.keys(evaluation)).toEqual(["loss", "accuracy", "confusion"]);
    const { accuracy, confusion } = evaluation;
    expect(confusion.map((row) => row.reduce((sum, count) => sum + count))).toEqual(
      Array<number>(tiny.classes).fill(tiny.test / tiny.classes),
    );
    const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? NaN), 0);
    expect(accuracy).toBeCloseTo(right / tiny.test, 12);
    expect(accuracy).toBeGreaterThan(0.9);
  });

  it("prints them as a table for people", async () => {
    const json = await run(["evaluate", model, ...data, "--json"]);
    const { loss, confusion } = JSON.parse(json.stdout) as Evaluation;
    const { status, stdout } = await run(["evaluate", model, ...data]);
    expect(status).toBe(0);
    expect(stdout).toContain(`loss      ${loss.toPrecision(4)}\n`);
    expect(stdout).toMatch(/^accuracy {2}[\d.]+ %$/m);
    const rows = stdout.slice(stdout.indexOf("  true")).trimEnd().split("\n");
    const numbers = rows.map((row) => row.match(/\d+|·/g)?.map((cell) => (cell === "·" ? 0 : Number(cell))));
    expect(numbers).toEqual([[...confusion.keys()], ...confusion.map((row, label) => [label, ...row])]);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  });

  it("prints each class's precision and recall", async () => {
    const { stdout } = await run(["evaluate", model, ...data]);
    const rows = stdout.match(/^ +\d +\d+ +([\d.]+ %|-) +[\d.]+ %$/gm);
    expect(rows).toHaveLength(tiny.classes);
  });

  it("--worst draws the images that it got most wrong, and --sheet writes them", async () => {
    const bad = join(directory, "bad.safetensors");
    await run(["train", ...data, "--epochs", "0", "--quiet", "--save", bad]);
    const sheet = join(directory, "worst.png");
    const { status, stdout, stderr } = await run([
      ...["evaluate", bad, ...data, "--worst", "3", "--sheet", sheet],
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: `wrote ${sheet}\n` });
    expect(stdout).toMatch(/most wrong, by loss:\n\n[\s\S]*[\u2801-\u28ff]/);
    const { stdout: json } = await run(["evaluate", bad, ...data, "--worst", "3", "--json"]);
    const { worst } = JSON.parse(json) as {
      worst: { example: number; label: number; predicted: number; loss: number }[];
    };
    expect(worst).toHaveLength(3);
    for (const { example, label, predicted, loss } of worst) {
      expect(label).not.toBe(predicted);
      expect(stdout).toContain(
        `example ${example}: ${label} taken for ${predicted}, loss ${loss.toPrecision(4)}\n`,
      );
    }
    // Three images of 28 pixels, three times as large, two pixels between.
    expect(decode(readFileSync(sheet))).toMatchObject({ width: 3 * 86 + 2, height: 88 });
  });

  it.each([
    [["--worst", "0"], "--worst takes a whole number of at least 1, got 0"],
    [["--sheet", "x.png"], "--sheet takes --worst to go with: how many images to write"],
  ])("refuses %j", async (flags, message) => {
    const { status, stderr } = await run(["evaluate", model, ...data, ...flags]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `digitrain: ${message}\n` });
  });

  it("evaluates on all images where there are no test images, and says so", async () => {
    const trainOnly = join(directory, "train-only");
    mkdirSync(trainOnly);
    writeTinyData(trainOnly, ["train"]);
    const { status, stdout, stderr } = await run(["evaluate", model, "--data", trainOnly, "--json"]);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: "digitrain: train-only has no test images; these are the results on all of its 300 images\n",
    });
    expect((JSON.parse(stdout) as Evaluation).confusion.flat().reduce((sum, count) => sum + count)).toBe(300);
    const split = await run(["evaluate", model, "--data", trainOnly, "--json", "--test-fraction", "0.1"]);
    expect({ status: split.status, stderr: split.stderr }).toEqual({ status: 0, stderr: "" });
    const { confusion } = JSON.parse(split.stdout) as Evaluation;
    expect(confusion.map((row) => row.reduce((sum, count) => sum + count))).toEqual(
      Array<number>(10).fill(3),
    );
  });

  it("names a model file that is missing", async () => {
    const { status, stderr } = await run(["evaluate", join(directory, "none.safetensors"), ...data]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^digitrain: .*none\.safetensors: .*no such file or directory\n$/);
  });
});
