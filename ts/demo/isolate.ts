/** Says that the page was loaded anew for its headers, so that it is only once. */
const MARK = "digitrain-isolating";

/**
 * Where the host gives no headers for shared memory, a service worker does, and the page is loaded anew, once. From then
 * on it works offline, too.
 * @param isIdle whether nothing would be lost
 */
export async function isolate(isIdle: () => boolean): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const { controller } = serviceWorker;
  // `digitrain demo` gives the headers itself, and another program may have its address tomorrow.
  if (crossOriginIsolated && !controller && ["127.0.0.1", "localhost"].includes(location.hostname)) return;
  try {
    await serviceWorker.register("service-worker.js");
    if (crossOriginIsolated) {
      sessionStorage.removeItem(MARK);
      if (!controller) await keepWhatWasLoaded();
      return;
    }
    await serviceWorker.ready;
    if (sessionStorage.getItem(MARK) !== null || !isIdle()) return;
    sessionStorage.setItem(MARK, "");
    location.reload();
  } catch {
    // A private window, or rules that forbid it: the page works on one thread.
  }
}

/** Asks once more for what came before the service worker stood in between, so that it keeps that, too. */
async function keepWhatWasLoaded(): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker.controller)
    await new Promise((resolve) => {
      serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    });
  const core = new URL("browser/", document.baseURI).href;
  const loaded = performance.getEntriesByType("resource").filter(({ name }) => name.startsWith(core));
  await Promise.all(loaded.map(({ name }) => fetch(name)));
}
