import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseNpy } from "../../ts/data/formats/npy.js";
import { ZipArchive } from "../../ts/data/formats/zip.js";
import { read, write } from "../../ts/model/safetensors.js";
import { Model } from "../../ts/model/model.js";
import { numbers } from "../numbers.js";
import { run, temporaryDirectory } from "./command.js";

const directory = temporaryDirectory();
const model = new Model({
  layers: [3, 4, 2],
  outputActivation: "linear",
  loss: "mse",
  values: numbers(3 * 4 + 4 + 4 * 2 + 2),
});
const file = join(directory, "model.safetensors");
writeFileSync(file, model.toSafetensors());

const exportTo = async (name: string, ...args: string[]) => {
  const to = join(directory, name);
  const ended = await run(["export", file, "--to", to, ...args]);
  return { to, ended };
};

describe("digitrain export", () => {
  it("writes ONNX", async () => {
    const { to, ended } = await exportTo("model.onnx");
    expect(ended).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(new Uint8Array(readFileSync(to))).toEqual(model.toOnnx());
  });

  it("writes safetensors in its own layout", async () => {
    const { to, ended } = await exportTo("copy.SafeTensors");
    expect(ended).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(readFileSync(to)).toEqual(readFileSync(file));
  });

  it("writes safetensors in PyTorch's names and [out, in] order", async () => {
    const { to, ended } = await exportTo("torch.safetensors", "--layout", "pytorch");
    expect(ended).toMatchObject({ status: 0, stdout: "", stderr: "" });
    const { tensors } = read(readFileSync(to), "torch");
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ["0.weight", [4, 3]],
      ["0.bias", [4]],
      ["2.weight", [2, 4]],
      ["2.bias", [2]],
    ]);
    const weights = model.parameters.get("w1")?.values;
    const transposed = tensors.get("0.weight")?.values;
    for (let input = 0; input < 3; input++) {
      for (let output = 0; output < 4; output++) {
        expect(transposed?.[output * 3 + input]).toBe(weights?.[input * 4 + output]);
      }
    }
    expect(tensors.get("2.bias")).toEqual(model.parameters.get("b2"));
  });

  it("writes numpy's .npz", async () => {
    const { to, ended } = await exportTo("model.npz");
    expect(ended).toMatchObject({ status: 0, stdout: "", stderr: "" });
    const archive = new ZipArchive(readFileSync(to), "model.npz");
    expect(archive.names).toEqual(["w1.npy", "b1.npy", "w2.npy", "b2.npy"]);
    for (const [name, { shape, values }] of model.parameters) {
      const array = parseNpy((await archive.read(`${name}.npy`)) ?? new Uint8Array(), name);
      expect(array.shape).toEqual(shape);
      expect(Array.from(values, (_, i) => array.at(i))).toEqual(Array.from(values));
    }
  });

  it("writes what every command that takes a model reads", async () => {
    for (const [name, ...args] of [["again.onnx"], ["again.safetensors", "--layout", "pytorch"]] as const) {
      const { to } = await exportTo(name, ...args);
      const info = await run(["info", to]);
      expect(info).toMatchObject({ status: 0, stderr: "" });
      expect(info.stdout).toBe((await run(["info", file])).stdout);
      const back = join(directory, "back.safetensors");
      expect(await run(["export", to, "--to", back])).toMatchObject({ status: 0, stderr: "" });
      expect(readFileSync(back)).toEqual(readFileSync(file));
    }
  });

  it("says what it assumed of a network that another program saved", async () => {
    const { tensors } = read(model.toSafetensors({ layout: "pytorch" }), "torch");
    const foreign = join(directory, "state.safetensors");
    writeFileSync(foreign, write(tensors, new Map([["format", "pt"]])));
    expect(await run(["info", foreign])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(
        "network   3-4-2\noutput    linear\nloss      cross-entropy\n",
      ) as string,
      stderr: `digitrain: ${foreign} doesn't say how its network is used, so this is assumed: relu between the layers, linear outputs, loss cross-entropy, pixels divided by 255\n`,
    });
  });

  it.each([
    ["model.keras", [], '--to takes a name that ends in .onnx, .safetensors or .npz, got ".*model.keras"'],
    ["model.onnx2", [], "--to takes a name that ends in"],
    ["x.onnx", ["--layout", "pytorch"], '--layout takes a .safetensors file to go with, got ".*x.onnx"'],
    ["x.safetensors", ["--layout", "keras"], '--layout takes "digitrain" or "pytorch", got "keras"'],
  ])("refuses --to %s %j", async (name, args, message) => {
    const { to, ended } = await exportTo(name, ...args);
    expect(ended).toMatchObject({ status: 2, stdout: "" });
    expect(ended.stderr).toMatch(new RegExp(`^digitrain: ${message}.*\n$`));
    expect(existsSync(to)).toBe(false);
  });

  it("needs --to", async () => {
    const { status, stderr } = await run(["export", file]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^digitrain: .*--to.*\n$/);
  });

  it("says so where the file can't be written", async () => {
    const { ended } = await exportTo("no/where/model.npz");
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/^digitrain: .*model\.npz: the model cannot be saved: no such file.*\n$/);
  });
});
