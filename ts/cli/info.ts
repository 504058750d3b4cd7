import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import {
  type CacheListing,
  currentRuntime,
  listCache,
  type Model,
  OptionError,
  type Training,
} from "../index.js";
import { isDirectory, readModel } from "./files.js";
import { cacheOption, dataHelp, inkOption, labelOption, limitOption, MODEL_HELP } from "./flags.js";
import { counted, jsonLine, megabytes, visible } from "../base/format.js";
import { type LookFlags, showData } from "./look.js";
import { typed } from "./typed.js";

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

interface InfoFlags extends LookFlags {
  json?: boolean;
}

/** Adds `digitrain info`. */
export function addInfo(program: Command, signal: AbortSignal): void {
  program
    .command("info")
    .description(
      "show what digitrain runs on here, and why, and which data it has downloaded; or what a network or a data set is",
    )
    .argument("[model]", MODEL_HELP)
    .option(
      "--data <source>",
      "as train takes it: show its shapes, counts by class, a few images, and what is probably a mistake",
    )
    .addOption(limitOption())
    .addOption(labelOption())
    .addOption(inkOption())
    .addOption(cacheOption())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `${dataHelp}

Examples:
  digitrain info
  digitrain info --json
  digitrain info model.safetensors
  digitrain info --data my-digits/`,
    )
    .action(async (model: string | undefined, { json = false, ...flags }: InfoFlags) => {
      const { data, cache: directory } = flags;
      checkUse(model, flags);
      if (data !== undefined) return showData(flags, json, signal);
      if (model !== undefined) {
        if (await isDirectory(model))
          throw new OptionError(
            `${model} is a directory, not a model; ${typed("info", "--data", model)} tells of a data set`,
          );
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

/** A network and a data set are two questions. */
function checkUse(model: string | undefined, { data, limit, label, ink }: LookFlags): void {
  if (data !== undefined && model !== undefined)
    throw new OptionError(`info tells of a model or of --data, but got both, ${model} and ${data}`);
  const [unused] = Object.entries({ limit, label, ink }).find(([, value]) => value !== undefined) ?? [];
  if (data === undefined && unused !== undefined)
    throw new OptionError(`--${unused} takes effect with --data only; add it, too`);
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
