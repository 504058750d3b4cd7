import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { type CacheListing, currentRuntime, listCache } from "../index.js";
import { cacheOption } from "./flags.js";
import { megabytes } from "./format.js";

/** The package's version. */
export const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

/** Adds `digitrain info`. */
export function addInfo(program: Command): void {
  program
    .command("info")
    .description("show what digitrain runs on here, and why, and which data it has downloaded")
    .addOption(cacheOption())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  digitrain info
  digitrain info --json`,
    )
    .action(async ({ json = false, cache: directory }: { json?: boolean; cache?: string }) => {
      const runtime = {
        version,
        engine: `Node ${process.version}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}`,
        ...currentRuntime(),
        cores: availableParallelism(),
      };
      const cache = await listCache(directory);
      if (json) process.stdout.write(`${JSON.stringify({ ...runtime, cache })}\n`);
      else process.stdout.write(table({ ...runtime, cache: cache.directory, cached: cachedSets(cache) }));
    });
}

function cachedSets({ sets }: CacheListing): string {
  const texts = sets.map(({ name, files, bytes }) => `${name} (${files} of 4 files, ${megabytes(bytes)})`);
  return texts.join(", ") || "nothing yet";
}

function table(info: Record<string, string | number>): string {
  return Object.entries(info)
    .map(([name, value]) => `${name.padEnd(10)}${value}\n`)
    .join("");
}
