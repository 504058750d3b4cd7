import { addressOf, readAddress } from "../../../ts/demo/address.js";
import { chosenFrom, FIELD_NAMES, withField } from "../../../ts/demo/fields.js";
import { createState } from "../../../ts/demo/state.js";
import { en } from "../../../ts/demo/words/en.js";

describe("the fields", () => {
  it("show what the recipe says", () => {
    const { texts, problems, resolved } = chosenFrom("tutorial", {});
    expect(texts).toMatchObject({
      hidden: "256, 128",
      learningRate: "0.001",
      shuffle: "false",
      limit: "",
      threads: "",
    });
    expect(problems).toEqual({});
    expect(resolved).toMatchObject({ recipe: "tutorial", epochs: 10 });
  });

  it("show options that are more than a number by what matters", () => {
    expect(chosenFrom("robust", {}).texts.augment).toBe("true");
    const { resolved, texts } = chosenFrom("fast", { augment: "true", earlyStopping: "3", keepBest: "true" });
    expect(resolved.augment).toMatchObject({ rotation: 15 });
    expect(resolved).toMatchObject({ earlyStopping: { patience: 3 }, keepBest: true });
    expect(texts).toMatchObject({ augment: "true", earlyStopping: "3", keepBest: "true" });
    expect(chosenFrom("robust", { augment: "false" }).resolved.augment).toBe(false);
  });

  it.each([
    ["[256, 128]", [256, 128]],
    ["256,128", [256, 128]],
    [" 64 32 ", [64, 32]],
    ["[ 64 ]", [64]],
    ["[]", []],
    ["", []],
    ["none", []],
  ])("takes %j for the hidden layers", (hidden, sizes) => {
    const { resolved, problems } = chosenFrom("fast", { hidden });
    expect(problems).toEqual({});
    expect(resolved.hidden).toEqual(sizes);
  });

  it.each([
    [
      "hidden",
      "12, many",
      'takes a list of whole numbers from 1 to 65,536, such as [256, 128], got "12, many"',
    ],
    ["hidden", "[0]", "takes a list of whole numbers from 1 to 65,536, such as [256, 128], got [0]"],
    ["learningRate", "-1", "takes a number above 0, got -1"],
    ["learningRate", "", 'takes a number above 0, got ""'],
    ["validationFraction", "1", "takes a number from 0 up to, not including, 1, got 1"],
    ["seed", "1.5", "takes a whole number from 0 to 2^53 - 1, got 1.5"],
    ["loss", "hinge", 'takes "mse" or "cross-entropy", got "hinge"'],
  ] as const)("say what is wrong with %s = %j, and spoil no other", (name, text, problem) => {
    const { problems, resolved, texts } = chosenFrom("fast", { [name]: text, epochs: "7" });
    expect(problems).toEqual({ [name]: problem });
    expect(texts[name]).toBe(text);
    expect(resolved.epochs).toBe(7);
  });

  it("say where two options don't go together", () => {
    const { problems } = chosenFrom("fast", { optimizer: "adam", momentum: "0.5" });
    expect(problems.momentum).toMatch(/^takes 0 where the optimizer is "adam"/);
    expect(chosenFrom("fast", { optimizer: "adam" }).texts).toMatchObject({
      momentum: "0",
      learningRate: "0.001",
    });
  });

  it("forget a change that says what the recipe says", () => {
    const changed = withField("fast", {}, "epochs", "9");
    expect(changed).toEqual({ epochs: "9" });
    expect(withField("fast", changed, "epochs", "4")).toEqual({});
  });
});

describe("the address", () => {
  it("says tab, recipe and what was changed, and is read again", () => {
    const state = createState("en", en);
    expect(addressOf(state)).toBe("recipe=fast");
    state.tab.value = "lesson";
    state.chapter.value = 2;
    state.recipe.value = "tutorial";
    state.changed.value = { hidden: "[64]", seed: "7" };
    const address = addressOf(state);
    expect(address).toBe("tab=lesson&chapter=3&recipe=tutorial&hidden=%5B64%5D&seed=7");
    expect(readAddress(`#${address}`, 8)).toEqual({
      tab: "lesson",
      chapter: 2,
      recipe: "tutorial",
      changed: { hidden: "[64]", seed: "7" },
    });
  });

  it("says nothing by what it says wrongly", () => {
    expect(readAddress("tab=moon&chapter=99&recipe=slow&x=1&__proto__=1", 8)).toEqual({
      tab: "play",
      chapter: 0,
      recipe: "fast",
      changed: {},
    });
  });

  it("has a field for what it says of a run", () => {
    for (const name of FIELD_NAMES) expect(readAddress(`${name}=1`, 8).changed).toEqual({ [name]: "1" });
  });
});
