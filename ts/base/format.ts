/** A measured time: "0.312 s", "12.3 s", "2 min 5 s". */
export function duration(seconds: number): string {
  return seconds < 60 ? `${seconds.toPrecision(3)} s` : roughDuration(seconds);
}

/** An estimated time, in whole seconds or minutes: "13 s", "2 min 5 s", "1 h 2 min". */
export function roughDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "9.9 MB" */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** "−0.32", with a minus sign as wide as the plus */
export function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace("-", "−");
}

/** "51.23 %" */
export function percent(fraction: number, digits = 2): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}

/** "60,000" */
export function thousands(count: number): string {
  return count.toLocaleString("en");
}

/** "1 thread", "2 threads", "1,523 steps" */
export function counted(count: number, thing: string): string {
  return `${thousands(count)} ${thing}${count === 1 ? "" : "s"}`;
}

// Controls of a terminal (C0, C1), what a terminal may take for a new line, and what turns the writing's direction.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text of unknown origin as it may be printed on one line: control characters as escapes, such as "\u001b". */
export function visible(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As {@link visible}, but for the ends of lines. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

/** JSON on one line, which holds no control characters, not even those that JSON allows. */
export function jsonLine(value: unknown): string {
  return `${visible(JSON.stringify(value))}\n`;
}
