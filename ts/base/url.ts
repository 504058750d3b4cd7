/**
 * A URL that doesn't depend on the address of the page or the worker, which relative ones are relative to; undefined for
 * what is none.
 */
export function absoluteUrl(url: string | URL): string | undefined {
  const base = "document" in globalThis ? document.baseURI : addressHere();
  return URL.canParse(String(url), base) ? new URL(String(url), base).href : undefined;
}

/** A worker's address. Programs have none. */
function addressHere(): string | undefined {
  const { location } = globalThis as { location?: { href: string } };
  return location?.href;
}
