import { escape } from "./html.js";

/** What a chart shows under one name. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** How it is drawn, and one of the colours of {@link CHART_STYLE}: `second` has a line and dots, too. */
  readonly look: "line" | "faint" | "dots" | "line-and-dots" | "second";
}

/** A place along the x axis that a line points out. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

/** One direction of a chart. */
export interface Axis {
  readonly label: string;
  readonly scale: "linear" | "log";
  /** How a tick's number is written. */
  readonly format: (value: number) => string;
  /** Values that the axis must reach. */
  readonly includes?: readonly number[];
}

/** Small, so that its text can be read where it is as narrow as a telephone. */
const WIDTH = 440;
const HEIGHT = 250;
const MARGIN = { left: 50, right: 12, top: 22, bottom: 40 } as const;

/** The style that charts need, in light and dark. */
export const CHART_STYLE = `
.chart { width: 100%; height: auto; font-size: 11px; font-variant-numeric: tabular-nums; fill: var(--quiet); }
.chart .grid { stroke: var(--rule); }
.chart .line, .chart .line-and-dots, .chart .second { fill: none; stroke: var(--accent); stroke-width: 1.75; stroke-linejoin: round; }
.chart .faint { fill: none; stroke: var(--accent); stroke-opacity: 0.3; stroke-linejoin: round; }
.chart circle { fill: var(--accent); stroke: none; }
.chart .second { stroke: var(--good); }
.chart .second circle { fill: var(--good); }
.chart .mark { stroke: var(--quiet); stroke-dasharray: 4 3; }
.chart .dots circle { fill: none; stroke: var(--other); stroke-width: 1.5; }
`;

/**
 * A chart as an SVG element, in the page's own colours (see {@link CHART_STYLE}).
 * @param title what a screen reader calls it
 */
export function chart(title: string, x: Axis, y: Axis, series: readonly Series[], mark?: Mark): string {
  const points = series.flatMap((one) => one.points);
  const across = scaleOf(x, points.map(([value]) => value), [MARGIN.left, WIDTH - MARGIN.right]); // prettier-ignore
  const up = scaleOf(y, points.map(([, value]) => value), [HEIGHT - MARGIN.bottom, MARGIN.top]); // prettier-ignore
  const bottom = HEIGHT - MARGIN.bottom;
  const parts = [
    ...across.ticks.map(
      (tick) =>
        `<text x="${round(across.place(tick))}" y="${bottom + 16}" text-anchor="middle">${x.format(tick)}</text>`,
    ),
    ...up.ticks.flatMap((tick) => {
      const height = round(up.place(tick));
      return [
        `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${height}" y2="${height}"/>`,
        `<text x="${MARGIN.left - 6}" y="${height}" text-anchor="end" dominant-baseline="middle">${y.format(tick)}</text>`,
      ];
    }),
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 5}" text-anchor="middle">${escape(x.label)}</text>`,
    `<text transform="translate(10 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(y.label)}</text>`,
    ...(mark ? markLine(across.place(mark.at), mark.label) : []),
    ...series.map(({ name, points, look }) => {
      const places = points.map(([a, b]) => [round(across.place(a)), round(up.place(b))] as const);
      return draw(
        name,
        places,
        look,
        (i) => `${x.format(points[i]?.[0] ?? 0)}: ${y.format(points[i]?.[1] ?? 0)}`,
      );
    }),
    ...legend(series),
  ];
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">\n${parts.join("\n")}\n</svg>`;
}

function draw(
  name: string,
  places: readonly (readonly [number, number])[],
  look: Series["look"],
  tellOf: (point: number) => string,
): string {
  const line = `<polyline points="${places.map((place) => place.join()).join(" ")}"/>`;
  const dots = places.map(
    ([x, y], i) =>
      `<circle cx="${x}" cy="${y}" r="3"><title>${escape(`${name}, ${tellOf(i)}`)}</title></circle>`,
  );
  if (look === "dots") return `<g class="dots">${dots.join("")}</g>`;
  const isDotted = look === "line-and-dots" || look === "second";
  return `<g class="${look}">${line}${isDotted ? dots.join("") : ""}</g>`;
}

/** A line down the chart, with its label above it. */
function markLine(place: number, label: string): string[] {
  const x = round(place);
  const anchor = x < WIDTH / 2 ? "start" : "end";
  return [
    `<line class="mark" x1="${x}" x2="${x}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}"/>`,
    `<text x="${x}" y="${MARGIN.top - 6}" text-anchor="${anchor}">${escape(label)}</text>`,
  ];
}

/** The names of the series, in the corner to the right that they leave: the lower one where they rise. */
function legend(series: readonly Series[]): string[] {
  if (series.length < 2) return [];
  const values = series[0]?.points.map(([, value]) => value) ?? [];
  const isRising = (values.at(-1) ?? 0) > (values[0] ?? 0);
  const top = isRising ? HEIGHT - MARGIN.bottom - 18 * series.length : MARGIN.top;
  return series.map(({ name, look }, i) => {
    const y = top + 10 + 18 * i;
    const right = WIDTH - MARGIN.right - 4;
    const sample =
      look === "dots"
        ? `<g class="dots"><circle cx="${right - 12}" cy="${y}" r="3"/></g>`
        : `<g class="${look}"><polyline points="${right - 24},${y} ${right},${y}"/></g>`;
    return `${sample}<text x="${right - 30}" y="${y}" text-anchor="end" dominant-baseline="middle">${escape(name)}</text>`;
  });
}

interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From an axis's values to places between `start` and `end`. */
function scaleOf(axis: Axis, values: readonly number[], [start, end]: readonly [number, number]): Scale {
  const log = axis.scale === "log";
  const usable = [...values, ...(axis.includes ?? [])].filter((value) => !log || value > 0);
  let low = usable.reduce((least, value) => Math.min(least, value), Infinity);
  let high = usable.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(low < high)) [low, high] = log ? [(low || 1) / 2, (high || 1) * 2] : [low - 0.5, high + 0.5];
  const transform = log ? Math.log : (value: number) => value;
  const [from, to] = [transform(low), transform(high)];
  const place = (value: number) =>
    start + ((transform(Math.max(value, log ? low : -Infinity)) - from) / (to - from)) * (end - start);
  return { place, ticks: log ? logTicks(low, high) : linearTicks(low, high) };
}

/**
 * 1, 2 and 5 times powers of ten; over many decades the powers alone.
 * @param most by how much the ends may differ before that
 */
export function logTicks(low: number, high: number, most = 1000): number[] {
  const leads = high / low > most ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
    ticks.push(...leads.map((lead) => lead * 10 ** power));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** About six round numbers. */
function linearTicks(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / 6));
  const step =
    [1, 2, 5, 10].map((lead) => lead * power).find((size) => (high - low) / size <= 7) ?? 10 * power;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** To a tenth of a unit, so that pages stay small. */
function round(value: number): number {
  return Math.round(10 * value) / 10;
}
