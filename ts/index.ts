// The public API, in Node.
export * from "./shared.js";
export { readCsv } from "./data/csv.js";
export { loadDataset } from "./data/load.js";
export { listCache } from "./data/published.js";
export { syntheticDigits } from "./data/synthetic.js";
export { train } from "./train.js";
