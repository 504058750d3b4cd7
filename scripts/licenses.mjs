// The licences of the libraries that are part of dist/: whoever passes them on must pass these on, too.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Comments, of lines or blocks. */
const COMMENT = /(?:^[ \t]*\/\/.*\n)+|\/\*[^]*?\*\//gm;
const LIBRARY = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** What a library's own file, or comments in those of its files that are used, say of its licence. */
function noticesOf(directory, inputs) {
  const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
  const comments = inputs.flatMap((input) => readFileSync(input, "utf8").match(COMMENT) ?? []);
  const notices = new Set(comments.filter((text) => /copyright/i.test(text)).map((text) => text.trim()));
  return [...(file ? [readFileSync(`${directory}/${file}`, "utf8").trim()] : []), ...notices];
}

/**
 * @param inputs the files that were bundled
 * @param paths where to write the licences
 */
export function writeLicenses(inputs, paths) {
  const libraries = new Map();
  for (const input of new Set(inputs)) {
    const directory = LIBRARY.exec(input)?.[0];
    if (directory) libraries.set(directory, [...(libraries.get(directory) ?? []), input]);
  }
  const texts = [...libraries].sort().map(([directory, used]) => {
    const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, "utf8"));
    const notices = noticesOf(directory, used);
    if (notices.length === 0) throw new Error(`${directory} says nothing of its licence`);
    return [`${name} ${version}, ${license}`, ...notices].join("\n\n");
  });
  const head = "digitrain's files hold parts of these libraries.";
  for (const path of paths) writeFileSync(path, `${[head, ...texts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}
