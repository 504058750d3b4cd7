import fc from "fast-check";
import { jsonLine, visible, visibleLines } from "../../../ts/base/format.js";

test("control characters are shown as escapes", () => {
  expect(visible("\u001b[31mred\u0007")).toBe("\\u001b[31mred\\u0007");
  expect(visible("two\r\nlines\u0085three\u2028")).toBe("two\\u000d\\u000alines\\u0085three\\u2028");
  expect(visible("gpj.\u202eexe")).toBe("gpj.\\u202eexe");
  expect(visibleLines("one\n\ttwo")).toBe("one\n\\u0009two");
  expect(visible("Zürich 数字 ✓ 👍")).toBe("Zürich 数字 ✓ 👍");
});

test("JSON says the same, on one line without control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const line = jsonLine({ text });
      expect(JSON.parse(line)).toEqual({ text });
      expect(line.slice(0, -1)).toBe(visible(line.slice(0, -1)));
    }),
  );
});
