import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { run, temporaryDirectory, tiny, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
const digits = join(directory, "digits");
mkdirSync(digits);
writeTinyData(digits);

describe("digitrain info --data", () => {
  it("shows shapes, counts by class and an image of each, and trains nothing", async () => {
    const { status, stdout, stderr } = await run(["info", "--data", digits]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines.slice(0, 8)).toEqual([
      "digits",
      "x: (300, 28, 28) float32, min 0, max 1",
      "y: (300,) int32, min 0, max 9",
      "x_test: (60, 28, 28) float32, min 0, max 0.9803922",
      "y_test: (60,) int32, min 0, max 9",
      "",
      "class       train        test",
      "    0          30           6",
    ]);
    expect(lines[17]).toBe("  all         300          60");
    // Class 1 has its ink in the third and fourth row of pixels: the lower half of a braille character.
    expect(lines.slice(18).join("\n")).toMatch(/^\n\n?[⠁-⣿ ]*[⡀-⣿]/);
    expect(
      stdout
        .match(/^\d(?: +\d)+$/gm)
        ?.join(" ")
        .match(/\d/g),
    ).toEqual("0123456789".match(/./g));
  });

  it("--json prints one object, of the first so many images where --limit says so", async () => {
    const args = ["info", "--data", `${digits},${digits}`, "--limit", "25", "--json"];
    const { status, stdout, stderr } = await run(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      name: "digits + digits",
      shape: [28, 28],
      classes: 10,
      train: { count: 25, minimum: 0, maximum: 1, byClass: [3, 3, 3, 3, 3, 2, 2, 2, 2, 2] },
      test: { count: tiny.test, minimum: 0, maximum: 250 / 255, byClass: Array(10).fill(6) },
      remarks: [],
    });
  });

  it("says what is probably a mistake, on stderr and in the object", async () => {
    const sorted = join(directory, "sorted.csv");
    const rows = Array.from({ length: 60 }, (_, i) =>
      [i < 30 ? "zwei" : "eins", ...Array.from({ length: 64 }, (_, pixel) => (pixel * (i + 3)) % 256)].join(),
    );
    writeFileSync(sorted, rows.join("\n"));
    const text = await run(["info", "--data", sorted, "--limit", "20"]);
    expect(text.status).toBe(0);
    expect(text.stdout).toMatch(/^ {4}0 {11}0 {2}eins\n {4}1 {10}20 {2}zwei\n {2}all {10}20\n$/m);
    expect(text.stderr).toContain(
      "digitrain: the training images are sorted by class, so the first 20 hold only class 1",
    );
    const object = await run(["info", "--data", sorted, "--json"]);
    expect(JSON.parse(object.stdout)).toMatchObject({ classNames: ["eins", "zwei"], remarks: [] });
    const alike = join(directory, "alike.csv");
    writeFileSync(alike, rows.map((row) => row.replace(/^\w+/, "7")).join("\n"));
    const { stdout } = await run(["info", "--data", alike, "--json"]);
    expect((JSON.parse(stdout) as { remarks: unknown }).remarks).toEqual([
      {
        kind: "classes missing",
        text: "alike.csv: all 60 training labels are 7, but a network learns to tell at least 2 classes apart; are these the right labels?",
      },
    ]);
  });

  it("draws fewer images where they are large, and none where they are too large", async () => {
    const pictures = join(directory, "pictures");
    for (const name of ["bird", "cat"]) {
      mkdirSync(join(pictures, name), { recursive: true });
      const data = new Uint8Array(160 * 160).fill(name === "cat" ? 200 : 0, 0, 400);
      writeFileSync(join(pictures, name, "1.png"), encode({ width: 160, height: 160, data, channels: 1 }));
    }
    const { stdout } = await run(["info", "--data", pictures]);
    expect(stdout).toMatch(/^bird *$/m);
    expect(stdout).not.toMatch(/^cat *$/m);
  });

  it.each([
    [["model.safetensors", "--data", "mnist"], "info tells of a model or of --data, but got both"],
    [["--limit", "3"], "--limit takes effect with --data only; add it, too"],
    [["--ink", "dark"], "--ink takes effect with --data only; add it, too"],
    [["--data", digits, "--limit", "0"], "--limit takes a whole number of at least 1, got 0"],
    [["--data", join(directory, "none")], "data takes "],
  ])("%j is wrong usage", async (args, message) => {
    const { status, stdout, stderr } = await run(["info", ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`digitrain: ${message.replace(/^data/, "--data")}`);
  });
});
