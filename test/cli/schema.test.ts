import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { run, temporaryDirectory, writeTinyData } from "./command.js";

const directory = temporaryDirectory();
writeTinyData(directory);
const data = ["--data", directory];
const model = join(directory, "model.safetensors");
const digit = join(directory, "digits.png");

interface Schema {
  anyOf: { $ref: string }[];
  $defs: Record<string, object>;
}
const file = new URL("../../schema/json-output.schema.json", import.meta.url);
const schema = JSON.parse(readFileSync(file, "utf8")) as Schema;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const validate = ajv.compile(schema);

/** Which kinds of line the outputs have had so far. */
const seen = new Set<string>();

/** Runs a command; each line that it prints must be of one kind. */
async function check(args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await run(args);
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  for (const line of lines) {
    const value: unknown = JSON.parse(line);
    validate(value);
    expect({ line, errors: validate.errors }).toEqual({ line, errors: null });
    const kinds = schema.anyOf.filter((kind) => ajv.validate({ $defs: schema.$defs, ...kind }, value));
    expect(kinds).toHaveLength(1);
    seen.add(kinds[0]?.$ref.replace("#/$defs/", "") ?? "");
  }
}

test("every line that a command prints with --json is as the schema says", async () => {
  const train = ["train", ...data, "--epochs", "1", "--json"];
  await check([...train, "--save", model, "--report", directory, "--checkpoint", join(directory, "run")]);
  await check([...train, "--checkpoint", join(directory, "run"), "--resume"]);
  await check([...train, "--validation-fraction", "0.2", "--early-stopping", "1", "--keep-best"]);
  await check([...train, "--evaluate-every", "0", "--limit", "10", "--threads", "1", "--recipe", "fast"]);
  await check(["evaluate", model, ...data, "--json"]);
  await check(["evaluate", model, ...data, "--json", "--worst", "2"]);
  await run(["digits", "--save", digit, "--count", "1"]);
  await check(["predict", model, digit, "--json"]);
  await check(["info", "--json"]);
  await check(["info", model, "--json"]);
  await check(["info", ...data, "--limit", "20", "--json"]);
  await check(["bench", ...data, "--rounds", "1", "--json"]);
  expect([...seen].sort()).toEqual(schema.anyOf.map(({ $ref }) => $ref.replace("#/$defs/", "")).sort());
});

test("the schema refuses what is none of these", () => {
  for (const line of [{}, { event: "step", epoch: 0, step: 0 }, { event: "end", seconds: 1, more: 1 }]) {
    expect(validate(line)).toBe(false);
  }
});
