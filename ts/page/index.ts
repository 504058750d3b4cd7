// The public API, in browsers: what takes long is done by a worker.
export * from "../shared.js";
export { decodePicture, listCache, loadDataset, readCsv, syntheticDigits } from "./data.js";
export { train } from "./train.js";
