// What the page shall do in other engines than Chromium, as functions that run in it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as axeTypes from "axe-core";

declare const axe: typeof axeTypes;

/** Its source adds axe to a page. */
export const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Where the page begins: with few images, so that a run takes a second. */
export const SHORT = "#limit=4000&epochs=3";

/** Waits for data and threads, trains to the end, and says where the pad's middle line is. */
export async function trainPage(threads: string): Promise<[x: number, y: number][]> {
  const until = async (isTrue: () => boolean | undefined) => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const textOf = (id: string) => document.querySelector(`#${id}`)?.textContent ?? "";
  await until(() => document.querySelector<HTMLButtonElement>("#test-image")?.disabled === false);
  await until(() => new RegExp(threads).test(textOf("runtime")));
  document.querySelector<HTMLButtonElement>("#go")?.click();
  await until(() => textOf("go") === "Start again");
  const box = document.querySelector("#pad")?.getBoundingClientRect();
  if (!box) throw new Error("there is no pad");
  return Array.from({ length: 10 }, (_, i) => [
    box.left + box.width / 2,
    box.top + box.height * (0.2 + (0.6 * i) / 9),
  ]);
}

/** Waits for the verdict on what was drawn, and opens the lesson. */
export async function readPage(verdict: string): Promise<{ accuracy: string; chapter: string }> {
  const until = async (isTrue: () => boolean | undefined) => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const textOf = (id: string) => document.querySelector(`#${id}`)?.textContent ?? "";
  await until(() => textOf("verdict") === verdict);
  const accuracy = textOf("accuracy");
  document.querySelectorAll<HTMLButtonElement>("header nav button")[1]?.click();
  await until(() => document.querySelector(".lesson h2") !== null);
  return { accuracy, chapter: document.querySelector(".lesson h2")?.textContent ?? "" };
}

/** What axe finds wrong with the page as it is; axe must be there. */
export async function violationsHere(): Promise<string[]> {
  const found = await axe.run();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
