// The licences of the libraries that are part of dist/: whoever passes them on must pass these on, too.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * @param inputs the files that were bundled
 * @param path where to write the licences
 */
export function writeLicenses(inputs, path) {
  const directories = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const texts = [...directories].sort().map((directory) => {
    const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, "utf8"));
    const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
    if (license === undefined && file === undefined) throw new Error(`${directory} has no licence`);
    const text = file === undefined ? "" : `\n\n${readFileSync(`${directory}/${file}`, "utf8").trim()}`;
    return `${name} ${version}, ${license}${text}`;
  });
  const head = "digitrain's files hold parts of these libraries.";
  writeFileSync(path, `${[head, ...texts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}
