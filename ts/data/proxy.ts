import { getProxyForUrl } from "proxy-from-env";
import { OptionError } from "../errors.js";

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

/**
 * Fetches, through the proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (or their names in small letters)
 * say is to be used for a URL. Node's own fetch doesn't look at them, unless it is of Node 24 and told to.
 * @throws OptionError where that is no proxy's URL.
 */
export async function fetchThroughProxy(url: URL, headers: Headers, signal: AbortSignal): Promise<Response> {
  const proxy = getProxyForUrl(url.href);
  if (!proxy) return fetch(url, { headers, signal });
  const checked = checkProxy(proxy);
  const undici = await import("undici");
  const dispatcher = new undici.ProxyAgent(checked);
  const response = await undici.fetch(url, { headers: [...headers], signal, dispatcher });
  // The same class but for its name: Node's fetch is a copy of undici's.
  return response as unknown as Response;
}
