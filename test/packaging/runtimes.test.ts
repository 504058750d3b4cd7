// Runtimes that run Node's programs, and workerd, which has programs of its own.
import { once } from "node:events";
import { join } from "node:path";
import { build } from "esbuild";
import { describeWithRuntimes, expectedLosses, InstalledPackage, runtime, spawn } from "./installed.js";

describeWithRuntimes.each([
  { name: "Deno", command: "deno", parameters: ["run", "--no-prompt", "--allow-all"] },
  { name: "Bun", command: "bun", parameters: [] },
])("$name", ({ name, command, parameters }) => {
  const installed = new InstalledPackage();
  const run = (program: string, ...others: string[]) =>
    installed.run("server", runtime(command), ...parameters, program, ...others);

  beforeAll(() => installed.install());
  afterAll(() => {
    installed.remove();
  });

  it("trains on two threads, with Node's bits", async () => {
    expect(JSON.parse(await run("main.mjs"))).toEqual(await expectedLosses());
  });

  it("is named by digitrain info, which says of relaxed SIMD what it is", async () => {
    const main = join(installed.directory, "node_modules/digitrain/dist/cli/main.js");
    const { engine, why } = JSON.parse(await run(main, "info", "--json")) as { engine: string; why: string };
    expect(engine).toMatch(new RegExp(`^${name} \\d+\\.\\d+`));
    // Bun's engine rounds as plain SIMD does, and so counts as such.
    expect(why).toMatch(
      /^(relaxed simd: this engine has it|simd: relaxed SIMD gives the same bits as plain SIMD here);/,
    );
    if (name === "Bun") expect(why).toMatch(/^simd: /);
  });

  it("is asked for no permission by an import", async () => {
    const flags = command === "deno" ? ["run", "--no-prompt"] : [];
    const printed = await installed.run("runtime", runtime(command), ...flags, "import.mjs");
    expect(printed).toBe("function\n");
  });
});

describeWithRuntimes("workerd", () => {
  const installed = new InstalledPackage();
  const directory = join(installed.directory, "workerd");
  beforeAll(() => installed.install());
  afterAll(() => {
    installed.remove();
  });

  it("trains with a module that init was given", async () => {
    await build({
      entryPoints: [join(directory, "worker.mjs")],
      bundle: true,
      format: "esm",
      conditions: ["workerd", "worker", "browser"],
      // As its config.capnp names the module.
      alias: { "digitrain/wasm/simd/digitrain_bg.wasm": "./core.wasm" },
      external: ["./core.wasm"],
      outfile: join(directory, "out/worker.js"),
      logLevel: "error",
    });
    const server = spawn(runtime("workerd"), ["serve", "config.capnp", "--control-fd=1"], {
      cwd: directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [said] = (await once(server.stdout, "data")) as [Buffer];
      const { port } = JSON.parse(said.toString()) as { port: number };
      const response = await fetch(`http://127.0.0.1:${port}/`);
      expect(await response.json()).toMatchObject({ losses: await expectedLosses() });
    } finally {
      server.kill();
    }
  });
});
