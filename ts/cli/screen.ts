import { clearLine, cursorTo } from "node:readline";
import { type GenericFormatter, MultiBar, type SingleBar } from "cli-progress";
import { visible, visibleLines } from "../base/format.js";

/** What the progress bar shows. */
export interface Progress {
  readonly label: string;
  readonly value: number;
  /** Where value will end, if that is known. */
  readonly total: number | undefined;
  /** What stands after the bar, the most important first: what doesn't fit is left out. */
  readonly details: (elapsedSeconds: number) => string[];
}

/** The command's text output: results on stdout, news on stderr and, on a terminal, a progress bar under both. */
export class Screen {
  /** Whether there is a terminal to show a progress bar on. */
  readonly live: boolean;
  readonly #quiet: boolean;
  #bars: MultiBar | undefined;
  #bar: SingleBar | undefined;

  constructor({ quiet }: { quiet: boolean }) {
    this.#quiet = quiet;
    this.live = !quiet && process.stdout.isTTY && process.stderr.isTTY && process.env.TERM !== "dumb";
  }

  /** Prints a result. */
  print(text: string): void {
    this.#write(process.stdout, visibleLines(text));
  }

  /** Prints a table whose cells are coloured already, and hold no control characters but for that. */
  printColoured(text: string): void {
    this.#write(process.stdout, text);
  }

  /** Prints news of the run, which a program that reads the results has no use for. */
  news(text: string): void {
    this.#write(process.stderr, visibleLines(text));
  }

  /** Prints what was reached. */
  success(text: string): void {
    this.#write(process.stderr, colour(process.stderr, green, visibleLines(text)));
  }

  /** Prints a remark at the side. */
  note(text: string): void {
    this.#write(process.stderr, colour(process.stderr, dim, visibleLines(text)));
  }

  /** Prints what nobody should miss, not even with --quiet. */
  warn(text: string): void {
    this.endProgress();
    process.stderr.write(`${colour(process.stderr, yellow, visibleLines(text))}\n`);
  }

  /** Shows the progress bar, or moves it. */
  showProgress(progress: Progress): void {
    if (!this.live) return;
    this.#bars ??= startBars();
    this.#bar ??= this.#bars.create(0, 0);
    this.#bar.setTotal(progress.total ?? progress.value);
    this.#bar.update(progress.value, { progress });
  }

  /** Takes the progress bar away. */
  endProgress(): void {
    this.#bars?.stop();
    this.#bars = undefined;
    this.#bar = undefined;
  }

  #write(stream: NodeJS.WriteStream, text: string): void {
    if (this.#quiet) return;
    if (this.#bars) {
      cursorTo(process.stderr, 0);
      clearLine(process.stderr, 0);
    }
    stream.write(`${text}\n`);
    this.#bars?.update();
  }
}

export const dim = "2";
export const green = "32";
export const yellow = "33";

/** Colours text where the stream is a terminal that shows colours and NO_COLOR is not set. */
export function colour(stream: NodeJS.WriteStream, code: string, text: string): string {
  return stream.isTTY && stream.hasColors() ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** A MultiBar for one bar: a SingleBar returns the cursor to where it began, which is wrong once lines have scrolled. */
function startBars(): MultiBar {
  const bars = new MultiBar({
    format: barLine,
    stream: process.stderr,
    clearOnComplete: true,
    forceRedraw: true,
    gracefulExit: false,
  });
  // cli-progress turns line wrapping off, which would cut the lines above the bar at the terminal's edge.
  bars.on("start", () => process.stderr.write("\u001b[?7h"));
  return bars;
}

const widestBar = 30;

/** One line, narrower than the terminal: label, bar, percentage, then as many of the details as fit. */
const barLine: GenericFormatter = (_options, { progress: done, startTime, maxWidth }, payload) => {
  const { progress } = payload as { progress?: Progress };
  if (!progress) return "";
  const space = maxWidth - 1;
  const label = visible(progress.label).slice(0, space - " 100 %".length);
  let tail = progress.total === undefined ? "" : `${`${Math.floor(100 * done)}`.padStart(3)} %`;
  for (const detail of progress.details((Date.now() - startTime) / 1000)) {
    if (`${label} ${tail}  ${detail} `.length + widestBar <= space) tail += `  ${detail}`;
  }
  if (progress.total === undefined) return label + tail;
  const width = Math.max(0, Math.min(widestBar, space - `${label}  ${tail}`.length));
  const full = Math.round(done * width);
  const bar =
    colour(process.stderr, green, "█".repeat(full)) + colour(process.stderr, dim, "░".repeat(width - full));
  return `${label} ${bar} ${tail}`;
};
