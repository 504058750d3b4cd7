import type { Page } from "playwright-core";
import { address, onPage, serveDemo, violations } from "./demo.js";
import { describeInBrowser } from "./harness.js";

serveDemo();

/** Opens a chapter. */
async function open(page: Page, chapter: number): Promise<void> {
  await page.goto(`${address()}#tab=lesson&chapter=${chapter}`);
  await page.locator(".lesson h2", { hasText: `${chapter}. ` }).waitFor();
}

/** A chapter is one screen, and axe finds nothing wrong with it. */
async function expectToFit(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(720);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
  }
}

/** Trains the chapter's network to the end. */
async function train(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.waitForFunction(
    () =>
      document.querySelector(".try-out p")?.textContent.includes("Test accuracy") &&
      document.querySelector(".try-out button")?.textContent !== "Stop",
  );
}

describeInBrowser("the lesson", () => {
  it("begins with pixels and batches, and arrows turn its pages", async () => {
    await onPage(async (page) => {
      await page.getByRole("button", { name: "Lesson" }).click();
      await page.waitForFunction(() =>
        /row 14, column 14: \d+/.test(document.querySelector("#pixel")?.textContent ?? ""),
      );
      await expectToFit(page);
      await page.keyboard.press("ArrowRight");
      await page.locator(".batch label", { hasText: "128" }).click();
      await page.getByText("X: [128, 784]").waitFor();
      await expectToFit(page);
      await page.locator(".lesson h2").click();
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      expect(await page.locator(".lesson h2").innerText()).toMatch(/^1\. /);
    });
  });

  it("trains the linear model", async () => {
    await onPage(async (page) => {
      await open(page, 3);
      await train(page, "Train the linear model");
      await page.waitForFunction(() =>
        /^Output \d$/.test(document.querySelector("#unit b")?.textContent ?? ""),
      );
      await expectToFit(page);
      await page.locator("#next").click();
      await page.getByText("The network in this tab is linear").waitFor();
    });
  });

  it("shows that layers without relu are one", async () => {
    await onPage(async (page) => {
      await open(page, 4);
      await page.getByText("The same: three layers are one.").waitFor();
      const scores = await page.locator(".scores-table tbody tr").allInnerTexts();
      expect(scores[0]?.replace(/^\D+/, "")).toBe(scores[1]?.replace(/^\D+/, ""));
      await page.locator("label", { hasText: "relu on" }).click();
      await page.getByText("Different: no one matrix does this.").waitFor();
      await expectToFit(page);
    });
  });

  it("counts parameters, and adds up errors", async () => {
    await onPage(async (page) => {
      await open(page, 5);
      await page.getByLabel("Your own hidden layers").fill("[64]");
      await page.keyboard.press("Enter");
      await page.getByText("784-64-10").waitFor();
      await expectToFit(page);
      await open(page, 6);
      await page.locator(".digits label", { hasText: "5" }).click();
      await page.getByText(/^sum [\d.]+, divided by 10: loss [\d.]+$/).waitFor();
      await expectToFit(page);
    });
  });

  it("takes a step, and changes the program by a switch", async () => {
    await onPage(async (page) => {
      await open(page, 7);
      await page.getByRole("button", { name: "Take the step" }).click();
      await page.getByText("steps taken: 1").waitFor();
      await expectToFit(page);
      await page.locator("#next").click();
      await page.getByLabel("momentum 0.9").check();
      await page.getByLabel("shuffling").check();
      await expectToFit(page);
      await page.locator("#next").click();
      await page.locator("#go").waitFor();
      expect(page.url()).toMatch(/#recipe=tutorial&momentum=0.9&shuffle=true$/);
    });
  });
});
