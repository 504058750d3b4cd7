import { join } from "node:path";
import { mkdirSync } from "node:fs";
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
    "0.01",
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
    expect(stdout).toContain(`loss      ${loss}\n`);
    expect(stdout).toMatch(/^accuracy {2}[\d.]+ %$/m);
    const rows = stdout.slice(stdout.indexOf("  true")).trimEnd().split("\n");
    const numbers = rows.map((row) => row.match(/\d+/g)?.map(Number));
    expect(numbers).toEqual([[...confusion.keys()], ...confusion.map((row, label) => [label, ...row])]);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
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
