/** Says that the page was loaded anew for its headers, so that it is only once. */
const MARK = "digitrain-isolating";

/**
 * Where the host gives no headers for shared memory, a service worker does, and the page is loaded anew, once; from then
 * on it works offline, too.
 * @param isIdle whether nothing would be lost
 */
export async function isolate(isIdle: () => boolean): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  if (crossOriginIsolated && !serviceWorker.controller) return;
  try {
    await serviceWorker.register("service-worker.js");
    if (crossOriginIsolated) {
      sessionStorage.removeItem(MARK);
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
