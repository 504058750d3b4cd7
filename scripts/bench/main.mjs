// npm run bench: measures digitrain, and the peers that are installed, and writes bench/results.json, the tables and the plot.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { describeCommit, describeMachine, findBrowsers, findNodes } from "./machine.mjs";
import { GROUPS, measureGroup } from "./measure.mjs";
import { allTables, insertTable } from "./report.mjs";
import { plot } from "./plot.mjs";

const RESULTS = "bench/results.json";
const ROUNDS = 5;

const HELP = `npm run bench -- [options]
Measures digitrain, and the peers that npm run bench:peers has installed, in some 40 minutes on a machine that should do
nothing else, and writes ${RESULTS}, bench/RESULTS.md, bench/epoch.svg and the tables in docs/performance.md.

  --only LIST   some groups of cases only; the others' results of this machine stay: ${Object.keys(GROUPS).join(",")}
  --rounds N    how often each case is measured (default: ${ROUNDS}; 3 take some 25 minutes)
  --quick       in minutes, to try it out; writes nothing
  --render      measures nothing; makes tables and plot of the results again
  --data DIR    where MNIST's four IDX.gz files are (default: ../shared/mnist)
  --help        this text
`;

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

function readFlags() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      rounds: { type: "string", default: `${ROUNDS}` },
      quick: { type: "boolean", default: false },
      render: { type: "boolean", default: false },
      data: { type: "string", default: "../shared/mnist" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit();
  }
  const names = Object.keys(GROUPS);
  const only = values.only?.split(",") ?? names;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only takes ${names.join(", ")}, got "${unknown}"`);
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new Error(`--rounds takes a whole number of at least 1, got "${values.rounds}"`);
  if (!values.render && !existsSync(values.data)) {
    throw new Error(`--data takes the directory of MNIST's IDX.gz files, and there is no "${values.data}"`);
  }
  return { ...values, only, rounds: values.quick ? 1 : rounds };
}

async function write(path, text) {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

/** Writes results, and all that is made of them. */
async function writeAll(results) {
  await write(RESULTS, JSON.stringify(results));
  await write("bench/RESULTS.md", allTables(results));
  await write("docs/performance.md", insertTable(readFileSync("docs/performance.md", "utf8"), results));
  writeFileSync("bench/epoch.svg", plot(results));
}

/** The results without those of another machine, which can't stand beside this one's. */
function ofMachine(results, { processor, cores }) {
  for (const [name, { machine }] of Object.entries(results))
    if (machine.processor !== processor || machine.cores !== cores) delete results[name];
  return results;
}

async function main() {
  const { only, quick, render, data, rounds } = readFlags();
  const results = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, "utf8")) : {};
  const context = { data, quick, rounds, nodes: findNodes(), browsers: findBrowsers() };
  const measured = {};
  for (const name of render ? [] : only) {
    const about = {
      measured: new Date().toISOString().slice(0, 10),
      commit: describeCommit(),
      machine: describeMachine(),
    };
    measured[name] = { ...about, rounds: context.rounds, cases: await measureGroup(name, context) };
    // What is measured is kept, should a later group fail.
    if (!quick) await writeAll(Object.assign(ofMachine(results, about.machine), { [name]: measured[name] }));
  }
  if (render) await writeAll(results);
  else console.log(allTables(quick ? measured : results));
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
