/** The page's element of an id. */
export function element<T extends Element>(id: string, kind: abstract new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} with the id ${id}`);
}

/** A canvas's context. */
export function contextOf(
  canvas: HTMLCanvasElement,
  settings?: CanvasRenderingContext2DSettings,
): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("this browser has no canvas");
  return context;
}

/** The same work, done once before the next frame however often it is asked for. */
export function oncePerFrame(work: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      work();
    });
  };
}

const probe = document.createElement("i");

/** A colour of the style sheet, as a canvas takes it: in light or dark, as the page is now. */
export function colourOf(name: string): string {
  if (!probe.isConnected) {
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

/** Calls back when the page changes between light and dark. */
export function onColourScheme(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/** A number with thousands set apart. */
export function counted(count: number): string {
  return count.toLocaleString("en");
}

/** A part of a whole as a percentage. */
export function percent(fraction: number, digits = 1): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}

/** What an error tells the user. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
