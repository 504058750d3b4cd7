// Pages by tools that few have: beside these, as they take nothing from outside their root.
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launch, Site } from "../browser/harness.js";
import { describeWithRuntimes, expectedLosses, InstalledPackage, runtime, runtimes } from "./installed.js";
import { visit } from "./visit.js";

describeWithRuntimes("a page", () => {
  const installed = new InstalledPackage(runtimes);
  let browser: Browser;
  let expected: number[] = [];

  beforeAll(async () => {
    await installed.install();
    browser = await launch();
    expected = await expectedLosses();
  });
  afterAll(async () => {
    await browser.close();
    installed.remove();
  });

  it.each([
    ["of Next.js, in a client component,", "next", "next", ["build"], "out"],
    ["by Parcel", "page", "parcel", ["build", "index.html", "--no-cache", "--dist-dir", "parcel"], "parcel"],
  ])(
    "%s trains",
    async (_, fixture, command, parameters, built) => {
      await installed.run(fixture, runtime(command), ...parameters);
      const site = new Site(join(installed.directory, fixture, built));
      await site.start();
      try {
        expect((await visit(browser, `${site.url}index.html`)).losses).toEqual(expected);
      } finally {
        site.stop();
      }
    },
    180_000,
  );
});
