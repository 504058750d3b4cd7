import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { encode } from "fast-png";
import { type Examples, Model, syntheticDigits, train } from "../../ts/index.js";
import { describeInBrowser, ISOLATION, launch, Site } from "../browser/harness.js";
import { writeTinyData } from "../cli/command.js";
import { bin, InstalledPackage } from "./installed.js";

const root = join(import.meta.dirname, "../..");
const installed = new InstalledPackage();
const directory = join(installed.directory, "examples");
const data = join(installed.directory, "data");

/** Runs an example in its directory; what it printed. */
function run(name: string, ...parameters: string[]): Promise<string> {
  return installed.run("examples", process.execPath, `${name}.mjs`, ...parameters);
}

/** An image as a picture. */
function pictureOf({ images }: Examples, example: number): Uint8Array {
  const pixels = Uint8Array.from(images.subarray(784 * example, 784 * (example + 1)));
  return encode({ width: 28, height: 28, channels: 1, data: pixels });
}

beforeAll(async () => {
  await installed.install();
  cpSync(join(root, "examples"), directory, { recursive: true });
  // As Node does by itself from version 22.18 on.
  for (const file of readdirSync(directory).filter((name) => name.endsWith(".ts"))) {
    const { code } = transformSync(readFileSync(join(directory, file), "utf8"), { loader: "ts" });
    writeFileSync(join(directory, file.replace(".ts", ".mjs")), code);
  }
  mkdirSync(data);
  writeTinyData(data);
});
afterAll(() => {
  installed.remove();
});

describe("the programs that people compare with", () => {
  it.each([
    ["keras", 20],
    ["pytorch", 10],
    ["jax_js", 10],
  ])("%s trains for %i epochs", async (name, epochs) => {
    const printed = await run(name, data);
    expect(printed.match(/^\{ epoch: \d+, meanLoss: [\d.e-]+, testAccuracy: [\d.]+ \}$/gm)).toHaveLength(
      epochs,
    );
  });
});

describe("serve", () => {
  let program: ChildProcess | undefined;
  afterAll(() => program?.kill());

  /** A port that nobody listens at. */
  function freePort(): Promise<number> {
    return new Promise((resolve) => {
      const server = createServer().listen(0, () => {
        const { port } = server.address() as AddressInfo;
        server.close(() => {
          resolve(port);
        });
      });
    });
  }

  it("reads pictures, and says what is wrong with others", async () => {
    const url = `http://localhost:${await freePort()}`;
    const { model } = await train({ data, recipe: "fast", epochs: 1 });
    writeFileSync(join(directory, "served.safetensors"), model.toSafetensors());
    program = spawn(process.execPath, ["serve.mjs", "served.safetensors", new URL(url).port], {
      cwd: directory,
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const listening = await new Promise<string>((resolve) => {
      program?.stdout?.once("data", (text) => {
        resolve(String(text));
      });
    });
    expect(listening).toMatch(`pictures are read at ${url}`);
    const { train: digits } = await syntheticDigits({ train: 3 });
    const ask = async (body: BodyInit) => {
      const response = await fetch(url, { method: "POST", body });
      return { status: response.status, value: (await response.json()) as unknown };
    };
    expect(await ask(new Blob([pictureOf(digits, 0) as BlobPart]))).toMatchObject({
      status: 200,
      value: {
        label: expect.any(Number) as number,
        sure: expect.any(Boolean) as boolean,
        scores: expect.any(Array) as number[],
      },
    });
    expect(await ask("no picture")).toMatchObject({
      status: 400,
      value: {
        error: expect.stringContaining("the body: this is neither a PNG file nor a JPEG file") as string,
      },
    });
    expect(await ask(new Blob([new Uint8Array(10_000_001)]))).toMatchObject({
      status: 400,
      value: { error: "the picture is larger than 10 MB" },
    });
  });
});

test("own_pictures continues from a model with a directory of pictures", async () => {
  const { train: digits } = await syntheticDigits({ train: 200 });
  for (let example = 0; example < digits.count; example++) {
    const ofClass = join(directory, "digits", String(digits.labels[example]));
    mkdirSync(ofClass, { recursive: true });
    writeFileSync(join(ofClass, `${example}.png`), pictureOf(digits, example));
  }
  const { model } = await train({ data, recipe: "fast", epochs: 1 });
  writeFileSync(join(directory, "model.safetensors"), model.toSafetensors());
  const printed = await run("own_pictures", "model.safetensors", "digits", data);
  expect(printed).toMatch(/^before: [\d.]+ of your own test pictures\nafter: [\d.]+\n$/);
  const file = readFileSync(join(directory, "continued.safetensors"));
  expect(Model.fromSafetensors(file).training?.before).toEqual(model.training);
});

describeInBrowser("the page", () => {
  it("built with Vite, learns, reads what is drawn meanwhile, and stops", async () => {
    await installed.run("examples", bin("vite"), "build", "page", "--logLevel", "error");
    const site = new Site(join(directory, "page/dist"));
    site.headers = ISOLATION;
    await site.start();
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(`${site.url}index.html?data=synthetic`);
      await page.getByText("epoch 0, step").waitFor();
      const box = await page.locator("#pad").boundingBox();
      if (!box) throw new Error("there is nothing to draw on");
      await page.mouse.move(box.x + 140, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + 140, box.y + 240, { steps: 10 });
      await page.mouse.up();
      await page.getByText(/^This is a \d\.$/).waitFor();
      await page.getByText("Stop").click();
      await page.getByText(/^Ended \((stop|finished)\) with 0\.\d+ of the test images/).waitFor();
    } finally {
      await browser.close();
      site.stop();
    }
  });
});
