import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  address,
  drawOne,
  onPage,
  pictures,
  serveDemo,
  text,
  trainFor,
  violations,
  waitForButton,
} from "./demo.js";
import { describeInBrowser } from "./harness.js";

serveDemo();

/** What is fetched once the page can train. */
const LATER = /\/(Below|Chart)-\w+\.js$|\/(below|chart)\.css$/;

describeInBrowser("the page", () => {
  it("loads less than 172 kB until it can train, and 200 kB in all", async () => {
    await onPage(async (page) => {
      const asked = new Set<string>();
      page.on("request", (request) => asked.add(request.url().replace(/#.*/, "")));
      await page.reload();
      await page.getByLabel("Epochs", { exact: true }).waitFor();
      await page.locator("#loss-chart canvas").waitFor();
      const sizes = await Promise.all(
        [...asked].map(async (url) => {
          const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
          return [url, gzipSync(bytes, { level: 9 }).length] as const;
        }),
      );
      const sum = (some: typeof sizes) => some.reduce((total, [, size]) => total + size, 0);
      expect(sum(sizes.filter(([url]) => !LATER.test(url)))).toBeLessThan(172_000);
      expect(sum(sizes)).toBeLessThan(200_000);
    });
  });

  it("trains, draws its curves, and reads a stroke drawn with the mouse", async () => {
    await onPage(async (page) => {
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      expect(await text(page, "runtime")).toMatch(/^(relaxed )?simd, \d+ threads?$/);
      await trainFor(page, 4);
      await waitForButton(page, "Start again");
      expect(await text(page, "epoch")).toBe("4 of 4");
      expect(parseFloat(await text(page, "accuracy"))).toBeGreaterThan(75);
      expect(parseFloat(await text(page, "loss"))).toBeLessThan(1);
      await drawOne(page);
      await page.waitForFunction(() => document.querySelector("#verdict")?.textContent === "1");
      expect(await page.locator("#scores .best").innerText()).toMatch(/^1\s+[\d.]+ %$/);
      await page.waitForFunction(() =>
        /^1: [\d.]+ % sure$/.test(document.querySelector("#announcement")?.textContent ?? ""),
      );
      await page.getByRole("button", { name: "Clear" }).click();
      await page.waitForFunction(() => document.querySelector("#verdict")?.textContent === "–");
    });
  });

  it("shows what the network takes for what, and the scores of a wrong one", async () => {
    await onPage(async (page) => {
      await trainFor(page, 1);
      await waitForButton(page, "Start again");
      const first = page.locator("#worst button").first();
      await first.waitFor();
      const counts = await page.locator("#confusion tr + tr td").allInnerTexts();
      expect(counts).toHaveLength(100);
      expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(10_000);
      const [, label = "", predicted = ""] = /(\d) as (\d)/.exec(await first.innerText()) ?? [];
      await first.click();
      await page.waitForFunction(
        (predicted) => document.querySelector("#verdict")?.textContent === predicted,
        predicted,
      );
      expect(await text(page, "certainty")).toContain(`✗ it is ${label}`);
    });
  });

  it("pauses, continues, and is reset", async () => {
    await onPage(async (page) => {
      await page.getByLabel("Speed").selectOption("10 steps/s");
      await trainFor(page, 100);
      await waitForButton(page, "Pause");
      await page.waitForFunction(() => document.querySelector("#epoch")?.textContent !== "–");
      await page.getByRole("button", { name: "Pause" }).click();
      await waitForButton(page, "Continue");
      // What is under way comes to rest, and nothing follows.
      const lossAtRest = async () => {
        let before = "";
        for (let now = await text(page, "loss"); now !== before; now = await text(page, "loss")) {
          before = now;
          await page.waitForTimeout(500);
        }
        return before;
      };
      const loss = await lossAtRest();
      await page.getByRole("button", { name: "Continue" }).click();
      await page.waitForFunction((loss) => document.querySelector("#loss")?.textContent !== loss, loss);
      await page.getByRole("button", { name: "Stop" }).click();
      await waitForButton(page, "Start again");
      expect(await text(page, "outcome")).toMatch(/^Stopped in epoch \d+: the model is as it was then\.$/);
      await page.getByRole("button", { name: "Reset" }).click();
      await waitForButton(page, "Start");
      await page.waitForFunction(() => document.querySelector("#loss")?.textContent === "–");
      expect(await page.locator("#progress").evaluate((bar: HTMLProgressElement) => bar.value)).toBe(0);
    });
  });

  it("takes single steps, from the first on", async () => {
    await onPage(async (page) => {
      const stepped = () =>
        page.locator("#progress").evaluate((bar: HTMLProgressElement) => Math.round(bar.value * 320));
      await page.getByLabel("Training images").fill("4000");
      await page.getByLabel("Epochs", { exact: true }).fill("10");
      for (let step = 1; step <= 4; step++) {
        await page.getByRole("button", { name: "Step" }).click();
        await page.waitForFunction(
          (step) =>
            Math.round((document.querySelector<HTMLProgressElement>("#progress")?.value ?? 0) * 320) >= step,
          step,
        );
        await page.waitForTimeout(150);
        expect(await stepped()).toBe(step);
      }
      expect(await text(page, "go")).toBe("Continue");
    });
  });

  it("shows what a unit makes of the drawing, and the linear model's templates", async () => {
    await onPage(async (page) => {
      await trainFor(page, 1);
      await waitForButton(page, "Start again");
      await drawOne(page);
      await page.waitForFunction(() =>
        /^Unit \d+ of layer 1/.test(document.querySelector("#unit b")?.textContent ?? ""),
      );
      expect(await text(page, "unit")).toMatch(
        /at the start −?[\d.]+, since then [+−]\s[\d.]+ = −?[\d.]+ → relu/,
      );
      await page.locator(".by label", { hasText: "weights" }).click();
      await page.waitForFunction(() => document.querySelector("#unit b")?.textContent === "Output 1");
      expect(await text(page, "unit")).toMatch(/sum −?[\d.]+ [+−]\s[\d.]+ bias = −?[\d.]+$/);
      const network = page.locator("#network");
      const { width, height } = (await network.boundingBox()) ?? { width: 0, height: 0 };
      await network.hover({ position: { x: 0.5 * width, y: 0.4 * height } });
      await page.waitForFunction(() =>
        /^Unit \d+ of layer 1/.test(document.querySelector("#unit b")?.textContent ?? ""),
      );
      expect(await text(page, "unit")).toMatch(/→ relu → [\d.]+$/);
      await network.press("ArrowRight");
      await page.mouse.move(0, 0);
      await page.waitForFunction(() => document.querySelector("#unit b")?.textContent.endsWith("of layer 2"));
      await page.getByLabel("Hidden layers").fill("[]");
      await page.locator("#reset").click();
      await page.waitForFunction(() =>
        document.querySelector("#network")?.ariaLabel?.includes("ten templates"),
      );
    });
  });

  it("draws an example, and films what it is taken for while the network learns", async () => {
    await onPage(async (page) => {
      await page.waitForFunction(() =>
        document.querySelector("#film-says")?.textContent.startsWith("An example"),
      );
      await page.getByLabel("Speed").selectOption("10 steps/s");
      await trainFor(page, 3);
      await page.locator(".film li").first().waitFor();
      await page.getByLabel("Speed").selectOption("Full speed");
      await waitForButton(page, "Start again");
      expect(await page.locator(".film li.last b").innerText()).toBe(await text(page, "verdict"));
      expect(await text(page, "film-says")).toMatch(
        /^(Read your 3 after [\d.]+ s and [\d,]+ images|Not yet read as 3)\.|^$/,
      );
    });
  });

  it("speaks Chinese to those who do, and changes its language", async () => {
    await onPage(
      async (page) => {
        expect(await text(page, "go")).toBe("开始");
        expect(await page.locator("html").getAttribute("lang")).toBe("zh");
        await page.locator("#language").selectOption("English");
        await waitForButton(page, "Start");
      },
      { locale: "zh-CN" },
    );
  });

  it("is what a link says", async () => {
    await onPage(
      async (page) => {
        expect(await page.locator('input[name="recipe"]:checked').inputValue()).toBe("tutorial");
        expect(await page.getByLabel("Seed").inputValue()).toBe("7");
        await page.getByLabel("Epochs", { exact: true }).fill("3");
        await page.getByLabel("Seed").focus();
        await page.waitForURL(/#recipe=tutorial&epochs=3&seed=7$/);
      },
      {},
      `${address()}#recipe=tutorial&seed=7`,
    );
  });

  it("keeps model, options and losses over a reload", async () => {
    await onPage(async (page) => {
      await trainFor(page, 2);
      await waitForButton(page, "Start again");
      const shown = async () => [
        await text(page, "epoch"),
        await text(page, "loss"),
        await text(page, "accuracy"),
      ];
      const before = await shown();
      const curve = () =>
        page.locator("#loss-chart canvas").evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      await page.waitForTimeout(300);
      await page.goto(address().replace(/#.*/, ""));
      await page.reload();
      await page.locator("#worst button").first().waitFor();
      expect(await shown()).toEqual(before);
      expect(await page.getByLabel("Epochs", { exact: true }).inputValue()).toBe("2");
      expect((await curve()).length).toBeGreaterThan(5000);
      await drawOne(page);
      await page.waitForFunction(() => document.querySelector("#verdict")?.textContent === "1");
    });
  });

  it("says what is wrong with a setting, at its field, and starts nothing", async () => {
    await onPage(async (page) => {
      const rate = page.getByLabel("Learning rate");
      await rate.fill("-1");
      await page.locator("#go").click();
      expect(await text(page, "problem-learningRate")).toBe("Takes a number above 0, got -1");
      expect(await text(page, "problem")).toBe("A setting is wrong: see below.");
      expect(await rate.getAttribute("aria-invalid")).toBe("true");
      expect(await text(page, "go")).toBe("Start");
      await page.locator("label", { hasText: "Walk-through" }).click();
      expect(await text(page, "problem-learningRate")).toBe("");
      expect(await rate.inputValue()).toBe("0.001");
    });
  });

  it("says that a change waits for the next run", async () => {
    await onPage(async (page) => {
      await trainFor(page, 1);
      await waitForButton(page, "Start again");
      expect(await page.locator("#changes-wait").count()).toBe(0);
      await page.locator("label", { hasText: "Walk-through" }).click();
      await page.locator("#changes-wait").waitFor();
      expect(await text(page, "run")).toContain("Fast on Synthetic digits, 784-256-128-10");
    });
  });

  it("saves a model and opens it again, and tells of a file that is none", async () => {
    await onPage(async (page) => {
      await trainFor(page, 1);
      await waitForButton(page, "Start again");
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save as safetensors" }).click();
      const saved = readFileSync(await (await download).path());
      const onnx = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save as ONNX" }).click();
      expect((await onnx).suggestedFilename()).toBe("model.onnx");
      const open = (name: string, buffer: Buffer) =>
        page.locator("#open").setInputFiles({ name, mimeType: "application/octet-stream", buffer });
      await open("mine.safetensors", saved);
      await page.waitForFunction(
        () => document.querySelector("#announcement")?.textContent === "mine.safetensors is open",
      );
      await open("broken.safetensors", saved.subarray(0, 100));
      await page.waitForFunction(() =>
        document.querySelector("#problem")?.textContent.startsWith("broken.safetensors"),
      );
    });
  });

  it.each([
    [1280, 720, "light"],
    [1280, 720, "dark"],
    [390, 844, "light"],
    [390, 844, "dark"],
    [1920, 1080, "light"],
    // 1280 x 720 at a zoom of 200 %, as for a projector.
    [640, 360, "light"],
  ] as const)("is accessible at %i x %i, %s", async (width, height, colorScheme) => {
    await onPage(
      async (page) => {
        await trainFor(page, 1);
        await waitForButton(page, "Start again");
        await drawOne(page);
        await page.locator("#worst button").first().waitFor();
        await page.screenshot({ path: join(pictures, `${width}-${colorScheme}.png`), fullPage: true });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        const bottom = () => document.querySelector(".progress")?.getBoundingClientRect().bottom;
        if (width >= 1280) expect(await page.evaluate(bottom)).toBeLessThanOrEqual(height);
        expect(await violations(page)).toEqual([]);
      },
      { viewport: { width, height }, colorScheme, reducedMotion: "reduce" },
    );
  });
});
