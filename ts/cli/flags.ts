import { Option } from "commander";
import { OptionError } from "../index.js";

/** What the argument of a model is, for a command's help. */
export const MODEL_HELP =
  "a .safetensors or .onnx file that train or export wrote, or PyTorch's state_dict in safetensors";

/** `--data`, as every command that needs data takes it. */
export function dataOption(usual = "auto"): Option {
  return new Option(
    "--data <source>",
    `auto, mnist, fashion-mnist, kmnist, synthetic, or a path, see below; several with commas (default: ${usual})`,
  );
}

/** What paths `--data` takes, for the end of a command's help. */
export const dataHelp = `
--data takes the path of
  a directory of IDX files, train-images-idx3-ubyte[.gz] and so on
  a directory of pictures, CLASS/*.png or *.jpg, or train/CLASS/*.png and test/CLASS/*.png
  a .csv file, a row an image: label,pixel0,pixel1,... in nearly any form; or a directory of train.csv, test.csv
  an .npz file of x_train, y_train and, for testing, x_test, y_test`;

/** `--test-fraction`, as every command that tests takes it; its range is the API's to check. */
export function testFractionOption(): Option {
  return decimalNumber(
    "--test-fraction <number>",
    "of the images set aside for testing where there are no test images, always the same ones (default: none)",
  );
}

/** `--limit`, as every command that looks at training images takes it; its range is the API's to check. */
export function limitOption(): Option {
  return wholeNumber("--limit <count>", "train on the first so many images only");
}

/** `--label`, as every command that needs data takes it. */
export function labelOption(): Option {
  return new Option(
    "--label <column>",
    "of a CSV file's labels: its name, its number from 1, first or last (default: found by name or looks)",
  );
}

/** `--ink`, as every command that needs images takes it; its values are the API's to check. */
export function inkOption(): Option {
  return new Option(
    "--ink <auto|dark|light>",
    "of the images, against their paper: dark ones are turned, so that paper is 0 (default: auto)",
  );
}

/** `--cache`, as every command that needs data takes it. */
export function cacheOption(): Option {
  return new Option("--cache <directory>", "where downloaded data is kept (default: as info says)");
}

/** A flag whose value is a whole number; its range is the API's to check. */
export function wholeNumber(flags: string, description: string): Option {
  return parsed(flags, description, "a whole number", (text) =>
    /^[+-]?\d+$/.test(text) ? Number(text) : undefined,
  );
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A flag whose value is a number; its range is the API's to check. */
export function decimalNumber(flags: string, description: string): Option {
  return parsed(flags, description, "a number", (text) => (DECIMAL.test(text) ? Number(text) : undefined));
}

/** A flag whose value is a list of layer sizes, as one types it or as messages show it: [256, 128]; or `none`. */
export function layerSizes(flags: string, description: string): Option {
  return parsed(flags, description, "sizes such as 256,128, or none", (text) => {
    if (text === "none" || text === "[]") return [];
    const sizes = /^\[(.+)\]$/.exec(text)?.[1] ?? text;
    return /^\d+(, *\d+)*$/.test(sizes) ? sizes.split(",").map(Number) : undefined;
  });
}

/** A flag whose value is a number of epochs, or `none`. */
export function epochsOrNone(flags: string, description: string): Option {
  return parsed(flags, description, "a whole number of epochs of at least 1, or none", (text) => {
    if (text === "none") return text;
    return /^\+?0*[1-9]\d*$/.test(text) ? Number(text) : undefined;
  });
}

/** `--augment`, alone or with amounts; what these are is the API's to check. */
export function augmentation(flags: string, description: string): Option {
  return parsed(flags, description, "amounts such as rotation=10,shift=3", (text) => {
    if (!/^\w+=[^=,]+(,\w+=[^=,]+)*$/.test(text)) return undefined;
    const amounts = text.split(",").map((part): [string, number] => {
      const [name = "", amount = ""] = part.split("=");
      return [name, DECIMAL.test(amount) ? Number(amount) : NaN];
    });
    return amounts.some(([, amount]) => Number.isNaN(amount)) ? undefined : Object.fromEntries(amounts);
  });
}

/** `--threads`, as every command that trains takes it; its range is the API's to check. */
export function threads(flags: string, description: string): Option {
  return parsed(flags, description, "auto or a whole number", (text) => {
    if (text === "auto") return text;
    return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
  });
}

function parsed(flags: string, description: string, takes: string, parse: (text: string) => unknown): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => {
    const value = parse(text);
    if (value === undefined) throw new OptionError(`--${option.name()} takes ${takes}, got "${text}"`);
    return value;
  });
}
