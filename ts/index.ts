/**
 * What `import ... from "digitrain"` gives, in Node and, with the same names, in a page.
 * @module API
 */
export * from "./shared.js";
export { readCsv } from "./data/formats/csv.js";
export { loadDataset } from "./data/load.js";
export { decodePicture } from "./data/pictures/decode.js";
export { listCache } from "./data/published/published.js";
export { syntheticDigits } from "./data/synthetic.js";
export { train } from "./training/train.js";
