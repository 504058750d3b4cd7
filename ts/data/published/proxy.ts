import { getProxyForUrl } from "proxy-from-env";
import { OptionError } from "../../base/errors.js";

const TAKES =
  "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY take a proxy's URL such as http://proxy.example.org:8080";

/** The URL of a proxy that undici knows how to use. */
function checkProxy(proxy: string): string {
  if (!URL.canParse(proxy)) throw new OptionError(`${TAKES}, got "${proxy}"`);
  // The rest may hold a password.
  const { protocol } = new URL(proxy);
  if (!["http:", "https:"].includes(protocol)) throw new OptionError(`${TAKES}, got one of ${protocol}//`);
  return proxy;
}

/** Fetches what is at one URL, through the proxy that is to be used for it; redirects are handed over as they are. */
async function fetchOnce(url: URL, headers: Headers, signal: AbortSignal): Promise<Response> {
  const proxy = getProxyForUrl(url.href);
  if (!proxy) return fetch(url, { headers, signal, redirect: "manual" });
  const checked = checkProxy(proxy);
  const undici = await import("undici");
  const dispatcher = new undici.ProxyAgent(checked);
  const response = await undici.fetch(url, { headers: [...headers], signal, dispatcher, redirect: "manual" });
  // The same class but for its name: Node's fetch is a copy of undici's.
  return response as unknown as Response;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** As many as the Fetch standard allows. */
const MAX_REDIRECTS = 20;

/**
 * Fetches, through the proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (or their names in small letters)
 * say is to be used for a URL, and for each that it redirects to. Node's own fetch doesn't look at them, unless it is of
 * Node 24 and told to.
 * @throws OptionError where that is no proxy's URL.
 */
export async function fetchThroughProxy(url: URL, headers: Headers, signal: AbortSignal): Promise<Response> {
  let current = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetchOnce(current, headers, signal);
    const location = response.headers.get("location");
    if (!REDIRECTS.has(response.status) || location === null) return response;
    await response.body?.cancel();
    current = new URL(location, current);
  }
  throw new Error(`it redirects more than ${MAX_REDIRECTS} times`);
}
