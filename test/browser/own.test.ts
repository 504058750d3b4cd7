import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { temporaryDirectory, writeTinyData } from "../cli/command.js";
import { drawOne, onPage, serveDemo, text, trainFor, waitForButton } from "./demo.js";
import { describeInBrowser } from "./harness.js";

serveDemo();
const directory = temporaryDirectory();

/** Drops files or folders on the page, as the browser itself reports it. */
async function drop(page: Page, paths: string[]): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver"] as const)
    await client.send("Input.dispatchDragEvent", { type, x: 600, y: 300, data });
  await page.locator(".drop").waitFor();
  await client.send("Input.dispatchDragEvent", { type: "drop", x: 600, y: 300, data });
  await page.locator(".drop").waitFor({ state: "detached" });
}

describeInBrowser("the page, with what is one's own", () => {
  it("keeps a drawing that is said to be a one, trains on it, and remembers it", async () => {
    await onPage(async (page) => {
      await drawOne(page);
      await page.locator("#it-is").selectOption("1");
      await page.getByText("Your own digits").waitFor();
      expect(await page.locator(".own button").count()).toBe(1);
      await trainFor(page, 2);
      await waitForButton(page, "Start again");
      expect(await text(page, "own-says")).toMatch(/^Reads [01] of the 1 you kept\.$/);
      expect(await text(page, "certainty")).toMatch(/✓ correct|✗ it is 1/);
      await page.reload();
      await page.locator(".own button").click();
      expect(await page.locator(".own button").count()).toBe(0);
    });
  });

  it("opens a cell of the confusion matrix, and says why it is this digit and not another", async () => {
    await onPage(async (page) => {
      await trainFor(page, 1);
      await waitForButton(page, "Start again");
      const cell = page.locator("#confusion .mistake button").first();
      const [, is = "", as = "", count = ""] =
        /^(\d) taken for (\d): (\d+)$/.exec((await cell.getAttribute("aria-label")) ?? "") ?? [];
      await cell.click();
      await page.getByRole("heading", { name: `${is} taken for ${as}: ${count}` }).waitFor();
      expect(await page.locator("#worst button").count()).toBe(Math.min(24, Number(count)));
      await page.locator("#worst button").first().click();
      await page.waitForFunction((as) => document.querySelector("#verdict")?.textContent === as, as);
      await page.locator("#scores button", { hasText: is }).click();
      await page.locator("#unit", { hasText: "Why" }).waitFor();
      expect(await text(page, "unit")).toMatch(
        new RegExp(`^Why ${as} and not ${is}\\s+the score of ${as} less that of ${is}: [\\d.]+$`),
      );
    });
  });

  it("takes dropped folders and files, and says what is wrong with others", async () => {
    await onPage(async (page) => {
      const folder = join(directory, "letters");
      mkdirSync(folder);
      writeTinyData(folder);
      await drop(page, [folder]);
      await page.waitForFunction(
        () => document.querySelector<HTMLSelectElement>("#data")?.selectedOptions[0]?.text === "letters",
      );
      const nonsense = join(directory, "notes.txt");
      writeFileSync(nonsense, "no picture");
      await drop(page, [nonsense]);
      await page.waitForFunction(() =>
        document.querySelector("#data-remark")?.textContent.startsWith("These files are no data: "),
      );
      expect(await page.locator("#data").getAttribute("aria-invalid")).toBe("true");
    });
  });

  it.each(["1 of 200", "3 of 200"])("says that a reload has ended a run in epoch %s", async (epoch) => {
    await onPage(async (page) => {
      await trainFor(page, 200);
      await page.waitForFunction((epoch) => document.querySelector("#epoch")?.textContent === epoch, epoch);
      await page.reload();
      await page.getByText(/^A reload ended this run after \d+ of 200 epochs/).waitFor();
      expect(await text(page, "go")).toBe("Start");
      await page.locator("#go").click();
      await page.waitForFunction(() => document.querySelector("#go")?.textContent === "Pause");
      expect(await page.getByText(/^A reload ended this run/).count()).toBe(0);
    });
  });
});
