// npm run build: bundles ts/ into dist/ for Node, for browsers and for the page of the demo, with the types and the built
// WebAssembly variants beside them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { buildDemo } from "./build-demo.mjs";
import { bundleForBrowsers } from "./bundle.mjs";
import { bundleForNode } from "./bundle-node.mjs";
import { writeLicenses } from "./licenses.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

// A directory is as new as its last added, renamed or deleted entry, so deleted sources count too.
const inputs = [
  "ts",
  "scripts/build.mjs",
  "scripts/build-demo.mjs",
  "scripts/bundle.mjs",
  "scripts/bundle-node.mjs",
  "scripts/core-plugins.mjs",
  "scripts/licenses.mjs",
  "docs/preview.png",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "package-lock.json",
];
const nested = readdirSync("ts", { recursive: true }).map((name) => `ts/${name}`);
const newest = Math.max(...[...inputs, ...nested].map((path) => statSync(path).mtimeMs));
const started = Date.now() / 1000;

if (!existsSync("dist") || statSync("dist").mtimeMs <= newest) {
  // Built aside and then put in place whole: no file of a deleted source stays, and a failed build changes nothing.
  const fresh = "target/dist";
  rmSync(fresh, { recursive: true, force: true });
  const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", `${fresh}/types`];
  // On a core of its own, while this one bundles.
  const compiler = spawn(process.execPath, tsc, { stdio: "inherit" });
  const types = once(compiler, "close");
  process.once("exit", () => compiler.kill());
  const isWanted = (path) => statSync(path).isDirectory() || path.endsWith(".wasm");
  cpSync("ts/wasm", `${fresh}/wasm`, { recursive: true, filter: isWanted });
  // What bundlers and workerd take an imported variant for.
  writeFileSync(
    `${fresh}/wasm/module.d.ts`,
    `import type { CompiledModule } from "../types/core/init.js";\ndeclare const module: CompiledModule;\nexport default module;\n`,
  );
  const bundled = [
    ...(await bundleForNode(fresh)),
    ...(await bundleForBrowsers(`${fresh}/browser`)),
    ...(await buildDemo(`${fresh}/demo`, `${fresh}/browser`)),
  ];
  writeLicenses(bundled, [`${fresh}/licenses.txt`, `${fresh}/demo/licenses.txt`]);
  const [status] = await types;
  if (status !== 0) process.exit(1); // tsc has said why
  chmodSync(`${fresh}/cli/main.js`, 0o755);
  rmSync("dist", { recursive: true, force: true });
  renameSync(fresh, "dist");
  // The time of dist says which inputs it has seen: those from before the build began.
  utimesSync("dist", started, started);
}
