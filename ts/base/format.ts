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
