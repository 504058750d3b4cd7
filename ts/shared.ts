// The part of the API that is the same in Node and in browsers.
export type * from "./base/globals.js";
export type { CsvOptions, CsvTable } from "./data/formats/csv.js";
export type { LoadOptions } from "./data/load-options.js";
export type { DataSource, SingleSource } from "./data/source.js";
export type { CacheListing } from "./data/published/published.js";
export type { SyntheticOptions } from "./data/synthetic.js";
export type { History, TrainResult } from "./training/train.js";
export type { Dataset, Examples, KnownInk, OwnData, OwnExamples } from "./data/dataset.js";
export type { Remark, RemarkKind } from "./data/remark.js";
export { type RemarkOptions, remarksOn } from "./data/remarks.js";
export { type InkOptions, lightOnDark } from "./data/ink.js";
export { describe } from "./data/describe.js";
export { encodeIdx } from "./data/formats/idx.js";
export type { Ink } from "./data/pictures/contrast.js";
export type { Digit } from "./data/pictures/digit.js";
export { digitOfStrokes, type Point } from "./data/pictures/strokes.js";
export type { Picture } from "./data/pictures/grid.js";
export { digitOf, greyOf, type PictureOptions, readDigit } from "./data/pictures/picture.js";
export { DigitrainError, OptionError } from "./base/errors.js";
export type { Tensor } from "./model/safetensors.js";
export type { TrainingOptions } from "./model/hyperparameters.js";
export type { Training } from "./model/training.js";
export type { Layout, ModelFileOptions, Weights } from "./model/weights.js";
export { type Evaluation, type Mistake, Model } from "./model/model.js";
export type { Reading } from "./model/reading.js";
export type {
  Augmentation,
  EarlyStopping,
  Initialization,
  Loss,
  Optimizer,
  OutputActivation,
  Recipe,
  Schedule,
} from "./model/hyperparameters.js";
export { augmented, type AugmentedOptions } from "./training/augmented.js";
export type {
  EpochEvent,
  EpochRecord,
  ExampleCounts,
  Resumption,
  StartEvent,
  StepEvent,
  Stoppable,
  Stopped,
} from "./training/events.js";
export type { Hyperparameters } from "./training/hyperparameters.js";
export type { CheckpointOptions, TrainOptions } from "./training/options.js";
export { type RecipeOptions, RECIPES } from "./training/recipes.js";
export { resolveOptions } from "./training/resolve.js";
export { currentRuntime, type Runtime, type RuntimeOptions, type Threads } from "./core/runtime.js";
export type { VariantName } from "./core/variant.js";
export { init, type InitOptions } from "./core/init.js";
export { type ClassMetrics, classMetrics } from "./view/metrics.js";
export { type ColourImage, signedImage, weightsImage } from "./view/pictures.js";
export { type GreyImage, imageOf } from "./view/pixels.js";
export { publishedPoints } from "./view/published.js";
export { type FinishedRun, reportPage } from "./view/report.js";
