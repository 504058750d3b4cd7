import { escape } from "./html.js";
import { classMetrics } from "./metrics.js";

/** The style that {@link confusionTable} needs, in light and dark. */
export const CONFUSION_STYLE = `
.confusion { width: 100%; border-collapse: separate; border-spacing: clamp(1px, 0.3cqi, 2px); font-size: clamp(0.6rem, 2.5cqi, 0.95rem); }
.confusion td, .confusion th { height: 2.2em; padding: 0 0.1em; text-align: center; white-space: nowrap; }
.confusion th { font-weight: normal; color: var(--quiet); }
.confusion tbody th, .confusion tfoot th { padding-right: 0.4em; text-align: right; }
.confusion .names th { padding: 0.4em 0; writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; }
.confusion .right, .confusion .wrong { --strength: 1; min-width: 2em; border-radius: 3px; background: color-mix(in srgb, var(--hue) calc(100% * var(--share) * var(--strength)), var(--raised)); }
.confusion .right { --hue: var(--accent); }
.confusion .wrong { --hue: var(--other); }
@media (prefers-color-scheme: dark) {
  .confusion .right, .confusion .wrong { --strength: 0.6; }
}
`;

/**
 * How strongly to colour the cells of a confusion matrix, 0..1: what is right by its class's recall, mistakes by how many
 * there are.
 */
export function confusionShares(confusion: readonly (readonly number[])[]): number[][] {
  const metrics = classMetrics(confusion);
  const mistakes = confusion.flatMap((row, label) => row.filter((_, predicted) => predicted !== label));
  const mostMistakes = Math.max(1, ...mistakes);
  // The square root lets few mistakes show beside many.
  return confusion.map((row, label) =>
    row.map((count, predicted) =>
      label === predicted ? 0.5 * (metrics[label]?.recall ?? 0) : 0.7 * Math.sqrt(count / mostMistakes),
    ),
  );
}

/**
 * A confusion matrix as an HTML table, with each class's recall on the right and precision below.
 * @param confusion [true class][predicted class]
 * @param names what the classes are called, where they have names
 */
export function confusionTable(
  confusion: readonly (readonly number[])[],
  names: readonly string[] = [],
): string {
  const nameOf = (label: number) => escape(names[label] ?? String(label));
  const metrics = classMetrics(confusion);
  const shares = confusionShares(confusion);
  // Names, unlike numbers, are wider than a column.
  const head = confusion.some((_, label) => (names[label] ?? "").length > 3) ? ' class="names"' : "";
  const cell = (count: number, label: number, predicted: number) => {
    const right = label === predicted;
    const share = shares[label]?.[predicted] ?? 0;
    const what = `title="${nameOf(label)} taken for ${nameOf(predicted)}: ${count}"`;
    return `<td class="${right ? "right" : "wrong"}" style="--share: ${share.toFixed(3)}" ${what}>${count || ""}</td>`;
  };
  const rows = confusion.map(
    (row, label) =>
      `<tr><th>${nameOf(label)}</th>${row.map((count, predicted) => cell(count, label, predicted)).join("")}<td>${orDash(metrics[label]?.recall)}</td></tr>`,
  );
  return `<p>Rows: what the images are; columns: what they were taken for.</p>
<div class="scroll"><table class="confusion">
<thead><tr${head}><td></td>${confusion.map((_, label) => `<th>${nameOf(label)}</th>`).join("")}<th>recall %</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
<tfoot><tr><th>precision %</th>${metrics.map(({ precision }) => `<td>${orDash(precision)}</td>`).join("")}<td></td></tr></tfoot>
</table></div>`;
}

/** In percent; a class of which there are no images has no recall. */
function orDash(fraction: number | undefined): string {
  return fraction === undefined ? "–" : (100 * fraction).toFixed(1);
}
