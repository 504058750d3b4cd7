// The plot of the benchmark's results: seconds an epoch of each program, on one core and on two.
import { epochCases } from "./report.mjs";

const WIDTH = 760;
const LABEL = 250;
const BAR = 12;
const ROW = 2 * BAR + 12;
const TOP = 52;
const COLOURS = { 1: "#1f77b4", 2: "#9ecae1" };

/** Tick marks at 1, 2 and 5 times the powers of ten between two values. */
function ticks(from, to) {
  const powers = [-3, -2, -1, 0, 1, 2, 3];
  return powers
    .flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
    .filter((tick) => tick >= from && tick <= to);
}

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const text = (x, y, content, more = "") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escape(content)}</text>`;
const bar = (x, y, width, cores) =>
  `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 1}" fill="${COLOURS[cores]}"/>`;

/** Bars on a logarithmic scale, as an SVG image. */
export function plot(results) {
  const { here, peers } = epochCases(results);
  const cases = [...here, ...peers].filter(({ absent }) => !absent);
  const labels = [...new Set(cases.map(({ label }) => label))];
  const medians = cases.map(({ seconds }) => seconds.median);
  const [from, to] = [0.8 * Math.min(0.2, ...medians), 1.6 * Math.max(1, ...medians)];
  const scale = (value) => ((WIDTH - LABEL - 20) * Math.log(value / from)) / Math.log(to / from);
  const height = TOP + labels.length * ROW + 30;
  const parts = [
    text(
      10,
      20,
      "Seconds an epoch (logarithmic): 784-256-128-10, 60,000 images, batches of 128",
      'font-weight="bold"',
    ),
  ];
  for (const [i, cores] of [1, 2].entries()) {
    parts.push(
      bar(10 + 100 * i, 30, BAR, cores),
      text(28 + 100 * i, 40, cores === 1 ? "one core" : "two cores"),
    );
  }
  for (const tick of ticks(from, to)) {
    const x = (LABEL + scale(tick)).toFixed(1);
    parts.push(`<line x1="${x}" y1="${TOP}" x2="${x}" y2="${height - 25}" stroke="#ddd"/>`);
    parts.push(
      text(LABEL + scale(tick), height - 10, `${Number(tick.toPrecision(1))}`, 'text-anchor="middle"'),
    );
  }
  for (const [row, label] of labels.entries()) {
    const y = TOP + row * ROW + 4;
    parts.push(text(LABEL - 8, y + BAR + 3, label, 'text-anchor="end"'));
    for (const { cores, seconds } of cases.filter((item) => item.label === label)) {
      const top = y + (cores - 1) * BAR;
      const width = scale(seconds.median);
      parts.push(
        bar(LABEL, top, width, cores),
        text(LABEL + width + 4, top + BAR - 2, seconds.median.toPrecision(2)),
      );
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${parts.join("\n")}
</svg>
`;
}
