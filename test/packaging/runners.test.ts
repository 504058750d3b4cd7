// Programs that run a user's own tests, which use the package.
import { join } from "node:path";
import { describeWithRuntimes, InstalledPackage, runtime, runtimes } from "./installed.js";

describeWithRuntimes("a user's tests", () => {
  // Beside the runners, which their configuration names.
  const installed = new InstalledPackage(runtimes);
  beforeAll(() => installed.install());
  afterAll(() => {
    installed.remove();
  });

  it("train with Jest: as modules, in CommonJS by import(), and in TypeScript by ts-jest", async () => {
    const jest = join(runtimes, "../../../node_modules/jest/bin/jest.js");
    const flags = ["--experimental-vm-modules", jest, "--runInBand", "--json"];
    const result = JSON.parse(await installed.run("jest", process.execPath, ...flags)) as object;
    expect(result).toMatchObject({ numPassedTests: 3, numTotalTests: 3 });
  });

  it("train with Vitest", async () => {
    expect(await installed.run("vitest", runtime("vitest"), "run")).toContain("1 passed");
  });
});
