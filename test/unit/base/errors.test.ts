import { DigitrainError, OptionError } from "../../../ts/base/errors.js";

describe("an error's message", () => {
  it("is one line, with control characters as escapes", () => {
    expect(new DigitrainError("a\nb\u001b[2J\u202ec").message).toBe("a\\u000ab\\u001b[2J\\u202ec");
    expect(new OptionError("\r").message).toBe("\\u000d");
  });

  it("has an end, whatever it quotes", () => {
    for (const endless of ["x", "\u0000"]) {
      const { message } = new DigitrainError(`f: it begins ${endless.repeat(1e6)}; and ends`);
      expect(message).toMatch(/^f: it begins .+\.\.\..+; and ends$/);
      expect(message.length).toBeLessThan(1000);
    }
  });

  it("keeps what caused it", () => {
    const cause = new Error("below");
    expect(new DigitrainError("above", { cause })).toHaveProperty("cause", cause);
  });
});
