// What the page shall do in other engines than Chromium, as functions that run in it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as axeTypes from "axe-core";

declare const axe: typeof axeTypes;

/** Its source adds axe to a page. */
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Where the page begins: with few images, so that a run takes a second. */
export const SHORT = "#limit=4000&epochs=3";

/** Waits for data and threads, trains to the end, and says where the pad's middle line is. */
async function trainPage(threads: string): Promise<[x: number, y: number][]> {
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
async function readPage(verdict: string): Promise<{ accuracy: string; chapter: string }> {
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

/** Says what the drawing is, by which it is kept, and turns to Chinese for a moment. */
async function keepDigit(label: string): Promise<{ kept: string; lesson: string }> {
  const until = async (isTrue: () => boolean | undefined) => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const choose = (id: string, value: string) => {
    const select = document.querySelector<HTMLSelectElement>(`#${id}`);
    if (!select) throw new Error(`there is no #${id}`);
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.querySelectorAll<HTMLButtonElement>("header nav button")[0]?.click();
  await until(() => document.querySelector("#it-is") !== null);
  choose("it-is", label);
  await until(() => document.querySelector("#own-says") !== null);
  const kept = document.querySelector("#own-says")?.textContent ?? "";
  choose("language", "zh");
  await until(() => document.documentElement.lang === "zh");
  const lesson = document.querySelectorAll("header nav button")[1]?.textContent ?? "";
  choose("language", "en");
  await until(() => document.documentElement.lang === "en");
  // The browser's database writes what is kept.
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { kept, lesson };
}

/** What {@link keepDigit} gives, and {@link rememberedBy} after it. */
const KEPT = { kept: "Reads 1 of the 1 you kept. A new run learns them.", lesson: "课程" };
const REMEMBERED = {
  run: "Fast on Synthetic digits, 784-256-128-10 What you changed takes effect when you start again.",
  kept: KEPT.kept,
};

/** What is there again after a reload. */
async function rememberedBy(): Promise<{ run: string; kept: string }> {
  const textOf = (id: string) => document.querySelector(`#${id}`)?.textContent ?? "";
  // Once the data is there it is known what the run hasn't learnt.
  while (textOf("changes-wait") === "" || textOf("own-says") === "")
    await new Promise((resolve) => setTimeout(resolve, 50));
  return { run: textOf("run"), kept: textOf("own-says") };
}

/** What axe finds wrong with the page as it is; axe must be there. */
async function violationsHere(): Promise<string[]> {
  const found = await axe.run();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

function addAxe(source: string): Promise<void> {
  (0, eval)(source);
  return Promise.resolve();
}

/** The page in another engine than Chromium, which has its own driver. */
export interface PageElsewhere {
  /** Does something in the page. */
  evaluate<Result>(work: (parameter: string) => Promise<Result>, parameter: string): Promise<Result>;
  /** Presses the pointer at the first of these places, moves it over the others, and lifts it. */
  drag(places: readonly (readonly [x: number, y: number])[]): Promise<void>;
  reload(): Promise<void>;
}

/** It trains, reads a stroke, and axe finds nothing; it keeps a digit, speaks another language, and remembers. */
export async function expectPageToWork(page: PageElsewhere): Promise<void> {
  await page.drag(await page.evaluate(trainPage, "threads$"));
  expect(await page.evaluate(readPage, "1")).toEqual({
    accuracy: expect.stringMatching(/^[5-9]\d\.\d\d %$/) as string,
    chapter: "1. A digit is 28 × 28 numbers",
  });
  await page.evaluate(addAxe, axeSource);
  expect(await page.evaluate(violationsHere, "")).toEqual([]);
  expect(await page.evaluate(keepDigit, "1")).toEqual(KEPT);
  await page.reload();
  expect(await page.evaluate(rememberedBy, "")).toEqual(REMEMBERED);
}
