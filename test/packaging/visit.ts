import type { Browser } from "playwright-core";

/** What a fixture's page found out. */
export interface PageResult {
  losses: number[];
  runtime: { threads: number };
}

/** What a page's training gives, as the fixtures put it on their window. */
export async function visit(browser: Browser, url: string): Promise<PageResult> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(url);
  await page
    .waitForFunction(() => "result" in window)
    .catch((error: unknown) => {
      throw new Error(`${String(error)}; the page says: ${errors.join("; ")}`);
    });
  const result = await page.evaluate(() => (window as unknown as { result: unknown }).result);
  await page.close();
  return result as PageResult;
}
