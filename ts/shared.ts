// The part of the API that is the same in Node and in browsers.
export type { CsvOptions, CsvTable } from "./data/csv.js";
export type { DataSource, LoadOptions } from "./data/load.js";
export type { CacheListing } from "./data/published.js";
export type { SyntheticOptions } from "./data/synthetic.js";
export type { History, TrainResult } from "./train.js";
export type { Dataset, Examples, OwnData, OwnExamples } from "./data/dataset.js";
export { describe } from "./data/describe.js";
export { encodeIdx } from "./data/idx.js";
export { decodePicture } from "./data/decode.js";
export { digitOf, greyOf, type Picture } from "./data/picture.js";
export { DigitrainError, OptionError } from "./errors.js";
export type { Tensor } from "./files/safetensors.js";
export type { Training, TrainingOptions } from "./files/training.js";
export type { Layout } from "./files/weights.js";
export { type Evaluation, type Mistake, Model } from "./model.js";
export {
  type CheckpointOptions,
  type EpochEvent,
  type EpochRecord,
  type Hyperparameters,
  type Loss,
  type OutputActivation,
  type Recipe,
  resolveOptions,
  type Resumption,
  type Schedule,
  type StartEvent,
  type StepEvent,
  type TrainOptions,
} from "./options.js";
export {
  currentRuntime,
  type Runtime,
  type RuntimeOptions,
  type Threads,
  type Variant,
} from "./runtime/variant.js";
export { init, type InitOptions } from "./runtime/init.js";
export { confusionShares } from "./view/confusion.js";
export { type ClassMetrics, classMetrics } from "./view/metrics.js";
export { type ColourImage, weightsImage } from "./view/pictures.js";
export { type GreyImage, imageOf } from "./view/pixels.js";
export { PUBLISHED_EVERY, PUBLISHED_LOSSES, PUBLISHED_STEPS_PER_EPOCH } from "./view/published.js";
export { type FinishedRun, reportPage } from "./view/report.js";
