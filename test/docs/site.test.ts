import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const site = join(root, "target", "docs-site");
const address = "https://example.org/digitrain/docs/";

let pages: string[];
const textOf = (page: string) => readFileSync(join(site, page), "utf8");

beforeAll(() => {
  const options = ["--out", site, "--hostedBaseUrl", address];
  execFileSync(process.execPath, ["node_modules/typedoc/bin/typedoc", ...options], { cwd: root });
  pages = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
}, 120_000);

/** The links of a page to the site's own files, and its pictures. */
function linksOf(page: string): string[] {
  const links = [...textOf(page).matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, link = ""]) => link);
  return links.filter((link) => link !== "" && !/^[a-z]+:/.test(link));
}

test("every document, and the API, has its page", () => {
  const documents = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const missing = documents
    .filter((name) => name !== "README.md")
    .filter((name) => !pages.includes(join("documents", name.replace(".md", ".html"))));
  expect(missing).toEqual([]);
  expect(pages).toContain(join("functions", "API.train.html"));
});

test("no link in the site is dead", () => {
  const anchors = new Map(
    pages.map((page) => [page, new Set([...textOf(page).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id))]),
  );
  const dead = pages.flatMap((page) =>
    linksOf(page)
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? page : join(dirname(page), decodeURI(path));
        if (!existsSync(join(site, target))) return true;
        return !!anchor && anchors.get(target)?.has(decodeURI(anchor)) === false;
      })
      .map((link) => `${page}: ${link}`),
  );
  expect(dead).toEqual([]);
});

test("its index leads to the API, and each page to the page that it is published beside", () => {
  expect(linksOf("index.html")).toContain("modules/API.html");
  const without = pages.filter((page) => !textOf(page).includes('href="https://example.org/digitrain/"'));
  expect(without).toEqual([]);
});
