// The declarations, as programs of all kinds compile with them: nothing of them is skipped.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithRuntimes, InstalledPackage, runtimes } from "./installed.js";

/** What a program may know of where it runs. */
const SURROUNDINGS = {
  nothing: { lib: ["es2022"], types: [] },
  "a page": { lib: ["es2022", "dom"], types: [] },
  "a worker": { lib: ["es2022", "webworker"], types: [] },
  Node: { lib: ["es2022"], types: ["node"] },
};
type Resolution = "node16" | "nodenext" | "bundler" | "node10";

/** The oldest and the newest compiler with each resolution, and with all surroundings in turn; two between them. */
const cases: { compiler: string; resolution: Resolution; surroundings: keyof typeof SURROUNDINGS }[] = [
  { compiler: "typescript-5.0", resolution: "node16", surroundings: "nothing" },
  { compiler: "typescript-5.0", resolution: "nodenext", surroundings: "a page" },
  { compiler: "typescript-5.0", resolution: "bundler", surroundings: "a worker" },
  { compiler: "typescript-5.0", resolution: "node10", surroundings: "Node" },
  { compiler: "typescript-5.4", resolution: "bundler", surroundings: "Node" },
  { compiler: "typescript-5.9", resolution: "nodenext", surroundings: "nothing" },
  { compiler: "typescript-6", resolution: "node16", surroundings: "Node" },
  { compiler: "typescript-6", resolution: "nodenext", surroundings: "a worker" },
  { compiler: "typescript-6", resolution: "bundler", surroundings: "nothing" },
  { compiler: "typescript-6", resolution: "node10", surroundings: "a page" },
];

function optionsFor(compiler: string, resolution: Resolution): object {
  const isOld = resolution === "node10";
  return {
    module: isOld || resolution === "bundler" ? "es2022" : resolution,
    moduleResolution: resolution,
    ...(isOld && compiler === "typescript-6" && { ignoreDeprecations: "6.0" }),
    target: "es2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  };
}

describeWithRuntimes("the declarations", () => {
  const installed = new InstalledPackage();
  beforeAll(() => installed.install());
  afterAll(() => {
    installed.remove();
  });

  it.each(cases)(
    "hold for $compiler with $resolution, and $surroundings about it",
    async ({ compiler, resolution, surroundings }) => {
      const name = `${compiler}-${resolution}.json`;
      const config = {
        compilerOptions: { ...optionsFor(compiler, resolution), ...SURROUNDINGS[surroundings] },
        // This resolution knows nothing of the package's `exports`.
        files: resolution === "node10" ? ["main.ts"] : ["main.ts", "core.ts"],
      };
      mkdirSync(join(installed.directory, "types"), { recursive: true });
      writeFileSync(join(installed.directory, "types", name), JSON.stringify(config));
      const tsc = join(runtimes, "node_modules", compiler, "bin/tsc");
      expect(await installed.run("types", process.execPath, tsc, "-p", name)).toBe("");
    },
  );
});
