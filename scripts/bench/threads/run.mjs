// One run of four epochs: run.mjs MNIST-DIRECTORY THREADS [CORES], the last being what the system is made to claim.
import { createRequire, syncBuiltinESMExports } from "node:module";

const [data, threads, cores] = process.argv.slice(2);
if (cores) {
  createRequire(import.meta.url)("node:os").availableParallelism = () => Number(cores);
  syncBuiltinESMExports();
}
const { loadDataset, train } = await import("../../../dist/node/index.js");
const { history, runtime } = await train({
  data: await loadDataset(data),
  threads: threads === "auto" ? "auto" : Number(threads),
  epochs: 4,
  evaluateEvery: 0,
});
const seconds = history.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) / history.epochs.length;
console.log(JSON.stringify({ seconds, threads: runtime.threads }));
