import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { currentRuntime } from "../index.js";

/** The package's version. */
export const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

/** Adds `digitrain info`. */
export function addInfo(program: Command): void {
  program
    .command("info")
    .description("show what digitrain runs on here, and why")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  digitrain info
  digitrain info --json`,
    )
    .action(({ json = false }: { json?: boolean }) => {
      const info = {
        version,
        engine: `Node ${process.version}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}`,
        ...currentRuntime(),
        cores: availableParallelism(),
      };
      process.stdout.write(json ? `${JSON.stringify(info)}\n` : infoTable(info));
    });
}

function infoTable(info: Record<string, string | number>): string {
  return Object.entries(info)
    .map(([name, value]) => `${name.padEnd(10)}${value}\n`)
    .join("");
}
