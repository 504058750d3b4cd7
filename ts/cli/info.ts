import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { type CacheListing, currentRuntime, listCache, type Model, type Training } from "../index.js";
import { readModel } from "./files.js";
import { cacheOption } from "./flags.js";
import { counted, jsonLine, megabytes, visible } from "../base/format.js";

/** The package's version. */
export const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

/** What runs this command: others than Node name themselves beside the Node that they are like. */
function runtimeName(): string {
  const { bun, deno, v8 } = process.versions;
  if (bun !== undefined) return `Bun ${bun}, JavaScriptCore`;
  return `${deno === undefined ? `Node ${process.version}` : `Deno ${deno}`}, V8 ${v8}`;
}

/** What runs this command, and where. */
export const engine = `${runtimeName()}, ${process.platform} ${process.arch}`;

/** Adds `digitrain info`. */
export function addInfo(program: Command): void {
  program
    .command("info")
    .description(
      "show what digitrain runs on here, and why, and which data it has downloaded; or what a network is",
    )
    .argument("[model]", "a safetensors file that train saved")
    .addOption(cacheOption())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  digitrain info
  digitrain info --json
  digitrain info model.safetensors`,
    )
    .action(async (model: string | undefined, flags: { json?: boolean; cache?: string }) => {
      const { json = false, cache: directory } = flags;
      if (model !== undefined) {
        tellOfModel(await readModel(model), json);
        return;
      }
      const runtime = {
        version,
        engine,
        ...currentRuntime(),
        cores: availableParallelism(),
      };
      const cache = await listCache(directory);
      if (json) process.stdout.write(jsonLine({ ...runtime, cache }));
      else process.stdout.write(table({ ...runtime, cache: cache.directory, cached: cachedSets(cache) }));
    });
}

function tellOfModel({ layers, outputActivation, loss, classNames, training }: Model, json: boolean): void {
  const info = { layers, outputActivation, loss, classNames, training };
  const text = table({
    network: layers.join("-"),
    output: outputActivation,
    loss,
    ...(classNames && { classes: classNames.join(", ") }),
    ...(training && { trained: inWords(training) }),
  });
  process.stdout.write(json ? jsonLine(info) : text);
}

/** What a model's training comes down to. */
function inWords({ data, examples, epochs, options, before }: Training): string {
  const { recipe, learningRate, batchSize, seed } = options;
  const how = `recipe ${recipe}, learning rate ${learningRate}, batches of ${batchSize}, seed ${seed}`;
  const text = `${counted(epochs, "epoch")} on ${counted(examples, "example")} of ${data} (${how})`;
  return before ? `${inWords(before)}, then ${text}` : text;
}

function cachedSets({ sets }: CacheListing): string {
  const texts = sets.map(({ name, files, bytes }) => `${name} (${files} of 4 files, ${megabytes(bytes)})`);
  return texts.join(", ") || "nothing yet";
}

function table(info: Record<string, string | number>): string {
  return Object.entries(info)
    .map(([name, value]) => `${name.padEnd(10)}${visible(String(value))}\n`)
    .join("");
}
