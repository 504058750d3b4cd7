// The documentation's pages, and the examples in them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const inDocs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
export const pages = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "examples/README.md",
  ...inDocs.map((name) => `docs/${name}`),
];
export const textOf = (page: string) => readFileSync(join(root, page), "utf8");

/** A block of code in a page. */
export interface Example {
  name: string;
  /** `"sh"` for commands, `"ts"` for programs. */
  language: string;
  code: string;
  /** Whether it is a page's program, not Node's. */
  isForPages: boolean;
}

/** A page's examples, from its top to its bottom. */
export function examplesOf(page: string): Example[] {
  return [...textOf(page).matchAll(/^```(sh|ts)\n(.*?)^```/gms)].map(([, language = "", code = ""], i) => ({
    name: `${page.replaceAll(/\W/g, "-")}-${i + 1}`,
    language,
    code,
    isForPages: code.includes("document."),
  }));
}

/** The commands of an example, each as its words. */
export function commandsIn({ language, code }: Example): string[][] {
  if (language !== "sh") return [];
  return code
    .split("\n")
    .flatMap((line) => line.replace(/ #.*/, "").split(" && "))
    .map((command) => command.trim())
    .filter((command) => command !== "")
    .map((command) => command.split(/\s+/));
}
