import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { resolveOptions, RECIPES, type Recipe, type TrainOptions } from "../../ts/index.js";
import { run } from "../cli/command.js";
import { commandsIn, examplesOf, inDocs, pages, root, textOf } from "./pages.js";

/** The names by which a page's headings are linked to, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("the links of %s lead somewhere", (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const broken = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
    });
  expect(broken).toEqual([]);
});

test.each(pages)("the scripts and examples that %s names are there", (page) => {
  const text = textOf(page);
  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
  const named = [...text.matchAll(/\bnpm run ([a-z:-]+)/g)].map(([, name = ""]) => name);
  const files = [...text.matchAll(/[`\s](?:examples|scripts)\/[\w./-]*\w/g)].map(([path]) => path.slice(1));
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the README is read in three minutes", () => {
  const words = textOf("README.md").trim().split(/\s+/).length;
  expect(words).toBeGreaterThanOrEqual(500);
  expect(words).toBeLessThanOrEqual(700);
});

test("the pages that the documentation's index names are all there is", () => {
  const index = textOf("docs/README.md");
  const missing = inDocs.filter((name) => name !== "README.md" && !index.includes(`(${name})`));
  expect(missing).toEqual([]);
});

test("the examples in TypeScript have the right types", () => {
  const directory = join(root, "target", "docs-types");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const files = pages
    .flatMap(examplesOf)
    .filter(({ language }) => language === "ts")
    .map(({ name, code }) => {
      const file = join(directory, `${name}.ts`);
      writeFileSync(file, code);
      return file;
    });
  expect(files.length).toBeGreaterThan(5);
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const program = ts.createProgram(files, options);
  const found = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  expect(found).toEqual([]);
});

/** The flags that a command has, as its help shows them. */
async function flagsOf(command: string): Promise<string[]> {
  const { stdout } = await run([command, "--help"]);
  return [...stdout.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag = ""]) => flag);
}

test("the flags in the examples of the command are those that it takes", async () => {
  const used = new Map<string, string[]>();
  for (const words of pages.flatMap(examplesOf).flatMap(commandsIn)) {
    const [program, second, third = ""] = words;
    const command = program === "npm" && second === "start" ? "train" : second === "digitrain" ? third : "";
    const flags = words.filter((word) => /^--./.test(word)).map((word) => word.replace(/=.*/, ""));
    if (command !== "") used.set(command, [...(used.get(command) ?? []), ...flags]);
  }
  expect(used.size).toBeGreaterThan(3);
  for (const [command, flags] of used) {
    const taken = await flagsOf(command);
    expect({ command, unknown: flags.filter((flag) => !taken.includes(flag)) }).toEqual({
      command,
      unknown: [],
    });
  }
});

describe("the tables of docs/training.md", () => {
  const text = textOf("docs/training.md");
  /** The cells of each row that begins with an option's name. */
  const rows = [...text.matchAll(/^\| `(\w+)` .*\|$/gm)].map(([row, name = ""]) => ({
    name: name as keyof TrainOptions,
    cells: row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  }));
  const table = (columns: number) => rows.filter(({ cells }) => cells.length === columns);
  const options = table(4);
  const recipes = table(5);
  /** A value that stands in a cell first, as code. */
  const valueIn = (cell: string): unknown => {
    const [, json] = /^`([^`]*)`/.exec(cell) ?? [];
    return json === undefined ? undefined : JSON.parse(json);
  };

  it("tell of every option, and what it is by default", () => {
    const [, members = ""] =
      /interface TrainOptions \{\n(.*?)^\}/ms.exec(textOf("ts/training/options.ts")) ?? [];
    const names = [...members.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
    expect(options.map(({ name }) => name).sort()).toEqual(names.sort());
    const usual = resolveOptions({});
    for (const { name, cells } of options) {
      const value = valueIn(cells[3] ?? "");
      if (value !== undefined) expect(resolveOptions({ [name]: value })).toEqual(usual);
      else expect(Object.keys(usual).filter((other) => other === name && name !== "limit")).toEqual([]);
    }
  });

  it("tell of every flag of train", async () => {
    const untold = (await flagsOf("train")).filter(
      (flag) => flag !== "--help" && !text.includes(`\`${flag}`),
    );
    expect(untold).toEqual([]);
  });

  it("tell what each recipe sets", () => {
    const usual: Record<string, unknown> = { ...RECIPES.tutorial };
    for (const [column, recipe] of (Object.keys(RECIPES) as Recipe[]).entries()) {
      const set = resolveOptions({ recipe });
      for (const { name, cells } of recipes)
        expect(resolveOptions({ recipe, [name]: valueIn(cells[column + 1] ?? "") })).toEqual(set);
      const other = Object.entries(RECIPES[recipe]).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]),
      );
      const told: string[] = recipes.map(({ name }) => name);
      expect(other.map(([name]) => name).filter((name) => !told.includes(name))).toEqual([]);
    }
  });
});
