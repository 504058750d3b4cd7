/** A URL that doesn't depend on the page's address, which relative ones are relative to; undefined for what is none. */
export function absoluteUrl(url: string | URL): string | undefined {
  const base = "document" in globalThis ? document.baseURI : undefined;
  return URL.canParse(String(url), base) ? new URL(String(url), base).href : undefined;
}
