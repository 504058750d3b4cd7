/** What every shell takes as it is; a backslash, Windows's alone. */
const PLAIN = /^[\p{L}\p{N}_+:./\\-]+$/u;

/** A command as the user may type it, or paste it, here. */
export function typed(...args: readonly string[]): string {
  // Whoever began with npm start or npx has no digitrain on the path.
  const program = process.env.npm_lifecycle_event === undefined ? "digitrain" : "npx digitrain";
  return [program, ...args.map((arg) => quoted(arg))].join(" ");
}

/** An argument in a shell's quotes, where it needs some. */
export function quoted(argument: string, platform: string = process.platform): string {
  const isWindows = platform === "win32";
  if (PLAIN.test(argument) && (isWindows || !argument.includes("\\"))) return argument;
  return isWindows ? `"${argument}"` : `'${argument.replaceAll("'", "'\\''")}'`;
}
