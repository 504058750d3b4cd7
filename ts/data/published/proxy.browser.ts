/** Fetches what is at a URL: a browser knows its own proxies and follows redirects. */
export function fetchThroughProxy(url: URL, headers: Headers, signal: AbortSignal): Promise<Response> {
  return fetch(url, { headers, signal });
}
