import { jsonLine, thousands, visible } from "../base/format.js";
import { type Dataset, describe, imageOf, remarksOn, resolveOptions } from "../index.js";
import { type AllContents, contentsOf, firstOfEachClass, limited } from "../view/contents.js";
import { type DataFlags, loadData, tellOf } from "./data.js";
import { Screen } from "./screen.js";
import { type Captioned, drawInRows } from "./sheet.js";

/** What `info --data` takes. */
export interface LookFlags extends DataFlags {
  limit?: number | undefined;
}

/** The table and the drawings tell of so many classes at most. */
const MOST_LISTED = 64;
const MOST_DRAWN = 10;
/** Larger images fill the screen, so fewer of them are drawn. */
const MOST_PIXELS = 40_000;

/** Shows what a data set holds, and what train would say of it. */
export async function showData(
  { limit, ...source }: LookFlags,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (limit !== undefined) resolveOptions({ limit });
  const screen = new Screen({ quiet: json });
  const data = await loadData(source, screen, signal);
  const remarks = remarksOn(data, { ...(limit !== undefined && { limit }) });
  const used = limited(data, limit);
  const contents = contentsOf(used);
  if (json) {
    const { name, classes, classNames, ink, train } = used;
    process.stdout.write(
      jsonLine({ name, shape: train.shape, classes, classNames, ink, ...contents, remarks }),
    );
  } else {
    const drawn = drawings(used, process.stdout.columns || 80);
    const parts = [used.name, describe(used), "", countsTable(contents, used.classNames)];
    screen.print([...parts, ...(drawn === "" ? [] : ["", drawn])].join("\n"));
  }
  tellOf(remarks, screen);
}

/** How many examples each class has in each part. */
function countsTable(contents: AllContents, names?: readonly string[]): string {
  const parts = Object.entries(contents) as [string, AllContents["train"]][];
  const classes = [...contents.train.byClass.keys()];
  const row = (head: string, numbers: readonly string[], name?: string) =>
    `${head.padStart(5)}${numbers.map((number) => number.padStart(12)).join("")}${name === undefined ? "" : `  ${visible(name)}`}`;
  const rows = classes.slice(0, MOST_LISTED).map((label) =>
    row(
      String(label),
      parts.map(([, { byClass }]) => thousands(byClass[label] ?? 0)),
      names?.[label],
    ),
  );
  const more = classes.length - rows.length;
  const head = row("class", parts.map(([part]) => part)); // prettier-ignore
  const sums = row("all", parts.map(([, { count }]) => thousands(count))); // prettier-ignore
  return [head, ...rows, ...(more > 0 ? [`and ${thousands(more)} more`] : []), sums].join("\n");
}

/** The first training images of some classes; nothing where they are no grey images. */
function drawings({ train, classes, classNames }: Dataset, columns: number): string {
  const pixels = train.shape.reduce((product, size) => product * size, 1);
  const most = Math.max(1, Math.min(MOST_DRAWN, Math.floor(MOST_PIXELS / pixels)));
  const drawn = firstOfEachClass(train, classes, most).flatMap((place): Captioned[] => {
    const image = imageOf(train, place);
    const label = train.labels[place] ?? 0;
    return image ? [{ image, caption: visible(classNames?.[label] ?? String(label)) }] : [];
  });
  return drawn.length === 0 ? "" : drawInRows(drawn, columns);
}
