import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quoted } from "../../ts/cli/typed.js";
import { resolveOptions } from "../../ts/index.js";
import { run, temporaryDirectory, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
writeTinyData(directory);
const train = ["train", "--data", directory, "--epochs", "0"];
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

describe("wrong usage", () => {
  it.each([
    [["trian"], "digitrain: unknown command 'trian' (Did you mean train?)"],
    [["train", "--epoch", "3"], "digitrain: unknown option '--epoch' (Did you mean --epochs?)"],
    [["train", "--epochs"], "digitrain: option '--epochs <count>' argument missing"],
    [["train", "now"], "digitrain: too many arguments for 'train'. Expected 0 arguments but got 1."],
    [["evaluate"], "digitrain: missing required argument 'model'"],
    [["train", "--epochs", "3x"], 'digitrain: --epochs takes a whole number, got "3x"'],
    [["train", "--augment", "5"], 'digitrain: --augment takes amounts such as rotation=10,shift=3, got "5"'],
    [
      ["train", "--augment", "scale=1"],
      "digitrain: --augment scale takes a number from 0 up to, not including, 1, got 1",
    ],
    [
      ["train", "--augment", "twist=1"],
      'digitrain: there is no option "augment.twist"; there are rotation, scale, shear, shift, elastic, thickness',
    ],
    [
      ["train", "--early-stopping", "0"],
      'digitrain: --early-stopping takes a whole number of epochs of at least 1, or none, got "0"',
    ],
    [["train", "--epochs", "1.5"], 'digitrain: --epochs takes a whole number, got "1.5"'],
    [["train", "--seed", ""], 'digitrain: --seed takes a whole number, got ""'],
    [["train", "--learning-rate", "fast"], 'digitrain: --learning-rate takes a number, got "fast"'],
    [["train", "--learning-rate", "0x1"], 'digitrain: --learning-rate takes a number, got "0x1"'],
    [["train", "--momentum", "Infinity"], 'digitrain: --momentum takes a number, got "Infinity"'],
    [["train", "--save", ""], 'digitrain: --save takes a name or value, got ""'],
    [["train", "--checkpoint", ""], 'digitrain: --checkpoint takes a name or value, got ""'],
    [["evaluate", ""], 'digitrain: each argument of evaluate takes a name or value, got ""'],
    [["train", "--hidden", "256,"], 'digitrain: --hidden takes sizes such as 256,128, or none, got "256,"'],
    [
      ["train", "--hidden", "256 128"],
      'digitrain: --hidden takes sizes such as 256,128, or none, got "256 128"',
    ],
    [["train", "--hidden", "[256,"], 'digitrain: --hidden takes sizes such as 256,128, or none, got "[256,"'],
  ])("%j is answered with one sentence and status 2", async (args, sentence) => {
    expect(await run(args)).toMatchObject({ status: 2, stdout: "", stderr: `${sentence}\n` });
  });

  it.each([
    ["--epochs", "-1"],
    ["--batch-size", "0"],
    ["--learning-rate", "-0.1"],
    ["--momentum", "1"],
    ["--weight-decay", "-1"],
    ["--initial-standard-deviation", "0"],
    ["--seed", "-1"],
    ["--limit", "0"],
    ["--log-every", "0"],
    ["--evaluate-every", "-1"],
    ["--recipe", "slow"],
    ["--loss", "mae"],
    ["--schedule", "cosine"],
    ["--output-activation", "tanh"],
    ["--hidden", "0"],
    ["--test-fraction", "1"],
  ])("%s %s is out of the option's range, before any data is looked for", async (flag, value) => {
    const { status, stdout, stderr } = await run([
      "train",
      "--data",
      join(directory, "nothing"),
      flag,
      value,
    ]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^digitrain: ${flag} takes [^\\n]*, got [^\\n]*${value}[^\\n]*\\n$`));
  });

  it("--hidden takes sizes as its message shows them", async () => {
    for (const [value, network] of [
      ["[32, 16]", [784, 32, 16, 10]],
      ["[]", [784, 10]],
    ] as const) {
      const { stdout } = await run([...train, "--hidden", value, "--json"]);
      expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ network });
    }
  });

  it("no command at all prints the help on stderr", async () => {
    const { status, stdout, stderr } = await run([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("Usage: digitrain");
  });
});

describe("help and version", () => {
  it.each([[[]], [["train"]], [["evaluate"]], [["digits"]], [["info"]]])(
    "%j --help shows usage and examples",
    async (command) => {
      const { status, stdout, stderr } = await run([...command, "--help"]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain(`Usage: ${["digitrain", ...command].join(" ")} [options]`);
      expect(stdout).toMatch(new RegExp(`Examples:\n {2}${["digitrain", ...command].join(" ")}`));
    },
  );

  it("train --help names every flag", async () => {
    const { stdout } = await run(["train", "--help"]);
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map((match) => match[1]);
    expect(flags.sort()).toEqual([
      "augment",
      "batch-size",
      "cache",
      "checkpoint",
      "checkpoint-every-seconds",
      "checkpoint-every-steps",
      "checkpoint-keep",
      "data",
      "deterministic",
      "dropout",
      "early-stopping",
      "epochs",
      "evaluate-every",
      "help",
      "hidden",
      "initial",
      "initial-standard-deviation",
      "initialization",
      "ink",
      "json",
      "keep-best",
      "label",
      "learning-rate",
      "limit",
      "log-every",
      "loss",
      "momentum",
      "no-augment",
      "no-keep-best",
      "no-shuffle",
      "optimizer",
      "output-activation",
      "quiet",
      "recipe",
      "report",
      "resume",
      "save",
      "schedule",
      "seed",
      "shuffle",
      "test-fraction",
      "threads",
      "validation-fraction",
      "weight-decay",
    ]);
  });

  it("train --help tells the options' own defaults", async () => {
    const used = new Map(Object.entries<unknown>({ ...resolveOptions({}) }));
    const { stdout } = await run(["train", "--help"]);
    const told = [...stdout.matchAll(/^ +--(\S+) .*\(default: (.*)\)$/gm)].flatMap(([, flag = "", value]) => {
      const name = flag.replace(/-./g, ([, letter = ""]) => letter.toUpperCase());
      return used.has(name) ? [[name, value]] : [];
    });
    expect(told.length).toBeGreaterThan(15);
    const textOf = (value: unknown) => (value === false ? "none" : String(value));
    expect(told).toEqual(told.map(([name = ""]) => [name, textOf(used.get(name))]));
  });

  it.each(["train", "evaluate", "predict", "digits", "export", "bench", "demo", "info"])(
    "%s --help tells no default twice, and refers to nothing that isn't there",
    async (command) => {
      const { stdout } = await run([command, "--help"]);
      expect(stdout.replace(/\s+/g, " ")).not.toMatch(/\(default[^)]*\) \(default/);
      if (/see\s+below/.test(stdout)) expect(stdout).toContain("--data takes the path of\n");
    },
  );

  it("report says which option makes one", async () => {
    const { status, stderr } = await run(["report", "run/", "--json"]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "digitrain: there is no report without a run: train --report DIRECTORY writes one of its own\n",
    });
  });

  it("--version prints the package's version", async () => {
    expect(await run(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
  });
});

describe("digitrain info", () => {
  it("--json tells version, engine, variant, threads and cores", async () => {
    const { status, stdout, stderr } = await run(["info", "--json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      version,
      engine: expect.stringContaining(`Node ${process.version}`) as string,
      // The command turns relaxed SIMD on where Node has it behind a flag.
      variant: expect.stringMatching(/^relaxed(-threads)?$/) as string,
      threads: expect.any(Number) as number,
      why: expect.any(String) as string,
      cores: expect.any(Number) as number,
    });
  });

  it("tells which data is in the cache directory", async () => {
    const cache = join(directory, "cache");
    expect((await run(["info"], { DIGITRAIN_CACHE: cache })).stdout).toContain(
      `cache     ${cache}\ncached    nothing yet\n`,
    );
    mkdirSync(join(cache, "kmnist"), { recursive: true });
    writeFileSync(join(cache, "kmnist", "t10k-labels-idx1-ubyte.gz"), Buffer.alloc(250_000));
    writeFileSync(join(cache, "kmnist", ".t10k-images-idx3-ubyte.gz.1.part"), "");
    expect((await run(["info", "--cache", cache])).stdout).toContain(
      "cached    kmnist (1 of 4 files, 0.3 MB)\n",
    );
    expect(JSON.parse((await run(["info", "--cache", cache, "--json"])).stdout)).toMatchObject({
      cache: { directory: cache, sets: [{ name: "kmnist", files: 1, bytes: 250_000 }] },
    });
  });

  it("says how a directory is asked about", async () => {
    const { status, stderr } = await run(["info", directory]);
    expect(stderr).toBe(
      `digitrain: ${directory} is a directory, not a model; digitrain info --data ${quoted(directory)} tells of a data set\n`,
    );
    expect(status).toBe(2);
  });

  it("prints the same for people, and why a forced variant is used", async () => {
    const { status, stdout } = await run(["info"], { DIGITRAIN_VARIANT: "simd" });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^variant +simd$/m);
    expect(stdout).toMatch(/^why +.*DIGITRAIN_VARIANT/m);
  });

  it("reports a failure in one sentence, and with DIGITRAIN_DEBUG its stack", async () => {
    const wrong = { DIGITRAIN_VARIANT: "mmx" };
    const { status, stderr } = await run(["info"], wrong);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^digitrain: DIGITRAIN_VARIANT takes [^\n]*\n$/);
    expect((await run(["info"], { ...wrong, DIGITRAIN_DEBUG: "1" })).stderr).toContain("\n    at ");
  });
});
