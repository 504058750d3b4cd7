// Tables in Markdown of the benchmark's results.

const BEGIN = "<!-- made by npm run bench -->";
const END = "<!-- end of what npm run bench made -->";

const seconds = (value) => `${value.toPrecision(value < 1 ? 2 : 3)}`;
const spread = ({ median, min, max, runs }) =>
  runs > 1 ? `${seconds(median)} (${seconds(min)}–${seconds(max)})` : seconds(median);
const megabytes = (bytes) => (bytes === undefined ? "" : `${Math.round(bytes / 1e6)} MB`);
const percent = (fraction, digits = 0) => `${(100 * fraction).toFixed(digits)} %`;

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, i) => (i === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map(line).join("\n");
}

/** Cases that differ in their number of cores only, side by side: [name, case on one core, case on two]. */
function byCores(cases, nameOf) {
  const names = [...new Set(cases.map(nameOf))];
  return names.map((name) => {
    const [one, two] = [1, 2].map((cores) =>
      cases.find((item) => nameOf(item) === name && item.cores === cores),
    );
    return { name, one, two };
  });
}

const cell = (item, show = ({ seconds }) => spread(seconds)) => (item && !item.absent ? show(item) : "–");
const hereName = ({ variant, engine }) => `digitrain, ${variant}, ${engine}`;
const peerName = ({ name, version }) => (version ? `${name}, ${version.split(" ").at(-1)}` : name);

/** What is measured of the walk-through's program: digitrain's cases, then the peers that do the same work. */
export function epochCases({ tutorial, peers }) {
  const here = (tutorial?.cases ?? []).map((item) => ({
    ...item,
    label: hereName({ ...item, variant: item.variant.replace("-threads", "") }),
  }));
  const others = (peers?.cases ?? []).map((item) => ({ ...item, label: peerName(item) }));
  return { here, peers: others.filter(({ absent, sameWork, work }) => !absent && sameWork && !work) };
}

function epochTable(results) {
  const { here, peers } = epochCases(results);
  const rows = byCores([...here, ...peers], ({ label }) => label).map(({ name, one, two }) => [
    name,
    cell(one),
    cell(two),
  ]);
  return table(["seconds an epoch", "one core", "two cores"], rows);
}

/** What is to be said of the peers beside their times. */
function peerNotes({ peers }) {
  const notes = (peers?.cases ?? []).map((item) => {
    const name = peerName(item);
    if (item.absent) return `${name}: not measured on ${cores(item)}: ${item.absent}.`;
    if (!item.sameWork) {
      return `${name}: its losses differ from ours by ${item.lossDifference.toExponential(1)}, so it does other work; ${spread(item.seconds)} s.`;
    }
    if (item.work) {
      const { batchSize, limit } = item.work;
      const work = `${limit.toLocaleString("en")} examples in batches of ${batchSize}`;
      return `${name} on ${cores(item)}, an epoch of ${work}, relu on the output: ${spread(item.seconds)} s; digitrain ${seconds(item.ours)} s.`;
    }
    return undefined;
  });
  return [...new Set(notes.filter((note) => note !== undefined))].map((note) => `- ${note}`).join("\n");
}

const cores = ({ cores: count }) => (count === 1 ? "one core" : "two cores");

function jobTable({ job }) {
  const rows = byCores(job.cases, (item) =>
    item.engine ? hereName({ ...item, variant: "its own choice" }) : item.name,
  ).map(({ name, one, two }) => [
    name,
    cell(one),
    cell(two),
    cell(one, ({ peakBytes }) => megabytes(peakBytes)),
  ]);
  const firsts = job.cases.flatMap(({ firstStep, engine, cores: count }) =>
    firstStep ? [`${engine} on ${cores({ cores: count })} ${spread(firstStep)} s`] : [],
  );
  const [{ epochs }] = job.cases;
  const head = [`seconds, start to end, ${epochs} epochs`, "one core", "two cores", "peak memory"];
  return `${table(head, rows)}\n\nFrom the start of digitrain's process to its first step: ${firsts.join(", ")}.`;
}

function recipeLine({ cases: [result] }) {
  const { name, absent, cores: count, testAccuracy, reached, target, seconds: time } = result;
  if (absent) return `- ${name}: not measured: ${absent}.`;
  const { median, min, max, runs } = testAccuracy;
  const range = `${percent(median, 2)} of the test images (${percent(min, 2)} to ${percent(max, 2)})`;
  return `- ${name}: ${range}, with ${reached} of ${runs} seeds at least ${percent(target, 1)}, in ${spread(time)} s from start to end of the process, ${cores({ cores: count })}.`;
}

function optionTable(group, what) {
  const rows = byCores(group.cases, ({ name }) => name).map(({ name, one, two }) => [
    name,
    cell(one),
    cell(two),
    cell(one, ({ peakBytes }) => megabytes(peakBytes)),
  ]);
  return table([what, "one core", "two cores", "peak memory"], rows);
}

function rooflineLine({ cases: [{ operations, peak, fraction, seconds: epoch, nonZeros }] }) {
  const gigaflop = (operations / 1e9).toFixed(1);
  const counted = nonZeros.map((value) => Math.round(value)).join(", ");
  return `- Roofline: an epoch has ${gigaflop} GFLOP where zeros are skipped (${counted} values of an example's layers aren't zero); this core's 128-bit multiply-adds reach ${(peak.max / 1e9).toFixed(1)} GFLOP/s, so ${spread(epoch)} s are ${percent(fraction)} of what is possible.`;
}

function pageLine({ cases: [{ engine, seconds, files, bytes }] }) {
  return `- Page: ${files} files, ${(bytes / 1e3).toFixed(0)} kB, uncompressed; Start can be pressed ${spread(seconds)} s after it is asked for (${engine}, one core, from this machine, nothing cached).`;
}

function sizeLine({ cases: [{ packedBytes, unpackedBytes, files }] }) {
  return `- Package: ${(packedBytes / 1e3).toFixed(0)} kB to download, ${(unpackedBytes / 1e3).toFixed(0)} kB unpacked, ${files} files.`;
}

function measuredOn(groups) {
  const [{ machine, measured, rounds }] = groups;
  const processor = `${machine.processor}${machine.avx512 ? " with AVX-512" : ""}, ${machine.cores} cores`;
  return `${processor}, ${machine.system}, ${measured}; medians of ${rounds} interleaved runs, each a process of its own, pinned to its cores (in parentheses the fastest and the slowest). An epoch is the walk-through's: 60,000 images in batches of 128.`;
}

/** The results that docs/performance.md shows. */
function mainTables(results) {
  if (Object.keys(results).length === 0) return "";
  const { tutorial, job, fast, to99, accurate, roofline, page, size } = results;
  const lines = [
    fast && recipeLine(fast),
    to99 && recipeLine(to99),
    accurate && recipeLine(accurate),
    roofline && rooflineLine(roofline),
    page?.cases[0]?.seconds && pageLine(page),
    size && sizeLine(size),
  ];
  const parts = [
    measuredOn(Object.values(results)),
    tutorial && epochTable(results),
    job && jobTable(results),
    lines.filter(Boolean).join("\n"),
  ];
  return parts.filter(Boolean).join("\n\n");
}

/** All results, as a page. */
export function allTables(results) {
  const { peers, batch, hidden, training, examples } = results;
  const parts = [
    "# What `npm run bench` measured",
    mainTables(results),
    peers && peerNotes(results),
    batch && optionTable(batch, "seconds an epoch (batches of 1: of 10,000 images)"),
    hidden && optionTable(hidden, "seconds an epoch"),
    training && optionTable(training, "seconds an epoch"),
    examples && optionTable(examples, "seconds an epoch"),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

/** A page with the results in the place that is marked for them. */
export function insertTable(page, results) {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md lacks the lines "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${mainTables(results)}\n\n${page.slice(end)}`;
}
