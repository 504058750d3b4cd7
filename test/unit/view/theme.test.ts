import { readFileSync } from "node:fs";
import { THEME } from "../../../ts/view/theme.js";

const declarations = (css: string) => new Map([...css.matchAll(/(--[a-z-]+): ([^;]+);/g)].map(([, name, value]) => [name, value])); // prettier-ignore
const theme = declarations(THEME);

test("the page has the colours and the type of reports", () => {
  const page = declarations(readFileSync("ts/demo/style/base.css", "utf8"));
  expect([...theme].filter(([name, value]) => page.get(name) !== value)).toEqual([]);
});

test("so has the documentation's site", () => {
  const colours = new Set([...theme.values()].flatMap((value) => value?.match(/#[0-9a-f]{6}/g) ?? []));
  const site = readFileSync("docs/site.css", "utf8").match(/#[0-9a-f]{6}/g) ?? [];
  expect(site.length).toBeGreaterThan(5);
  expect(site.filter((colour) => !colours.has(colour))).toEqual([]);
});
