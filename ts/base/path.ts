import { fileURLToPath } from "node:url";
import { OptionError, reasonOf } from "./errors.js";

/**
 * The path that a place names, which may be a `file:` URL, as text or as an object; other URLs stay as they are.
 * @throws OptionError for a `file:` URL that no path on this system belongs to.
 */
export function toPath(place: string | URL): string {
  const text = String(place);
  if (!/^file:/i.test(text)) return text;
  try {
    return fileURLToPath(text);
  } catch (error) {
    throw new OptionError(`${text} is not the URL of a file on this machine: ${reasonOf(error)}`);
  }
}
