import { execFileSync } from "node:child_process";
import { quoted, typed } from "../../../ts/cli/typed.js";
import { itOnUnix } from "../../systems.js";

const NAMES = [
  "model.safetensors",
  "runs/ä-1_b.onnx",
  "my model",
  "it's",
  "$HOME",
  "a&b;c",
  "~x",
  "*",
  "\\",
  "",
];

describe("commands to type", () => {
  it("have quotes where a shell needs them", () => {
    expect(typed("predict", "my model.safetensors", "seven.png")).toMatch(
      process.platform === "win32"
        ? /digitrain predict "my model.safetensors" seven.png$/
        : /digitrain predict 'my model.safetensors' seven.png$/,
    );
    expect(quoted("C:\\models\\one.onnx", "win32")).toBe("C:\\models\\one.onnx");
    expect(quoted("C:\\my models\\one.onnx", "win32")).toBe('"C:\\my models\\one.onnx"');
    expect(quoted("runs/ä-1_b.onnx", "linux")).toBe("runs/ä-1_b.onnx");
  });

  itOnUnix.each(NAMES)("are taken by the shell as they were given: %p", (name) => {
    const shown = execFileSync("sh", ["-c", `printf %s ${quoted(name)}`], { encoding: "utf8" });
    expect(shown).toBe(name);
  });
});
