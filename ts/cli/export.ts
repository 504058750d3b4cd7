import { extname } from "node:path";
import { type Command, Option } from "commander";
import { type Layout, type Model, OptionError } from "../index.js";
import { readModel, writeFileAtomically } from "./files.js";
import { MODEL_HELP } from "./flags.js";
import { writeNpz } from "./npz.js";

interface ExportFlags {
  to: string;
  layout?: Layout;
}

/** Adds `digitrain export`. */
export function addExport(program: Command, signal: AbortSignal): void {
  program
    .command("export")
    .description("write a network for other programs")
    .argument("<model>", MODEL_HELP)
    .requiredOption("--to <file>", "a name that ends in .onnx, .safetensors or .npz")
    .addOption(
      new Option(
        "--layout <digitrain|pytorch>",
        "of a .safetensors: w1 [in, out], b1, ...; or PyTorch's 0.weight [out, in], 0.bias, ... (default: digitrain)",
      ),
    )
    .addHelpText(
      "after",
      `
Examples:
  digitrain export model.safetensors --to model.onnx
  digitrain export model.safetensors --to torch.safetensors --layout pytorch
  digitrain export model.safetensors --to model.npz`,
    )
    .action((path: string, flags: ExportFlags) => run(path, flags, signal));
}

async function run(path: string, { to, layout }: ExportFlags, signal: AbortSignal): Promise<void> {
  const encode = encoderFor(to, layout);
  await writeFileAtomically(to, encode(await readModel(path)), "the model", signal);
}

/** What makes the bytes of a file of such a name. */
function encoderFor(to: string, layout: Layout | undefined): (model: Model) => Uint8Array {
  const extension = extname(to).toLowerCase();
  if (extension === ".safetensors") return (model) => model.toSafetensors({ ...(layout && { layout }) });
  if (layout !== undefined)
    throw new OptionError(`--layout takes a .safetensors file to go with, got "${to}"`);
  if (extension === ".onnx") return (model) => model.toOnnx();
  if (extension === ".npz") return (model) => writeNpz(model.parameters);
  throw new OptionError(`--to takes a name that ends in .onnx, .safetensors or .npz, got "${to}"`);
}
