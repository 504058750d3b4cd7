import { closestMatch } from "leven";
import { OptionError } from "./errors.js";

/** A value as an error shows it: short, on one line. */
export function show(value: unknown): string {
  const text = Array.isArray(value) ? `[${value.map(showItem).join(", ")}]` : showItem(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function showItem(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return String(value);
}

/** The error for an option that there isn't: it names the one that was most likely meant, else all that there are. */
export function unknownOption(name: string, names: readonly string[], parent = ""): OptionError {
  const nearest = closestMatch(name, names, { maxDistance: Math.floor(name.length / 2) });
  const hint =
    nearest === undefined ? `there are ${names.join(", ")}` : `did you mean "${parent}${nearest}"?`;
  return new OptionError(`there is no option ${show(parent + name)}; ${hint}`);
}

/** @throws OptionError for the first option that there isn't. */
export function checkNames(options: object, names: readonly string[], parent = ""): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw unknownOption(unknown, names, parent);
}

/**
 * Checks that options are some, whatever they hold.
 * @param of what takes them
 * @param example one of them
 * @throws OptionError
 */
export function checkIsOptions(options: unknown, of: string, example: string): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return;
  throw new OptionError(`${of} takes an object of options, such as { ${example} }, got ${show(options)}`);
}
