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

/** The page's files, and what names their contents: set by the build. */
declare const PAGE_FILES: readonly string[];
declare const PAGE_VERSION: string;

const CACHES = "digitrain-page-";
const CACHE = `${CACHES}${PAGE_VERSION}`;
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
  event.waitUntil(keepPage().then(() => scope.skipWaiting()));
});
on("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => scope.clients.claim()));
});
on("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === location.origin)
    event.respondWith(answer(request));
});

async function keepPage(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(PAGE_FILES);
}

/** What other versions of the page kept is of no use. */
async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(CACHES) && name !== CACHE).map((name) => caches.delete(name)),
  );
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = isolated(await fetch(request));
    // Data sets are kept by the package itself.
    if (response.ok && !request.url.endsWith(".gz")) void cache.put(request, response.clone());
    return response;
  } catch (error) {
    const page = request.mode === "navigate" ? await cache.match("./") : undefined;
    const kept = (await cache.match(request, { ignoreSearch: true })) ?? page;
    // What was kept before anybody asked has the host's own headers.
    if (kept) return isolated(kept);
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
