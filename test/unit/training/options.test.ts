import fc from "fast-check";
import { DigitrainError, OptionError } from "../../../ts/base/errors.js";
import { Model } from "../../../ts/model/model.js";
import type { Recipe } from "../../../ts/model/hyperparameters.js";
import { RECIPES } from "../../../ts/training/recipes.js";
import { resolveOptions } from "../../../ts/training/resolve.js";

/** As a caller without types might. */
const resolve = (options: object) => resolveOptions(options);

const initial = new Model({
  layers: [4, 3, 2],
  outputActivation: "relu",
  loss: "cross-entropy",
  values: new Float32Array(23),
});

describe("what holds where nothing is said", () => {
  it("is the walk-through's program", () => {
    expect(resolveOptions({})).toEqual({
      recipe: "tutorial",
      hidden: [256, 128],
      outputActivation: "linear",
      loss: "mse",
      optimizer: "sgd",
      learningRate: 0.001,
      schedule: "constant",
      momentum: 0,
      weightDecay: 0,
      dropout: 0,
      augment: false,
      batchSize: 128,
      epochs: 10,
      shuffle: false,
      seed: 0,
      initialization: "truncated-normal",
      initialStandardDeviation: 0.1,
      limit: null,
      validationFraction: 0,
      earlyStopping: null,
      keepBest: false,
      logEvery: 100,
      evaluateEvery: 1,
      threads: "auto",
      deterministic: false,
    });
  });

  it("is plain JSON, and the caller's to change", () => {
    const resolved = resolveOptions({ recipe: "fast", data: "mnist", onStep: () => undefined });
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved);
    resolved.hidden.push(1);
    expect(resolveOptions({ recipe: "fast" }).hidden).toEqual([256, 128]);
  });

  it("counts an option that is undefined as left out", () => {
    expect(resolve({ epochs: undefined, recipe: undefined, initial: undefined })).toEqual(resolveOptions({}));
  });
});

describe("augment", () => {
  const amounts = { rotation: 15, scale: 0.18, shear: 0.2, shift: 1.5, elastic: 1.5, thickness: 0.7 };
  const none = { rotation: 0, scale: 0, shear: 0, shift: 0, elastic: 0, thickness: 0 };

  it("true stands for all amounts, and an amount that is left out is 0", () => {
    expect(resolveOptions({ augment: true }).augment).toEqual(amounts);
    expect(resolveOptions({ augment: {} }).augment).toEqual(none);
    expect(resolve({ augment: { shift: 3, scale: undefined } })).toMatchObject({
      augment: { ...none, shift: 3 },
    });
    expect(resolveOptions({ augment: false }).augment).toBe(false);
  });
});

describe("recipes", () => {
  it.each(Object.keys(RECIPES) as Recipe[])(
    "%s: its options hold, and are overridden one by one",
    (recipe) => {
      expect(resolveOptions({ recipe })).toMatchObject({ recipe, ...RECIPES[recipe] });
      const overridden = { ...RECIPES[recipe], recipe, momentum: 0.5 };
      expect(resolveOptions({ recipe, momentum: 0.5 })).toMatchObject(overridden);
    },
  );

  it("fast and accurate train the tutorial's network on shuffled examples", () => {
    const { tutorial, fast, accurate } = RECIPES;
    for (const recipe of [fast, accurate]) {
      expect(recipe).toMatchObject({ loss: "cross-entropy", schedule: "one-cycle", shuffle: true });
      expect(recipe.hidden).toEqual(tutorial.hidden);
    }
    expect(accurate.epochs).toBeGreaterThan(fast.epochs);
  });

  it("robust alone augments, in any network", () => {
    const augments = (Object.keys(RECIPES) as Recipe[]).filter((recipe) => RECIPES[recipe].augment);
    expect(augments).toEqual(["robust"]);
    const plain = resolveOptions({ recipe: "robust", hidden: [256, 128], augment: false });
    expect(plain).toMatchObject({ hidden: [256, 128], augment: false });
    const changed = resolveOptions({ recipe: "robust" });
    expect(changed.augment).not.toBe(resolveOptions({ recipe: "robust" }).augment);
  });
});

describe("a recipe's learning rate", () => {
  it("is lower for deeper networks, unless it is given", () => {
    const rate = (depth: number, options: object = {}) =>
      resolve({ recipe: "fast", hidden: new Array(depth).fill(16), ...options }).learningRate;
    expect([0, 1, 2, 4, 6, 8].map((depth) => rate(depth))).toEqual([0.5, 0.5, 0.5, 0.18, 0.096, 0.063]);
    expect(rate(8, { learningRate: 0.5 })).toBe(0.5);
    expect(rate(8, { recipe: "tutorial" })).toBe(0.001);
  });
});

describe("adam", () => {
  const adam = { optimizer: "adam", learningRate: 0.001, momentum: 0, weightDecay: 0 };

  it("has a learning rate and a weight decay of its own with every recipe", () => {
    for (const recipe of Object.keys(RECIPES))
      expect(resolve({ recipe, optimizer: "adam" })).toMatchObject(adam);
    const given = { optimizer: "adam", learningRate: 0.01, weightDecay: 0.1, momentum: 0 };
    expect(resolve({ recipe: "fast", ...given })).toMatchObject(given);
  });

  it("takes no momentum", () => {
    expect(() => resolve({ optimizer: "adam", momentum: 0.9 })).toThrow(
      new OptionError('momentum takes 0 where the optimizer is "adam", got 0.9'),
    );
  });
});

describe("the initialization", () => {
  const of = (options: object) => resolve(options).initialization;

  it("is he in the recipes that learn at any depth, unless a standard deviation is given", () => {
    expect([of({}), of({ recipe: "fast" }), of({ recipe: "accurate" })]).toEqual([
      "truncated-normal",
      "he",
      "he",
    ]);
    expect(of({ initialization: "he" })).toBe("he");
    expect(of({ recipe: "fast", initialStandardDeviation: 0.05 })).toBe("truncated-normal");
    expect(of({ recipe: "fast", initialization: "truncated-normal" })).toBe("truncated-normal");
  });

  it("he has no standard deviation", () => {
    expect(() => resolve({ initialization: "he", initialStandardDeviation: 0.1 })).toThrow(
      new OptionError(
        'initialStandardDeviation takes effect where the initialization is "truncated-normal" only, got "he"; leave one of them out',
      ),
    );
  });
});

describe("an initial model", () => {
  it("brings its hidden sizes, output activation and loss", () => {
    const settings = { hidden: [3], outputActivation: "relu", loss: "cross-entropy", recipe: "tutorial" };
    expect(resolveOptions({ initial })).toMatchObject(settings);
  });

  it("yields to a recipe that is asked for, and to the caller, in all but its sizes", () => {
    const asked = resolveOptions({ initial, recipe: "tutorial" });
    expect(asked).toMatchObject({ hidden: [3], outputActivation: "linear", loss: "mse" });
    expect(resolveOptions({ initial, loss: "mse" })).toMatchObject({ outputActivation: "relu", loss: "mse" });
    expect(resolveOptions({ initial, hidden: [3] }).hidden).toEqual([3]);
  });

  it("keeps its sizes", () => {
    const wrong = () => resolveOptions({ initial, hidden: [5, 3] });
    expect(wrong).toThrow(new OptionError("hidden takes the initial model's own sizes, [3], got [5, 3]"));
  });
});

describe("wrong options", () => {
  const wholeFromOne = "a whole number of at least 1";
  const layers = "a list of whole numbers from 1 to 65,536, such as [256, 128]";
  const augmentation = "true, false, or an object of rotation, scale, shear, shift, elastic and thickness";
  it.each<[string, unknown, string]>([
    ["data", 5, "data takes a data set's name, a path or data, got 5"],
    ["data", null, "data takes a data set's name, a path or data, got null"],
    ["recipe", "quick", 'recipe takes "tutorial" or "fast" or "accurate" or "robust", got "quick"'],
    [
      "recipe",
      "seed",
      'recipe takes "tutorial" or "fast" or "accurate" or "robust", got "seed", which is now called "tutorial"',
    ],
    ["hidden", [256, 0], `hidden takes ${layers}, got [256, 0]`],
    ["hidden", [-1], `hidden takes ${layers}, got [-1]`],
    ["hidden", [1.5], `hidden takes ${layers}, got [1.5]`],
    ["hidden", [65_537], `hidden takes ${layers}, got [65537]`],
    ["hidden", 256, `hidden takes ${layers}, got 256`],
    ["hidden", "256,128", `hidden takes ${layers}, got "256,128"`],
    ["outputActivation", "softmax", 'outputActivation takes "linear" or "relu", got "softmax"'],
    ["loss", ["mse"], 'loss takes "mse" or "cross-entropy", got ["mse"]'],
    ["optimizer", "rmsprop", 'optimizer takes "sgd" or "adam", got "rmsprop"'],
    ["learningRate", 0, "learningRate takes a number above 0, got 0"],
    ["learningRate", NaN, "learningRate takes a number above 0, got NaN"],
    ["learningRate", 1e39, "learningRate takes a number above 0, got 1e+39"],
    ["learningRate", 1e-50, "learningRate takes a number above 0, got 1e-50"],
    ["learningRate", "0.1", 'learningRate takes a number above 0, got "0.1"'],
    ["schedule", "cosine", 'schedule takes "constant" or "one-cycle", got "cosine"'],
    ["momentum", 1, "momentum takes a number from 0 up to, not including, 1, got 1"],
    ["momentum", -0.1, "momentum takes a number from 0 up to, not including, 1, got -0.1"],
    ["weightDecay", -1, "weightDecay takes a number of at least 0, got -1"],
    ["dropout", 1, "dropout takes a number from 0 up to, not including, 1, got 1"],
    ["dropout", -0.5, "dropout takes a number from 0 up to, not including, 1, got -0.5"],
    ["augment", "yes", `augment takes ${augmentation}, got "yes"`],
    ["augment", [], `augment takes ${augmentation}, got []`],
    ["augment", { rotation: 181 }, "augment.rotation takes a number of degrees from 0 to 180, got 181"],
    ["augment", { scale: 1 }, "augment.scale takes a number from 0 up to, not including, 1, got 1"],
    ["augment", { shear: "x" }, 'augment.shear takes a number of at least 0, got "x"'],
    ["augment", { shift: -1 }, "augment.shift takes a number of at least 0, got -1"],
    ["augment", { elastic: NaN }, "augment.elastic takes a number of at least 0, got NaN"],
    ["augment", { thickness: 2 }, "augment.thickness takes a number from 0 to 1, got 2"],
    ["augment", { rotate: 1 }, 'there is no option "augment.rotate"; did you mean "augment.rotation"?'],
    ["batchSize", 0, "batchSize takes a whole number from 1 to 65,536, got 0"],
    ["batchSize", 65_537, "batchSize takes a whole number from 1 to 65,536, got 65537"],
    ["epochs", -1, "epochs takes a whole number from 0 to 1,000,000, got -1"],
    ["epochs", 1.5, "epochs takes a whole number from 0 to 1,000,000, got 1.5"],
    ["shuffle", 1, "shuffle takes true or false, got 1"],
    ["seed", 2 ** 53, "seed takes a whole number from 0 to 2^53 - 1, got 9007199254740992"],
    ["seed", 5n, "seed takes a whole number from 0 to 2^53 - 1, got 5n"],
    ["initialization", "xavier", 'initialization takes "truncated-normal" or "he", got "xavier"'],
    ["initialStandardDeviation", 0, "initialStandardDeviation takes a number above 0, got 0"],
    ["initial", {}, "initial takes a Model, got an object"],
    ["limit", 0, `limit takes ${wholeFromOne}, got 0`],
    ["validationFraction", 1, "validationFraction takes a number from 0 up to, not including, 1, got 1"],
    [
      "validationFraction",
      -0.1,
      "validationFraction takes a number from 0 up to, not including, 1, got -0.1",
    ],
    [
      "earlyStopping",
      0,
      "earlyStopping takes a whole number of epochs of at least 1, an object of patience and minimumImprovement, or null, got 0",
    ],
    ["keepBest", 1, "keepBest takes true or false, got 1"],
    ["logEvery", 0, `logEvery takes ${wholeFromOne}, got 0`],
    ["evaluateEvery", -1, "evaluateEvery takes a whole number of at least 0, got -1"],
    ["onStart", true, "onStart takes a function, got true"],
    ["onStep", "log", 'onStep takes a function, got "log"'],
    ["onEpoch", Symbol("x"), "onEpoch takes a function, got Symbol(x)"],
    ["signal", () => undefined, "signal takes an AbortSignal, got a function"],
    ["deterministic", "yes", 'deterministic takes true or false, got "yes"'],
  ])("%s: %p", (option, value, message) => {
    expect(() => resolve({ [option]: value })).toThrow(new OptionError(message));
  });

  it("an unknown one: the nearest known one is named", () => {
    const message = 'there is no option "learningrate"; did you mean "learningRate"?';
    expect(() => resolve({ learningrate: 1 })).toThrow(new OptionError(message));
    expect(() => resolve({ toString: 1 })).toThrow('there is no option "toString"');
  });

  it("one that is like none: all that there are are named", () => {
    const names = "rotation, scale, shear, shift, elastic, thickness";
    expect(() => resolve({ augment: { twist: 1 } })).toThrow(
      new OptionError(`there is no option "augment.twist"; there are ${names}`),
    );
  });

  it("a long value is shown in part", () => {
    expect(() => resolve({ loss: "x".repeat(200) })).toThrow(/got "x{56}\.\.\.$/);
  });

  it("whatever the value, the error is an OptionError of one line that names the option", () => {
    const options = Object.keys(resolveOptions({}));
    fc.assert(
      fc.property(fc.constantFrom(...options), fc.anything(), (option, value) => {
        try {
          resolve({ [option]: value });
        } catch (error) {
          expect(error).toBeInstanceOf(OptionError);
          expect(error).toBeInstanceOf(DigitrainError);
          expect((error as OptionError).message).toMatch(
            new RegExp(`^(${option}(\\.\\w+)? takes |there is no option "${option}\\.)[^\n]*$`),
          );
        }
      }),
    );
  });
});
