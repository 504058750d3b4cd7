import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { frameEffect, magnification } from "../canvas.js";

export interface ChartProps {
  readonly id: string;
  readonly label: string;
  readonly options: () => uPlot.Options;
  /** Reads the signals that the chart is drawn anew for. */
  readonly data: () => uPlot.AlignedData;
}

/** uPlot, as large as the style sheet says. */
export function Chart({ id, label, options, data }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const given = useRef({ options, data });
  given.current = { options, data };
  const larger = magnification.value;
  useEffect(() => {
    const shown = box.current;
    if (!shown) return undefined;
    const chart = new uPlot(given.current.options(), [[], []], shown);
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: shown.clientWidth, height: shown.clientHeight });
    });
    observer.observe(shown);
    const stop = frameEffect(() => {
      chart.setData(given.current.data());
    });
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => {
      chart.redraw(false, true);
    };
    scheme.addEventListener("change", redraw);
    return () => {
      scheme.removeEventListener("change", redraw);
      observer.disconnect();
      stop();
      chart.destroy();
    };
    // The size of its text is fixed when it is made.
  }, [larger]);
  return <div ref={box} id={id} role="img" aria-label={label} />;
}
