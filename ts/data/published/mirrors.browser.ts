import { settings } from "../../core/settings.js";
import type { Asked, Places } from "./mirrors.js";
import type { PublishedSet } from "./sets.js";

/**
 * Where a page looks for a set's files: at its own `dataUrl` and then, where the user asked for the set by its name, at
 * the mirrors that answer pages of other sites.
 */
export function placesOf(name: string, { mirrors }: PublishedSet, asked: Asked): Places {
  const own = settings.dataUrl === undefined ? [] : [new URL(`${name}/`, settings.dataUrl).href];
  const others = asked === "by name" ? mirrors.filter(({ cors }) => cors).map(({ url }) => url) : [];
  return { directories: [...own, ...others] };
}
