// Stands between the page and its host: adds the headers that let threads share memory, where the host has none, and
// answers when there is no network.

/** What a service worker's own events have; TypeScript keeps their types apart from a page's. */
interface WorkerEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}
interface WorkerScope extends EventTarget {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}
const scope = globalThis as unknown as WorkerScope;

const CACHE = "digitrain-page";
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

function on(name: "install" | "activate" | "fetch", act: (event: WorkerEvent) => void): void {
  scope.addEventListener(name, (event) => {
    act(event as WorkerEvent);
  });
}

on("install", (event) => {
  event.waitUntil(scope.skipWaiting());
});
on("activate", (event) => {
  event.waitUntil(scope.clients.claim());
});
on("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === location.origin)
    event.respondWith(answer(request));
});

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = isolated(await fetch(request));
    // Data sets are kept by the package itself.
    if (response.ok && !request.url.endsWith(".gz")) void cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

function isolated(response: Response): Response {
  // A redirect that the browser itself will follow can't be copied.
  if (response.status === 0) return response;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status, statusText, headers });
}
