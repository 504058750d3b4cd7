import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { encode } from "fast-png";
import { Model } from "../../ts/model/model.js";
import { run, temporaryDirectory } from "./command.js";

const directory = temporaryDirectory();

function save(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** A model that tells apart ink in the upper half (class 0) and in the lower one (class 1). */
const halves = Float32Array.from({ length: 784 * 2 + 2 }, (_, i) =>
  i < 784 * 2 && (i % 2 === 0) === i < 784 ? 1 : 0,
);
const model = save(
  "model.safetensors",
  new Model({ layers: [784, 2], outputActivation: "linear", loss: "mse", values: halves }).toSafetensors(),
);

/** A wedge whose mass lies in its lower half, dark on light: as upright and even as a sign. */
const [width, height] = [40, 60];
const wedge = Array.from({ length: width * height }, (_, i) => {
  const [x, y] = [i % width, Math.floor(i / width)];
  return y >= 10 && y < 50 && Math.abs(x - 20) <= (y - 10) / 4;
});
const each = (sample: (ink: boolean) => number[]) => wedge.flatMap(sample);

/** A chunk of a PNG file: length, type, data, checksum. */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A PNG of packed samples, one bit a pixel, which fast-png doesn't write. */
function oneBit(colourType: 0 | 3, palette: number[]): Uint8Array {
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, height, 1, colourType, 0, 0, 0]);
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + width / 8);
    for (let x = 0; x < width; x++)
      if (!wedge[y * width + x]) row[1 + (x >> 3)] = (row[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    return row;
  });
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...(colourType === 3 ? [chunk("PLTE", Uint8Array.from(palette))] : []),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", new Uint8Array()),
  ]);
}

const png = (channels: 1 | 2 | 3 | 4, depth: 8 | 16, samples: number[]) =>
  encode({
    width,
    height,
    channels,
    depth,
    data: depth === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples),
  });

const files = [
  save(
    "grey.png",
    png(
      1,
      8,
      each((ink) => [ink ? 20 : 230]),
    ),
  ),
  save(
    "grey-alpha.png",
    png(
      2,
      8,
      each((ink) => [0, ink ? 255 : 0]),
    ),
  ),
  save(
    "colour.png",
    png(
      3,
      8,
      each((ink) => (ink ? [200, 0, 0] : [250, 250, 200])),
    ),
  ),
  save(
    "colour-alpha.png",
    png(
      4,
      8,
      each((ink) => (ink ? [255, 255, 255, 255] : [0, 0, 0, 0])),
    ),
  ),
  save(
    "deep.png",
    png(
      1,
      16,
      each((ink) => [ink ? 60_000 : 3_000]),
    ),
  ),
  save("one-bit.png", oneBit(0, [])),
  save("palette.png", oneBit(3, [10, 20, 90, 255, 240, 230])),
];

describe("digitrain predict", () => {
  it("reads every kind of PNG alike", async () => {
    const { status, stdout, stderr } = await run(["predict", model, ...files, "--json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { scores: number[] });
    expect(lines.map((line) => Object.keys(line))).toEqual(
      files.map(() => ["image", "label", "scores", "sure", "remark"]),
    );
    expect(lines).toMatchObject(files.map((image) => ({ image, label: 1 })));
    for (const { scores } of lines) {
      scores.forEach((score, i) => {
        expect(score).toBeCloseTo(lines[0]?.scores[i] ?? NaN, 1);
      });
    }
  });

  it("prints the digit and the best scores, and with --show what the network sees", async () => {
    const { status, stdout } = await run(["predict", model, files[0] ?? "", "--show"]);
    expect(status).toBe(0);
    const [first, ...drawing] = stdout.trimEnd().split("\n");
    expect(first).toMatch(
      /grey\.png: 1 {2}\(1: \d+\.\d{3}, 0: \d+\.\d{3}\), not sure: this looks like a letter or a sign$/,
    );
    expect(drawing.length).toBeGreaterThan(4);
    expect(drawing.join("")).toMatch(/[\u2801-\u28ff]/);
  });

  it("says where it isn't sure, and why", async () => {
    const line = save(
      "line.png",
      png(
        1,
        8,
        wedge.map((_, i) =>
          Math.abs(Math.floor(i / width) - 20) < 3 && i % width > 4 && i % width < 35 ? 0 : 255,
        ),
      ),
    );
    const { status, stdout } = await run(["predict", model, line, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ sure: false, remark: "this is wider than any digit" });
    const { stdout: text } = await run(["predict", model, line]);
    expect(text).toMatch(/\), not sure: this is wider than any digit\n$/);
  });

  it("tells of each picture that it can't read, and reads the others", async () => {
    const whole = png(
      1,
      8,
      each((ink) => [ink ? 0 : 255]),
    );
    const bad = {
      missing: join(directory, "missing.png"),
      text: save("text.png", new TextEncoder().encode("a digit")),
      cut: save("cut.png", whole.subarray(0, whole.length - 30)),
      empty: save(
        "empty.png",
        png(
          1,
          8,
          each(() => [255]),
        ),
      ),
    };
    const ended = await run(["predict", model, ...Object.values(bad), files[0] ?? ""]);
    expect(ended.status).toBe(1);
    expect(ended.stdout).toMatch(/^.*grey\.png: 1 .*\n$/);
    const [missing, text, cut, empty] = ended.stderr.trimEnd().split("\n");
    expect(missing).toBe(`digitrain: ${bad.missing}: the picture cannot be read: no such file or directory`);
    expect(text).toBe(
      `digitrain: ${bad.text}: this is neither a PNG file nor a JPEG file; save the picture as PNG`,
    );
    expect(cut).toContain(`digitrain: ${bad.cut}: this is no whole PNG file (`);
    expect(cut).toMatch(/\); save the picture as PNG again$/);
    expect(empty).toBe(
      `digitrain: ${bad.empty}: the picture is empty; a digit in ink unlike its paper is needed`,
    );
  });

  it("names an ink that there isn't, once for all pictures", async () => {
    const picture = save(
      "ink.png",
      png(
        1,
        8,
        each((ink) => [ink ? 0 : 255]),
      ),
    );
    const table = save("ink.csv", Buffer.from(`${new Array(784).fill(0).join(",")}\n`));
    for (const image of [picture, table]) {
      const { status, stdout, stderr } = await run(["predict", model, image, image, "--ink", "ligth"]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toBe('digitrain: --ink takes "auto", "dark" or "light", got "ligth"\n');
    }
  });

  it("needs pictures of the model's size where it doesn't take 28x28", async () => {
    const other = save(
      "other.safetensors",
      new Model({
        layers: [3, 2],
        outputActivation: "linear",
        loss: "mse",
        values: new Float32Array(8),
      }).toSafetensors(),
    );
    const { status, stderr } = await run(["predict", other, files[0] ?? ""]);
    expect(status).toBe(1);
    expect(stderr).toBe(`digitrain: ${files[0] ?? ""}: the model takes pictures of 3 pixels, got 40x60\n`);
  });
});
