import { percent } from "../base/format.js";
import { escape } from "./html.js";
import { classMetrics } from "./metrics.js";

/** The style that {@link confusionTable} needs, in light and dark. */
export const CONFUSION_STYLE = `
.confusion td, .confusion th { padding: 0.15rem 0.4rem; text-align: right; }
.confusion th { font-weight: normal; color: var(--quiet); }
.confusion .right { background: color-mix(in srgb, var(--accent) calc(100% * var(--share)), transparent); }
.confusion .wrong { background: color-mix(in srgb, var(--other) calc(100% * var(--share)), transparent); }
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
<thead><tr><th></th>${confusion.map((_, label) => `<th>${nameOf(label)}</th>`).join("")}<th>recall</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
<tfoot><tr><th>precision</th>${metrics.map(({ precision }) => `<td>${orDash(precision)}</td>`).join("")}<td></td></tr></tfoot>
</table></div>`;
}

/** A class of which there are no images has no recall. */
function orDash(fraction: number | undefined): string {
  return fraction === undefined ? "–" : percent(fraction, 1);
}
