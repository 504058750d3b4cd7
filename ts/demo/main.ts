import {
  currentRuntime,
  type Dataset,
  imageOf,
  init,
  Model,
  resolveOptions,
  type Runtime,
  train,
  type TrainOptions,
} from "../index.js";
import { Confusion } from "./confusion.js";
import { Data, DATA_URL } from "./data.js";
import { onDrop } from "./drop.js";
import { element, messageOf, oncePerFrame, percent } from "./element.js";
import { examine, type Examination } from "./examine.js";
import { connectFiles, isModelFile, readModel } from "./files.js";
import { Pad } from "./pad.js";
import { Progress } from "./progress.js";
import { Scores, type Seen } from "./scores.js";
import { type Phase, Session } from "./session.js";
import { Settings } from "./settings.js";
import { readState, type State, writeState } from "./store.js";
import { Weights } from "./weights.js";
import { Worst } from "./worst.js";

const go = element("go", HTMLButtonElement);
const reset = element("reset", HTMLButtonElement);
const problem = element("problem", HTMLElement);
const announcement = element("announcement", HTMLElement);

/** What the page shows. */
let model: Model | undefined;
let data: Dataset | undefined;
let seen: Seen | undefined;
let run: State["run"];
let examination: AbortController | undefined;
let hasBegun = false;
/** Networks are made anew with each setting that is changed; the last one counts. */
let untrained = 0;

const progress = new Progress();
const scores = new Scores();
const weights = new Weights();
const confusion = new Confusion();
const worst = new Worst(showTestImage);
const settings = new Settings(() => {
  if (session.phase === "idle" && !run) void showUntrained();
  remember();
});
const source = new Data((loaded) => {
  data = loaded;
  element("test-image", HTMLButtonElement).disabled = !loaded.test?.count;
  if (session.phase === "idle" && !run) void showUntrained();
  else if (model) void look(model);
  remember();
}, fail);
const pad = new Pad((pixels, isDone) => {
  seen = pixels && { input: pixels, image: { width: 28, height: 28, pixels } };
  refresh(isDone && pixels !== undefined);
});
const session = new Session({
  phase: showPhase,
  started(event) {
    showRuntime(event.runtime);
    progress.begin(event.options);
    progress.started(event);
  },
  stepped(event) {
    progress.stepped(event);
  },
  epochEnded(event) {
    progress.epochEnded(event);
    showModel(event.model);
    void look(event.model);
    const accuracy = event.testAccuracy === undefined ? "" : `: ${percent(event.testAccuracy)} read rightly`;
    say(`Epoch ${event.epoch + 1} is over${accuracy}`);
    run = progress.state(event.model);
    remember();
  },
  model: showModel,
  failed: fail,
});

function say(sentence: string): void {
  announcement.textContent = sentence;
}

function fail(error: unknown): void {
  const message = messageOf(error);
  problem.textContent = message.charAt(0).toUpperCase() + message.slice(1);
}

function remember(): void {
  // Not before what was remembered has been read.
  if (!hasBegun) return;
  void writeState({ choices: settings.choices(), data: source.chosen, ...(run && { run }) });
}

const LABELS: Record<Phase, string> = {
  idle: "Start",
  starting: "Starting…",
  running: "Pause",
  paused: "Go on",
  finished: "Start again",
};

function showPhase(phase: Phase): void {
  go.textContent = LABELS[phase];
  go.setAttribute("aria-disabled", String(phase === "starting"));
  if (phase !== "idle")
    say(
      { ...LABELS, starting: "Starting", running: "Training", paused: "Paused", finished: "The run is over" }[
        phase
      ],
    );
  if (phase === "paused" && model) run = progress.state(model);
  if (phase === "paused" || phase === "finished") remember();
}

function showRuntime({ variant, threads, why }: Runtime): void {
  const simd = variant.startsWith("relaxed") ? "relaxed simd" : "simd";
  const shown = element("runtime", HTMLElement);
  shown.textContent = `${simd}, ${threads} thread${threads === 1 ? "" : "s"}`;
  shown.title = why;
  element("why", HTMLElement).textContent = why;
}

/** What the network makes of what it sees, drawn once a frame at most. */
const redraw = oncePerFrame(() => {
  if (!model) return;
  const [inputs = 0] = model.layers;
  const fits = seen?.input.length === inputs ? seen : undefined;
  const sentence = scores.show(
    model,
    fits,
    seen && !fits
      ? `This network takes ${inputs} numbers, not ${seen.input.length} pixels`
      : "Nothing drawn yet",
  );
  if (isToBeSaid) say(sentence);
  isToBeSaid = false;
  weights.show(model, sizeOf(model), fits);
});
let isToBeSaid = false;

function refresh(sayIt = false): void {
  isToBeSaid ||= sayIt;
  redraw();
}

function showModel(shown: Model): void {
  model = shown;
  const count = [...shown.parameters.values()].reduce((sum, { values }) => sum + values.length, 0);
  element("parameters", HTMLElement).textContent = count.toLocaleString("en");
  for (const id of ["save", "save-onnx"]) element(id, HTMLButtonElement).disabled = false;
  refresh();
}

/** The size of the images that a model takes. */
function sizeOf({ layers: [inputs] }: Model): { width: number; height: number } | undefined {
  const image = data && imageOf(data.train, 0);
  if (image && image.width * image.height === inputs) return { width: image.width, height: image.height };
  return inputs === 784 ? { width: 28, height: 28 } : undefined;
}

/** The confusion matrix and the worst images of a model on the present data, unless another model comes first. */
async function look(looked: Model): Promise<void> {
  examination?.abort();
  const stop = (examination = new AbortController());
  const test = data?.test;
  if (
    !test?.count ||
    test.images.length / test.count !== looked.layers[0] ||
    (data?.classes ?? 0) > (looked.layers.at(-1) ?? 0)
  ) {
    confusion.clear();
    worst.clear();
    return;
  }
  const found = await examine(looked, test, stop.signal);
  if (found) showExamination(found);
}

function showExamination({ confusion: counts, worst: mistakes }: Examination): void {
  if (!data?.test) return;
  confusion.show(counts, data.classNames);
  worst.show(mistakes, data.test, data.classNames);
}

function showTestImage(example: number): void {
  const test = data?.test;
  if (!test?.count) return;
  const inputs = test.images.length / test.count;
  const image = imageOf(test, example);
  const input = test.images.slice(example * inputs, (example + 1) * inputs);
  seen = { input, image, label: test.labels[example] ?? 0 };
  if (image) pad.show(image);
  refresh(true);
  const title = element("draw-title", HTMLElement);
  const { top, bottom } = title.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  title.scrollIntoView({ behavior });
  title.focus({ preventScroll: true });
}

/** The network as it is before training: it guesses. */
async function showUntrained(): Promise<void> {
  const options = settings.options(undefined);
  const asked = ++untrained;
  const inputs = data ? data.train.images.length / data.train.count : 784;
  const train = { images: new Uint8Array(inputs), labels: [0] };
  const result = await trainNothing({ ...options, data: { train, classes: data?.classes ?? 10 } }).catch(
    fail,
  );
  if (!result || run || session.phase !== "idle" || asked !== untrained) return;
  progress.begin(result.options);
  showRuntime(result.runtime);
  showModel(result.model);
  confusion.clear();
  worst.clear();
}

async function trainNothing(options: TrainOptions) {
  const { model, runtime } = await train({ ...options, epochs: 0 });
  return { model, runtime, options: resolveOptions(options) };
}

function start(): void {
  if (!settings.check()) return;
  const options = settings.options(model);
  void session.start(async () => ({ ...options, data: await source.load() }));
}

function useModel(file: File): void {
  readModel(file).then((opened) => {
    session.stop();
    settings.setStart("present");
    const { epochs = 0, loss = "mse", batchSize = 128 } = settings.choices();
    progress.begin({ epochs, loss, batchSize });
    showModel(opened);
    run = progress.state(opened);
    remember();
    void look(opened);
    say(`${file.name} is open`);
  }, fail);
}

go.addEventListener("click", () => {
  if (session.phase === "running") session.pause();
  else if (session.phase === "paused") {
    progress.goesOn();
    session.goOn();
  } else if (session.phase !== "starting") start();
});
reset.addEventListener("click", () => {
  session.stop();
  examination?.abort();
  run = undefined;
  problem.textContent = "";
  settings.setStart("random");
  void showUntrained();
  remember();
  say("Reset: the network is untrained");
});
element("slow", HTMLInputElement).addEventListener("change", ({ target }) => {
  session.isSlow = (target as HTMLInputElement).checked;
});
element("test-image", HTMLButtonElement).addEventListener("click", () => {
  showTestImage(Math.floor(Math.random() * (data?.test?.count ?? 0)));
});
connectFiles(() => model, useModel);
onDrop((files) => {
  const [first] = files;
  if (first && files.length === 1 && isModelFile(first)) useModel(first);
  else void source.useFiles(files);
}, fail);

/** Begins with what is remembered. */
async function begin(): Promise<void> {
  await init({ workerUrl: "package/worker.js", dataUrl: DATA_URL });
  showRuntime(currentRuntime());
  const state = await readState();
  if (state) restore(state);
  await source.list(state?.data);
  hasBegun = true;
  await source.load();
}

function restore({ choices, run: kept }: State): void {
  try {
    const restored = kept && Model.fromSafetensors(kept.model);
    settings.write(choices);
    if (!kept || !restored) return;
    progress.restore(kept);
    showModel(restored);
    run = kept;
  } catch {
    // Another version of the page's: it begins anew.
  }
}

begin().catch(fail);
