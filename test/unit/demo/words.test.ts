import { readFileSync } from "node:fs";
import { CHAPTERS } from "../../../ts/demo/lesson/chapters.js";
import { en } from "../../../ts/demo/words/en.js";
import { LANGUAGES, type Language, preferred, wordsOf } from "../../../ts/demo/words/index.js";

const all = await Promise.all((Object.keys(LANGUAGES) as Language[]).map(wordsOf));

/** The paths of all words: those in lists and tables, too. */
function pathsOf(words: object, path = ""): string[] {
  return Object.entries(words).flatMap(([name, word]) =>
    typeof word === "object" ? pathsOf(word as object, `${path}${name}.`) : [`${path}${name}`],
  );
}

describe("the words", () => {
  it("are there in each language", () => {
    const english = pathsOf(en).sort();
    for (const words of all) expect(pathsOf(words).sort()).toEqual(english);
  });

  it("have a text each, but for a phase in which nothing is said", () => {
    for (const words of all) {
      const silent = pathsOf(words).filter(
        (path) =>
          path.split(".").reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], words) ===
          "",
      );
      expect(silent).toEqual(["phases.idle"]);
    }
  });

  it("of a chapter are few", async () => {
    for (const { text } of en.chapters) expect(text.split(/\s+/).length).toBeLessThan(120);
    for (const { text } of (await wordsOf("zh")).chapters) expect(text.length).toBeLessThan(200);
    expect(en.chapters).toHaveLength(CHAPTERS.length);
  });

  it("say in each language what makes a drawing doubtful", async () => {
    const zh = await wordsOf("zh");
    expect(en.notSure("it may be 3 or 8")).toBe("not sure: it may be 3 or 8");
    expect(zh.notSure("it may be 3 or 8")).toBe("没有把握：可能是 3 或 8");
    const sources = ["form", "strokes"].map((name) => readFileSync(`ts/data/pictures/${name}.ts`, "utf8"));
    const remarks = [...sources.join("").matchAll(/"(th(?:is|ere) [^"]+)"/g)].map(
      ([, remark = ""]) => remark,
    );
    expect(remarks.length).toBeGreaterThan(5);
    for (const remark of remarks) expect(zh.notSure(remark)).not.toContain(remark);
  });

  it.each([
    [["zh-CN", "en"], "zh"],
    [["de", "zh-TW"], "zh"],
    [["en-GB"], "en"],
    [["fr"], "en"],
    [[], "en"],
  ] as const)("of a browser that prefers %j are %s", (languages, language) => {
    expect(preferred(languages)).toBe(language);
  });
});
