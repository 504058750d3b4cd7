// Whoever follows a page from its top to its bottom: its commands and programs run one after the other, in a directory of
// their own, on a small set in place of MNIST.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { loadDataset } from "../../ts/index.js";
import { describeInBrowser, ISOLATION, servePages } from "../browser/harness.js";
import { environment, main, temporaryDirectory, writeTinyData } from "../cli/command.js";
import { commandsIn, type Example, examplesOf, pages, root } from "./pages.js";

/** These take data, and MNIST where none is named. */
const TAKE_DATA = ["train", "evaluate"];
/** A server that goes on until it is stopped, and what measures for half a minute. */
const TAKE_LONG = ["demo", "bench"];

/** A program as JavaScript, with other data in place of published and large sets. */
function javaScriptOf({ code }: Example, data: string): string {
  const { outputText } = ts.transpileModule(code.replaceAll(/"(?:mnist|synthetic)"/g, JSON.stringify(data)), {
    compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 },
  });
  return outputText;
}

/** The parameters of each `npx digitrain ...` in an example that ends soon, on the data of the directory `mnist`. */
function runsIn(example: Example): string[][] {
  return commandsIn(example)
    .filter(
      ([npx, program, command = ""]) =>
        npx === "npx" && program === "digitrain" && !TAKE_LONG.includes(command),
    )
    .map(([, , command = "", ...given]) => {
      const data = given.includes("--data") || !TAKE_DATA.includes(command) ? [] : ["--data", "mnist"];
      return [command, ...given, ...data].map((word) => (word === "mnist" ? "./mnist" : word));
    });
}

const inNode = pages
  .map((page) => ({ page, examples: examplesOf(page).filter(({ isForPages }) => !isForPages) }))
  .map(({ page, examples }) => ({
    page,
    examples: examples.filter((example) => example.language === "ts" || runsIn(example).length > 0),
  }))
  .filter(({ examples }) => examples.length > 0);

describe.each(inNode)("in $page", ({ examples }) => {
  const directory = temporaryDirectory();
  // The programs find the package from there.
  const programs = join(root, "target", "docs-examples");
  const runNode = (...parameters: string[]) => {
    execFileSync(process.execPath, parameters, { cwd: directory, env: environment(), stdio: "pipe" });
  };

  beforeAll(() => {
    mkdirSync(join(directory, "mnist"));
    writeTinyData(join(directory, "mnist"));
    mkdirSync(programs, { recursive: true });
  });

  it.each(examples)("$name runs", (example) => {
    for (const parameters of runsIn(example)) runNode(main, ...parameters);
    if (example.language !== "ts") return;
    const file = join(programs, `${example.name}.mjs`);
    writeFileSync(file, javaScriptOf(example, "./mnist"));
    runNode(file);
  });
});

describeInBrowser("in a page", () => {
  const { site, inPage } = servePages();
  const directory = temporaryDirectory();
  const examples = pages.flatMap(examplesOf).filter(({ isForPages }) => isForPages);

  it("there are examples", () => {
    expect(examples.length).toBeGreaterThan(1);
  });

  it.each(examples)("$name says what it read", async (example) => {
    writeTinyData(directory);
    const { train } = await loadDataset(directory);
    const rows = Array.from(train.labels, (label, i) =>
      [label, ...train.images.subarray(784 * i, 784 * (i + 1))].join(","),
    );
    site.files.set("/digits.csv", Buffer.from(rows.join("\n")));
    const code = javaScriptOf(example, "/digits.csv").replace('"digitrain"', '"/browser/index.js"');
    site.files.set("/example.js", Buffer.from(code));
    const said = await inPage(ISOLATION, (page) =>
      page.evaluate(async (path) => {
        await import(path);
        return { title: document.title, text: document.body.textContent };
      }, "/example.js"),
    );
    expect(said.title).toMatch(/^step \d+: \d+\.\d+$/);
    expect(said.text).toMatch(/^a \d/);
  });
});
