import { reportPage, resolveOptions, syntheticDigits, train } from "../../ts/index.js";
import { violations } from "./demo.js";
import { describeInBrowser, servePages } from "./harness.js";

const { theBrowser } = servePages();

describeInBrowser("the page about a run", () => {
  let html: string;
  beforeAll(async () => {
    const data = await syntheticDigits({ train: 1000, test: 10_000 });
    const options = { data, hidden: [16], epochs: 2, augment: true, validationFraction: 0.1, keepBest: true };
    html = reportPage({ ...(await train(options)), data, options: resolveOptions(options) });
  });

  it.each([390, 768, 1280, 1920])(
    "fits %d pixels, its tables too, and axe finds nothing wrong",
    async (width) => {
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await theBrowser().newPage({ viewport: { width, height: 900 }, colorScheme });
        await page.setContent(html);
        const cut = await page.evaluate(() =>
          [document.documentElement, ...document.querySelectorAll(".scroll")]
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
            .map(({ tagName, className }) => `${tagName} ${className}`),
        );
        expect(cut).toEqual([]);
        expect(await violations(page)).toEqual([]);
        await page.close();
      }
    },
  );
});
