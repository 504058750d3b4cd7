import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { environment, run, temporaryDirectory, writeTinyData } from "../cli/command.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const inDocs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const pages = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "examples/README.md",
  ...inDocs.map((name) => `docs/${name}`),
];
const textOf = (page: string) => readFileSync(join(root, page), "utf8");

interface Example {
  name: string;
  code: string;
}

/** The pages' examples in a language, by page and number. */
function examplesIn(language: string): Example[] {
  return pages.flatMap((page) =>
    [...textOf(page).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
      ([, code = ""], i) => ({
        name: `${page.replaceAll(/\W/g, "-")}-${i + 1}`,
        code,
      }),
    ),
  );
}

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

describe("examples in TypeScript", () => {
  const directory = join(root, "target", "docs-examples");
  const data = temporaryDirectory();
  const examples = examplesIn("ts");

  beforeAll(() => {
    writeTinyData(data);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const { name, code } of examples) writeFileSync(join(directory, `${name}.ts`), code);
  });

  it("are there", () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it("have the right types", () => {
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      types: ["node"],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    };
    const program = ts.createProgram(
      examples.map(({ name }) => join(directory, `${name}.ts`)),
      options,
    );
    const found = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
    expect(found).toEqual([]);
  });

  it.each(examples.filter(({ code }) => !code.includes("document.")))("$name runs", ({ name, code }) => {
    const { outputText } = ts.transpileModule(code.replaceAll('"mnist"', JSON.stringify(data)), {
      compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 },
    });
    const file = join(directory, `${name}.mjs`);
    writeFileSync(file, outputText);
    execFileSync(process.execPath, [file], { cwd: data, env: environment(), stdio: "pipe" });
  });
});

test("the flags in the examples of the command are those that it takes", async () => {
  const lines = examplesIn("sh").flatMap(({ code }) => code.split("\n"));
  const used = lines.flatMap((line) => {
    const [, command = ""] = /npx digitrain ([a-z]+)/.exec(line) ?? [];
    return [...line.replace(/ #.*/, "").matchAll(/ (--[a-z-]+)/g)].map(([, flag = ""]) => ({
      command,
      flag,
    }));
  });
  const commands = [...new Set(used.map(({ command }) => command).filter(Boolean))];
  expect(commands.length).toBeGreaterThan(3);
  for (const command of commands) {
    const { stdout } = await run([command, "--help"]);
    const flags = used.filter((one) => one.command === command).map(({ flag }) => flag);
    expect({
      command,
      unknown: flags.filter((flag) => !stdout.includes(`${flag} `) && !stdout.includes(`${flag}\n`)),
    }).toEqual({ command, unknown: [] });
  }
});

test("the pages that the documentation's index names are all there is", () => {
  const index = textOf("docs/README.md");
  const missing = inDocs.filter((name) => name !== "README.md" && !index.includes(`(${name})`));
  expect(missing).toEqual([]);
});
