import { useApp } from "../context.js";
import { lazily } from "../lazily.js";
import type { ChartProps } from "./Chart.js";

const Drawn = lazily(async () => (await import("./Chart.js")).Chart, "chart.css");

/** A chart's place: it is drawn as soon as the page is ready. */
export function Chart(props: ChartProps) {
  const { state } = useApp();
  return <div class="chart">{state.isReady.value && <Drawn {...props} />}</div>;
}
